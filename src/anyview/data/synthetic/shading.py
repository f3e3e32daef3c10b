# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How much light comes back to the camera from where its rays hit; columns as in ``ray_hits``.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.kernels import kernel
from anyview.data.synthetic.world import FloatArray, IntArray

Bytes = npt.NDArray[np.uint8]


@kernel
def bend_normals(
    hits: FloatArray, ids: IntArray, heights: FloatArray, height: int, width: int
) -> None:
    """Tilt the shading normals of the pixels by the relief of their texture.

    After Mikkelsen, "Bump mapping unparametrized surfaces on the GPU" (2010): heights of
    neighbouring pixels give the slope, so no tangents are needed.

    Args:
        hits: [N, 11], pixels first; shading normals are changed in place.
        ids: [N, 2].
        heights: [N] metres.
        height: Rows of pixels.
        width: Pixels in a row.
    """
    for i in range(height):
        for j in range(width):
            n = i * width + j
            if ids[n, 0] < 0:
                continue
            a = n + 1 if j + 1 < width else n - 1
            b = n + width if i + 1 < height else n - width
            if ids[a, 0] != ids[n, 0] or ids[b, 0] != ids[n, 0]:
                continue
            ha = heights[a] - heights[n]
            hb = heights[b] - heights[n]
            if ha == 0.0 and hb == 0.0:
                continue
            nx = hits[n, 6]
            ny = hits[n, 7]
            nz = hits[n, 8]
            ax = hits[a, 0] - hits[n, 0]
            ay = hits[a, 1] - hits[n, 1]
            az = hits[a, 2] - hits[n, 2]
            bx = hits[b, 0] - hits[n, 0]
            by = hits[b, 1] - hits[n, 1]
            bz = hits[b, 2] - hits[n, 2]
            # Across an outline or an edge there is no slope to speak of.
            reach = 2.0 * hits[n, 9]
            if abs(ax * nx + ay * ny + az * nz) > reach or abs(bx * nx + by * ny + bz * nz) > reach:
                continue
            px = by * nz - bz * ny
            py = bz * nx - bx * nz
            pz = bx * ny - by * nx
            qx = ny * az - nz * ay
            qy = nz * ax - nx * az
            qz = nx * ay - ny * ax
            area = ax * px + ay * py + az * pz
            if abs(area) < 1e-12:
                continue
            sx = (ha * px + hb * qx) / area
            sy = (ha * py + hb * qy) / area
            sz = (ha * pz + hb * qz) / area
            steep = math.sqrt(sx * sx + sy * sy + sz * sz)
            soft = 1.0 / (1.0 + steep)
            nx -= soft * sx
            ny -= soft * sy
            nz -= soft * sz
            length = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz)
            hits[n, 6] = nx * length
            hits[n, 7] = ny * length
            hits[n, 8] = nz * length


@kernel
def _ambient(lamps: FloatArray, sky: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Ambient light [3] on surfaces facing up and on those facing down.

    The sky's own, less blue than the sky is seen, and what the ground and everything else that
    the sun shines on throw back.
    """
    above = np.empty(3, dtype=np.float32)
    below = np.empty(3, dtype=np.float32)
    grey = 0.3 * sky[0] + 0.6 * sky[1] + 0.1 * sky[2]
    for k in range(3):
        above[k] = 0.6 * sky[k] + 0.4 * grey
        below[k] = sky[6 + k]
        for lamp in range(lamps.shape[0]):
            if lamps[lamp, 6] == 0.0:
                above[k] += 0.04 * lamps[lamp, k]
                below[k] += 0.12 * lamps[lamp, k] * max(lamps[lamp, 5], 0.2)
    return above, below


@kernel
def light_samples(
    hits: FloatArray,
    ids: IntArray,
    colours: FloatArray,
    materials: FloatArray,
    lamps: FloatArray,
    sky: FloatArray,
    lit: Bytes,
    origin: FloatArray,
) -> FloatArray:
    """Linear light [N, 3] from each sample to the camera, black where there is sky.

    Args:
        hits: [N, 11].
        ids: [N, 2].
        colours: [N, 3] of the surfaces.
        materials: [M, 16].
        lamps: [L, 8].
        sky: [12].
        lit: [L + 1, N]: how much of each lamp is seen from there, 0..255; last, of the ambient
            light.
        origin: [3] of the camera.
    """
    count = hits.shape[0]
    num_lamps = lamps.shape[0]
    out = np.zeros((count, 3), dtype=np.float32)
    above, below = _ambient(lamps, sky)
    diffuse = np.empty(3, dtype=np.float32)
    gloss = np.empty(3, dtype=np.float32)
    for n in range(count):
        material = ids[n, 0]
        if material < 0:
            continue
        nx, ny, nz = hits[n, 6], hits[n, 7], hits[n, 8]
        away = 1.0 / max(hits[n, 10], 1e-6)
        vx = (origin[0] - hits[n, 0]) * away
        vy = (origin[1] - hits[n, 1]) * away
        vz = (origin[2] - hits[n, 2]) * away
        facing = max(nx * vx + ny * vy + nz * vz, 0.0)
        shine = materials[material, 3]
        up = 0.5 + 0.5 * nz
        open_share = lit[num_lamps, n] * (1.0 / 255.0)
        # What a polished surface mirrors, more of it at grazing angles.
        mirror_z = 2.0 * facing * nz - vz
        mirror = shine * (0.04 + 0.6 * (1.0 - facing) ** 5) * open_share
        for k in range(3):
            diffuse[k] = (below[k] + up * (above[k] - below[k])) * open_share
            reflected = sky[3 + k] if mirror_z > 0.0 else 0.5 * below[k]
            gloss[k] = mirror * reflected
        power = 8.0 + 100.0 * shine * shine
        for lamp in range(num_lamps):
            if lit[lamp, n] == 0:
                continue
            lx = lamps[lamp, 3]
            ly = lamps[lamp, 4]
            lz = lamps[lamp, 5]
            strength = lit[lamp, n] * (1.0 / 255.0)
            if lamps[lamp, 6] > 0.0:
                lx -= hits[n, 0]
                ly -= hits[n, 1]
                lz -= hits[n, 2]
                square = lx * lx + ly * ly + lz * lz
                # Lamps have a size: no infinity beside them.
                strength *= lamps[lamp, 6] / max(square, 0.01 * lamps[lamp, 6])
                square = 1.0 / math.sqrt(max(square, 1e-12))
                lx, ly, lz = lx * square, ly * square, lz * square
            cosine = nx * lx + ny * ly + nz * lz
            if cosine <= 0.0:
                continue
            spot = 0.0
            half = 0.0
            if shine > 0.0:
                hx, hy, hz = lx + vx, ly + vy, lz + vz
                half = nx * hx + ny * hy + nz * hz
                half /= math.sqrt(max(hx * hx + hy * hy + hz * hz, 1e-12))
            if half > 0.5:
                # Schlick's stand-in for half**power, ten times faster.
                peak = half / (power - power * half + half)
                spot = shine * (0.02 * power + 0.3) * peak * peak * cosine
            for k in range(3):
                diffuse[k] += lamps[lamp, k] * cosine * strength
                gloss[k] += lamps[lamp, k] * spot * strength
        glow = materials[material, 4]
        clear = math.exp(-hits[n, 10] * sky[10]) if sky[10] > 0.0 else 1.0
        for k in range(3):
            value = colours[n, k] * (diffuse[k] + glow) + gloss[k]
            out[n, k] = sky[3 + k] + clear * (value - sky[3 + k])
    return out
