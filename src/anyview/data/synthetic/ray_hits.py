# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where rays hit.

Samples are rows of ``hits`` [N, 11]: point (3), geometric normal towards the camera (3), shading
normal (3), footprint of a pixel in metres, distance along the ray; and of ``ids`` [N, 2]: material
(-1 = sky) and object.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np

from anyview.data.synthetic.kernels import kernel
from anyview.data.synthetic.world import FloatArray, IntArray


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
def camera_normals(hits: FloatArray, rotation: FloatArray, count: int) -> FloatArray:
    """[count, 3] geometric normals of the first samples, turned by [3, 3]."""
    out = np.empty((count, 3), dtype=np.float32)
    for n in range(count):
        for k in range(3):
            out[n, k] = (
                rotation[k, 0] * hits[n, 3]
                + rotation[k, 1] * hits[n, 4]
                + rotation[k, 2] * hits[n, 5]
            )
    return out
