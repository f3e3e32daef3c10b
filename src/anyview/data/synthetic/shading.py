# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where rays hit and how much light comes back from there.

Samples are rows of ``hits`` [N, 11]: point (3), geometric normal towards the camera (3), shading
normal (3), footprint of a pixel in metres, distance along the ray; and of ``ids`` [N, 2]: material
(-1 = sky) and object.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.kernels import kernel
from anyview.data.synthetic.world import FloatArray, IntArray

Bytes = npt.NDArray[np.uint8]


@kernel
def grid_rays(world_from_pixel: FloatArray, height: int, width: int) -> FloatArray:
    """[H W, 3] directions through the centres of the pixels; along z they advance by 1."""
    out = np.empty((height * width, 3), dtype=np.float32)
    for i in range(height):
        for j in range(width):
            for k in range(3):
                out[i * width + j, k] = (
                    world_from_pixel[k, 0] * (j + 0.5)
                    + world_from_pixel[k, 1] * (i + 0.5)
                    + world_from_pixel[k, 2]
                )
    return out


@kernel
def locate_hits(
    origin: FloatArray,
    directions: FloatArray,
    depth: FloatArray,
    face: IntArray,
    tables: tuple[FloatArray, FloatArray, IntArray],
    pixel_size: float,
) -> tuple[FloatArray, IntArray]:
    """``hits`` and ``ids`` of rays that Embree cast.

    Args:
        origin: [3] of the camera.
        directions: [N, 3].
        depth: [N] in lengths of the direction.
        face: [N], -1 = none.
        tables: Corners, normals, face ids; see ``surface_tables``.
        pixel_size: Metres that a pixel covers at a distance of one metre.
    """
    corners, normals, face_ids = tables
    count = face.shape[0]
    hits = np.zeros((count, 11), dtype=np.float32)
    ids = np.empty((count, 2), dtype=np.int32)
    for n in range(count):
        f = face[n]
        if f < 0:
            ids[n, 0] = -1
            ids[n, 1] = 0
            continue
        ids[n, 0] = face_ids[f, 0]
        ids[n, 1] = face_ids[f, 1]
        dx = directions[n, 0]
        dy = directions[n, 1]
        dz = directions[n, 2]
        t = depth[n]
        px = origin[0] + t * dx
        py = origin[1] + t * dy
        pz = origin[2] + t * dz
        nx = normals[f, 0, 0]
        ny = normals[f, 0, 1]
        nz = normals[f, 0, 2]
        # Barycentric coordinates by the areas across the face.
        ax = corners[f, 1, 0] - corners[f, 0, 0]
        ay = corners[f, 1, 1] - corners[f, 0, 1]
        az = corners[f, 1, 2] - corners[f, 0, 2]
        bx = corners[f, 2, 0] - corners[f, 0, 0]
        by = corners[f, 2, 1] - corners[f, 0, 1]
        bz = corners[f, 2, 2] - corners[f, 0, 2]
        qx = px - corners[f, 0, 0]
        qy = py - corners[f, 0, 1]
        qz = pz - corners[f, 0, 2]
        area = nx * (ay * bz - az * by) + ny * (az * bx - ax * bz) + nz * (ax * by - ay * bx)
        v = nx * (qy * bz - qz * by) + ny * (qz * bx - qx * bz) + nz * (qx * by - qy * bx)
        w = nx * (ay * qz - az * qy) + ny * (az * qx - ax * qz) + nz * (ax * qy - ay * qx)
        area = 1.0 / area if area > 1e-20 else 0.0
        v = min(max(v * area, 0.0), 1.0)
        w = min(max(w * area, 0.0), 1.0)
        u = max(1.0 - v - w, 0.0)
        sx = u * normals[f, 1, 0] + v * normals[f, 2, 0] + w * normals[f, 3, 0]
        sy = u * normals[f, 1, 1] + v * normals[f, 2, 1] + w * normals[f, 3, 1]
        sz = u * normals[f, 1, 2] + v * normals[f, 2, 2] + w * normals[f, 3, 2]
        length = 1.0 / math.sqrt(max(sx * sx + sy * sy + sz * sz, 1e-20))
        facing = nx * dx + ny * dy + nz * dz
        side = -1.0 if facing > 0.0 else 1.0
        ray = math.sqrt(dx * dx + dy * dy + dz * dz)
        hits[n, 0] = px
        hits[n, 1] = py
        hits[n, 2] = pz
        hits[n, 3] = side * nx
        hits[n, 4] = side * ny
        hits[n, 5] = side * nz
        hits[n, 6] = side * sx * length
        hits[n, 7] = side * sy * length
        hits[n, 8] = side * sz * length
        # Between the two axes of the stretched footprint of a slanted surface.
        slant = max(abs(facing) / ray, 0.03)
        hits[n, 9] = pixel_size * t / math.sqrt(slant)
        hits[n, 10] = t * ray
    return hits, ids


