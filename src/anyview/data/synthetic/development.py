# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The pixel loops of ``sensor``.

Importing needs numba (see ``kernels``).
"""

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.kernels import kernel, part_of_kernel
from anyview.data.synthetic.world import FloatArray

F = np.float32
S = np.int32


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


@part_of_kernel
def _to_srgb(value: np.float32, contrast: np.float32) -> np.float32:
    """Tone curve and transfer function: light to 0..255.

    The film curve is Narkowicz's fit of ACES (2015), darkened to keep mid grey where it is; the
    root of sRGB is a sum of square roots, within 0.2 of 255, because those vectorise.
    """
    film = value * (F(2.51) * value + F(0.03)) / (value * (F(2.43) * value + F(0.59)) + F(0.14))
    # Straight, with a soft shoulder to white.
    over = max(value - F(0.6), F(0.0))
    plain = min(value, F(0.6)) + F(0.4) * over / (over + F(0.4))
    mixed = plain + contrast * (F(0.8) * film - plain)
    mixed = min(max(mixed, F(0.0)), F(1.0))
    root = np.sqrt(mixed)
    root2 = np.sqrt(root)
    curve = F(0.5851224) * root + F(0.7831404) * root2 - F(0.3682627) * np.sqrt(root2)
    line = F(12.92) * mixed
    return F(255.0) * (line if mixed < F(0.0031308) else curve)


@kernel
def develop_picture(
    light: FloatArray, grain: FloatArray, settings: FloatArray
) -> npt.NDArray[np.uint8]:
    """Gains, vignetting, noise, tone curve, saturation: linear light to sRGB [H, W, 3].

    Args:
        light: [H, W, 3].
        grain: [H, W, 3] standard normal, or empty.
        settings: [7] gains of red, green, blue; vignetting; noise; saturation; contrast.
    """
    height, width, _ = light.shape
    out = np.empty((height, width, 3), dtype=np.uint8)
    noisy = grain.shape[0] > 0
    corner = F(4.0 / (height * height + width * width))
    vignetting = settings[3]
    saturation = settings[5]
    contrast = settings[6]
    row = np.empty((3, width), dtype=np.float32)
    keep = np.empty(width, dtype=np.float32)
    for i in range(height):
        y = F(i + 0.5 - 0.5 * height)
        for j in range(width):
            x = F(S(j)) + F(0.5) - F(0.5) * F(width)
            radius = (x * x + y * y) * corner
            keep[j] = F(1.0) - vignetting * radius * (F(0.4) + F(0.6) * radius)
        for k in range(3):
            gain = settings[k]
            for j in range(width):
                row[k, j] = max(light[i, j, k] * gain * keep[j], F(0.0))
            if noisy:
                for j in range(width):
                    # Photons and electronics; ``noise`` is what they add up to at 0.18.
                    spread = settings[4] * np.sqrt(F(0.25) + F(4.2) * row[k, j])
                    row[k, j] = max(row[k, j] + spread * grain[i, j, k], F(0.0))
            for j in range(width):
                row[k, j] = _to_srgb(row[k, j], contrast)
        for j in range(width):
            grey = F(0.3) * row[0, j] + F(0.59) * row[1, j] + F(0.11) * row[2, j]
            for k in range(3):
                value = grey + saturation * (row[k, j] - grey) + F(0.5)
                out[i, j, k] = np.uint8(S(min(max(value, F(0.0)), F(255.0))))
    return out
