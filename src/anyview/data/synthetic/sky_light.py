# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What is seen where no surface is: sky with clouds and the sun's glare.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np

from anyview.data.synthetic.kernels import kernel
from anyview.data.synthetic.world import FloatArray, IntArray


@kernel
def cloud_points(
    directions: FloatArray, ids: IntArray, clouds: float
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Samples of sky, the points of a layer of clouds that they see, and unit directions.

    Args:
        directions: [N, 3] rays, any length.
        ids: [N, 2], material (-1 = sky) and object.
        clouds: How overcast it is; also picks the clouds.

    Returns:
        Samples [S], points and blur for noise [4, S], unit directions [S, 3].
    """
    count = ids.shape[0]
    samples = np.empty(count, dtype=np.int32)
    points = np.empty((4, count), dtype=np.float32)
    units = np.empty((count, 3), dtype=np.float32)
    found = 0
    for n in range(count):
        if ids[n, 0] >= 0:
            continue
        dx = directions[n, 0]
        dy = directions[n, 1]
        dz = directions[n, 2]
        length = 1.0 / math.sqrt(dx * dx + dy * dy + dz * dz)
        units[found, 0] = dx * length
        units[found, 1] = dy * length
        units[found, 2] = dz * length
        far = 1.6 * length / (max(dz * length, 0.0) + 0.12)
        points[0, found] = dx * far + 17.0 * clouds
        points[1, found] = dy * far
        points[2, found] = 31.0 * clouds
        points[3, found] = 0.05
        samples[found] = n
        found += 1
    return samples[:found], points[:, :found].copy(), units[:found]


@kernel
def draw_sky(
    samples: IntArray,
    units: FloatArray,
    puffs: FloatArray,
    sky: FloatArray,
    sun: FloatArray,
    light: FloatArray,
) -> None:
    """Write the sky's linear light.

    Args:
        samples: [S] rows of ``light``.
        units: [S, 3].
        puffs: [S] noise at the points of ``cloud_points``.
        sky: [12], see ``surface_tables``.
        sun: [8], row of the lamp that stands for the sun; black if there is none.
        light: [N, 3], changed in place.
    """
    clouds = sky[9]
    # From deep blue to almost burnt out, as in photographs; a matter of chance.
    gain = 1.0 + 0.8 * (clouds * 97.0 - math.floor(clouds * 97.0))
    level = max(sky[3], sky[4], sky[5], 0.25 * (sun[0] + sun[1] + sun[2]) / 3.0)
    for s in range(samples.shape[0]):
        height = max(units[s, 2], 0.0)
        up = 1.0 - (1.0 - height) ** 3
        cover = (puffs[s] - 0.66 + 0.55 * clouds) * 4.0
        cover = min(max(cover, 0.0), 1.0) * min(0.25 + height * 6.0, 1.0)
        toward = units[s, 0] * sun[3] + units[s, 1] * sun[4] + units[s, 2] * sun[5]
        glare = 0.0
        if toward > 0.0:
            glare = 0.15 * toward**8 + 0.6 * toward**128
        white = level * (1.35 - 0.55 * puffs[s] - 0.35 * clouds * puffs[s])
        for k in range(3):
            colour = sky[3 + k] + up * (sky[k] - sky[3 + k])
            colour += cover * (white - colour) + glare * sun[k] * (1.0 - 0.6 * cover)
            light[samples[s], k] = gain * colour
