# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where on its pattern a sample lies, and at which points the pattern needs noise.

Noise is evaluated for all samples at once (see ``noise``), so the points are collected first.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np

from anyview.data.synthetic.kernels import kernel, part_of_kernel
from anyview.data.synthetic.world import FloatArray, IntArray

BLURRED = 0.9
"""Footprint, in cells, from which on noise is its mean."""


@part_of_kernel
def _fine_points(pattern: int, x: float, y: float, z: float, u: float, v: float) -> tuple[
    float, float, float, float
]:  # fmt: skip
    """Point for the pattern's main noise and its frequency; 0 if it needs none.

    Args:
        pattern: Its number.
        x: Place in repeats, with ``y`` and ``z``.
        y: See ``x``.
        z: See ``x``.
        u: Place across the main axis, in repeats, with ``v``.
        v: See ``u``.
    """
    if pattern == 9:  # planks: grain along the board
        row = math.floor(v * 2.0)
        return u * 1.5 + 3.7 * row, v * 24.0, row * 0.37, 12.0
    if pattern == 4 or pattern == 5:  # bricks, tiles
        return u * 9.0, v * 9.0, z * 0.5, 9.0
    if pattern == 3:  # wood, grown along x
        return x * 0.8, y * 14.0, z * 14.0, 14.0
    if pattern == 10:  # grass: blades
        return u * 10.0, v * 5.0, 0.2 * z, 7.0
    if pattern == 1 or pattern == 2 or pattern == 14 or pattern == 15:
        return x, y, z, 1.0
    return 0.0, 0.0, 0.0, 0.0


@part_of_kernel
def _broad_points(pattern: int, x: float, y: float, z: float, u: float, v: float) -> tuple[
    float, float, float, float
]:  # fmt: skip
    """Point for the pattern's second noise and its frequency; 0 if it needs none."""
    if pattern == 3:  # wood: wobbling rings
        return x * 0.3, y * 0.9, z * 0.9, 0.9
    if pattern == 10:  # grass: patches
        return u * 0.35, v * 0.35, 3.3, 0.35
    if pattern == 14:  # cracks: the plaster between them
        return x * 3.1, y * 3.1, z * 3.1, 3.1
    if pattern == 2:  # marble: clouds between the veins
        return x * 0.4, y * 0.4, z * 0.4, 0.4
    return 0.0, 0.0, 0.0, 0.0


@kernel
def place_samples(
    hits: FloatArray, ids: IntArray, materials: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, IntArray]:
    """What the patterns and their noise are evaluated at.

    Args:
        hits: [N, 11], see ``shading``.
        ids: [N, 2], material (-1 = sky) and object.
        materials: [M, 16], see ``surface_tables``.

    Returns:
        ``places`` [N, 6]: place in repeats (3), across the main axis (2), footprint in repeats.
        ``stains`` [4, N], ``fine`` [4, A], ``broad`` [4, B]: points of noise and their blur.
        ``slots`` [N, 2]: a sample's column in ``fine`` and ``broad``, -1 = none.
    """
    count = hits.shape[0]
    places = np.zeros((count, 6), dtype=np.float32)
    stains = np.zeros((4, count), dtype=np.float32)
    fine = np.empty((4, count), dtype=np.float32)
    broad = np.empty((4, count), dtype=np.float32)
    slots = np.full((count, 2), -1, dtype=np.int32)
    num_fine = 0
    num_broad = 0
    for n in range(count):
        material = ids[n, 0]
        if material < 0:
            continue
        pattern = int(materials[material, 0])
        one = 1.0 / materials[material, 1]
        x = hits[n, 0] + materials[material, 12]
        y = hits[n, 1] + materials[material, 13]
        z = hits[n, 2] + materials[material, 14]
        stains[0, n] = 1.7 * x
        stains[1, n] = 1.7 * y
        stains[2, n] = 1.7 * z
        stains[3, n] = 1.7 * hits[n, 9]
        x *= one
        y *= one
        z *= one
        nx = abs(hits[n, 3])
        ny = abs(hits[n, 4])
        nz = abs(hits[n, 5])
        u = x
        v = z
        if nz >= nx and nz >= ny:
            v = y
        elif nx >= ny:
            u = y
        blur = hits[n, 9] * one
        if pattern == 3 and materials[material, 15] > 0.5:
            x, y = y, x
        places[n, 0] = x
        places[n, 1] = y
        places[n, 2] = z
        places[n, 3] = u
        places[n, 4] = v
        places[n, 5] = blur
        a, b, c, frequency = _fine_points(pattern, x, y, z, u, v)
        if frequency > 0.0 and frequency * blur < BLURRED:
            fine[0, num_fine] = a
            fine[1, num_fine] = b
            fine[2, num_fine] = c
            fine[3, num_fine] = frequency * blur
            slots[n, 0] = num_fine
            num_fine += 1
        a, b, c, frequency = _broad_points(pattern, x, y, z, u, v)
        if frequency > 0.0 and frequency * blur < BLURRED:
            broad[0, num_broad] = a
            broad[1, num_broad] = b
            broad[2, num_broad] = c
            broad[3, num_broad] = frequency * blur
            slots[n, 1] = num_broad
            num_broad += 1
    return places, stains, fine[:, :num_fine].copy(), broad[:, :num_broad].copy(), slots