@kernel
def lamp_rays(
    hits: FloatArray, ids: IntArray, lamp: FloatArray, wobble: FloatArray, blur_m: float
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Rays towards a lamp from the samples that face it.

    Args:
        hits: [N, 11].
        ids: [N, 2].
        lamp: [8], see ``surface_tables``.
        wobble: [K, 3] in [-1, 1], moves the lamp from ray to ray: penumbrae.
        blur_m: Radius of a lamp in metres; of the sun, tangent of its apparent radius.

    Returns:
        Origins [R, 3], directions [R, 3] that end at the lamp (the sun's have unit length) and the
        rays' samples [R].
    """
    count = hits.shape[0]
    origins = np.empty((count, 3), dtype=np.float32)
    directions = np.empty((count, 3), dtype=np.float32)
    samples = np.empty(count, dtype=np.int32)
    rays = 0
    for n in range(count):
        if ids[n, 0] < 0:
            continue
        j = n % wobble.shape[0]
        lx = lamp[3] + blur_m * wobble[j, 0]
        ly = lamp[4] + blur_m * wobble[j, 1]
        lz = lamp[5] + blur_m * wobble[j, 2]
        if lamp[6] > 0.0:
            lx -= hits[n, 0]
            ly -= hits[n, 1]
            lz -= hits[n, 2]
        if lx * hits[n, 3] + ly * hits[n, 4] + lz * hits[n, 5] <= 0.0:
            continue
        lift = 1e-3 + 2e-4 * hits[n, 10]
        for k in range(3):
            origins[rays, k] = hits[n, k] + lift * hits[n, 3 + k]
        shorten = 0.98 if lamp[6] > 0.0 else 1.0
        directions[rays, 0] = shorten * lx
        directions[rays, 1] = shorten * ly
        directions[rays, 2] = shorten * lz
        samples[rays] = n
        rays += 1
    return origins[:rays], directions[:rays], samples[:rays]


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
    grey_up = 0.4 * (0.3 * sky[0] + 0.6 * sky[1] + 0.1 * sky[2])
    diffuse = np.empty(3, dtype=np.float32)
    gloss = np.empty(3, dtype=np.float32)
    for n in range(count):
        material = ids[n, 0]
        if material < 0:
            continue
        nx = hits[n, 6]
        ny = hits[n, 7]
        nz = hits[n, 8]
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
            above = 0.6 * sky[k] + grey_up
            diffuse[k] = (sky[6 + k] + up * (above - sky[6 + k])) * open_share
            reflected = sky[3 + k] if mirror_z > 0.0 else 0.5 * sky[6 + k]
            gloss[k] = mirror * reflected
        power = 8.0 + 120.0 * shine * shine
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
                lx *= square
                ly *= square
                lz *= square
            cosine = nx * lx + ny * ly + nz * lz
            if cosine <= 0.0:
                continue
            hx = lx + vx
            hy = ly + vy
            hz = lz + vz
            half = nx * hx + ny * hy + nz * hz
            half /= math.sqrt(max(hx * hx + hy * hy + hz * hz, 1e-12))
            spot = 0.0
            if shine > 0.0 and half > 0.5:
                spot = shine * (0.02 * power + 0.3) * half**power * cosine
            for k in range(3):
                diffuse[k] += lamps[lamp, k] * cosine * strength
                gloss[k] += lamps[lamp, k] * spot * strength
        glow = materials[material, 4]
        clear = math.exp(-hits[n, 10] * sky[10])
        for k in range(3):
            value = colours[n, k] * (diffuse[k] + glow) + gloss[k]
            out[n, k] = sky[3 + k] + clear * (value - sky[3 + k])
    return out
