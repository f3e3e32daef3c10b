# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""More rays where one a pixel is not enough: at the outlines of things.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np

from anyview.data.synthetic.kernels import kernel, part_of_kernel
from anyview.data.synthetic.world import FloatArray, IntArray

EXTRA = 3
"""Extra rays through a pixel on an edge, in a triangle around the one through its centre."""


@part_of_kernel
def _differs(hits: FloatArray, ids: IntArray, face: IntArray, a: int, b: int) -> bool:
    """Whether two neighbours show different surfaces."""
    # One expression: with early returns numba's code is seven times slower.
    same = (ids[a, 0] == ids[b, 0]) & (ids[a, 1] == ids[b, 1])
    cosine = hits[a, 6] * hits[b, 6] + hits[a, 7] * hits[b, 7] + hits[a, 8] * hits[b, 8]
    # How far the neighbour's point lies off this one's plane.
    off = (
        hits[a, 3] * (hits[b, 0] - hits[a, 0])
        + hits[a, 4] * (hits[b, 1] - hits[a, 1])
        + hits[a, 5] * (hits[b, 2] - hits[a, 2])
    )
    jump = (cosine < 0.9) | (abs(off) > 3.0 * min(hits[a, 9], hits[b, 9]))
    return (not same) | ((ids[a, 0] >= 0) & (face[a] != face[b]) & jump)


@kernel
def find_edges(
    hits: FloatArray, ids: IntArray, face: IntArray, height: int, width: int
) -> IntArray:
    """Pixels (row * width + column) at which face, object, normal or depth jumps, ascending."""
    marked = np.zeros(height * width, dtype=np.bool_)
    for i in range(height):
        for j in range(width):
            n = i * width + j
            if j + 1 < width and _differs(hits, ids, face, n, n + 1):
                marked[n] = True
                marked[n + 1] = True
            if i + 1 < height and _differs(hits, ids, face, n, n + width):
                marked[n] = True
                marked[n + width] = True
    edges = np.empty(height * width, dtype=np.int32)
    found = 0
    for n in range(height * width):
        if marked[n]:
            edges[found] = n
            found += 1
    return edges[:found]


@kernel
def edge_rays(
    world_from_pixel: FloatArray, edges: IntArray, width: int, turn: FloatArray
) -> FloatArray:
    """[EXTRA E, 3] directions around the centres of the edge pixels.

    Args:
        world_from_pixel: [3, 3] directions from pixel coordinates.
        edges: [E] pixels.
        width: Pixels in a row.
        turn: [E] angle in radians by which each pixel's triangle of rays is turned.
    """
    out = np.empty((edges.shape[0] * EXTRA, 3), dtype=np.float32)
    half = 0.5
    turned = math.sqrt(0.75)
    for e in range(edges.shape[0]):
        x = 0.38 * math.cos(turn[e])
        y = 0.38 * math.sin(turn[e])
        column = edges[e] % width + 0.5
        row = edges[e] // width + 0.5
        for s in range(EXTRA):
            for k in range(3):
                out[e * EXTRA + s, k] = (
                    world_from_pixel[k, 0] * (column + x)
                    + world_from_pixel[k, 1] * (row + y)
                    + world_from_pixel[k, 2]
                )
            x, y = -half * x - turned * y, turned * x - half * y
    return out


@kernel
def average_edges(light: FloatArray, edges: IntArray, count: int) -> FloatArray:
    """Light [count, 3] of the pixels, the extra samples of edge pixels averaged in.

    Args:
        light: [count + EXTRA E, 3], pixels first.
        edges: [E].
        count: Pixels.
    """
    out = light[:count].copy()
    for e in range(edges.shape[0]):
        n = edges[e]
        for k in range(3):
            total = min(out[n, k], 8.0)
            for s in range(EXTRA):
                total += min(light[count + e * EXTRA + s, k], 8.0)
            out[n, k] = total / (EXTRA + 1)
    return out
