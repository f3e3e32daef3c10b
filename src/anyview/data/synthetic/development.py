# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The pixel loops of ``sensor``.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.kernels import kernel
from anyview.data.synthetic.world import FloatArray


@kernel
def blur_picture(light: FloatArray, weights: FloatArray) -> FloatArray:
    """[H, W, 3] convolved with [5, 5]; the border is repeated."""
    height, width, _ = light.shape
    out = np.empty_like(light)
    for i in range(height):
        for j in range(width):
            red = np.float32(0.0)
            green = np.float32(0.0)
            blue = np.float32(0.0)
            for a in range(5):
                y = min(max(i + a - 2, 0), height - 1)
                for b in range(5):
                    x = min(max(j + b - 2, 0), width - 1)
                    weight = weights[a, b]
                    red += weight * light[y, x, 0]
                    green += weight * light[y, x, 1]
                    blue += weight * light[y, x, 2]
            out[i, j, 0] = red
            out[i, j, 1] = green
            out[i, j, 2] = blue
    return out


@kernel
def develop_picture(
    light: FloatArray, grain: FloatArray, settings: FloatArray, curve: FloatArray
) -> npt.NDArray[np.uint8]:
    """Gains, vignetting, noise, tone curve, saturation: linear light to sRGB [H, W, 3].

    Args:
        light: [H, W, 3].
        grain: [H, W, 3] standard normal, or empty.
        settings: [6] gains of red, green, blue; vignetting; noise; saturation.
        curve: See ``sensor.tone_curve``.
    """
    height, width, _ = light.shape
    steps = curve.shape[0]
    out = np.empty((height, width, 3), dtype=np.uint8)
    value = np.empty(3, dtype=np.float32)
    noisy = grain.shape[0] > 0
    corner = 4.0 / (height * height + width * width)
    last_place = 6.0 / 6.5
    for i in range(height):
        for j in range(width):
            y = i + 0.5 - 0.5 * height
            x = j + 0.5 - 0.5 * width
            radius = (x * x + y * y) * corner
            keep = 1.0 - settings[3] * radius * (0.4 + 0.6 * radius)
            for k in range(3):
                v = light[i, j, k] * settings[k] * keep
                if noisy:
                    # Photons and electronics; ``noise`` is what they add up to at 0.18.
                    v += settings[4] * grain[i, j, k] * math.sqrt(0.25 + 4.2 * max(v, 0.0))
                v = max(v, 0.0)
                place = v / (v + 0.5) / last_place * (steps - 1)
                place = min(place, steps - 1.001)
                low = int(place)
                value[k] = curve[low] + (place - low) * (curve[low + 1] - curve[low])
            grey = 0.3 * value[0] + 0.59 * value[1] + 0.11 * value[2]
            for k in range(3):
                v = grey + settings[5] * (value[k] - grey)
                out[i, j, k] = np.uint8(min(max(v + 0.5, 0.0), 255.0))
    return out
