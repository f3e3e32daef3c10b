# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""More rays where one a pixel is not enough: at the outlines of things.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np

from anyview.data.synthetic.kernels import kernel, part_of_kernel
from anyview.data.synthetic.world import FloatArray, IntArray

BRIGHTEST = 8.0
"""Light of one sample of several, at most."""

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


@part_of_kernel
def _continues(
    hits: FloatArray, ids: IntArray, n: int, more_hits: FloatArray, more_ids: IntArray, s: int
) -> bool:
    """Whether an extra sample shows the same piece of surface, or sky, as a pixel."""
    same = (ids[n, 0] == more_ids[s, 0]) & (ids[n, 1] == more_ids[s, 1])
    cosine = (
        hits[n, 6] * more_hits[s, 6] + hits[n, 7] * more_hits[s, 7] + hits[n, 8] * more_hits[s, 8]
    )
    off = (
        more_hits[s, 3] * (hits[n, 0] - more_hits[s, 0])
        + more_hits[s, 4] * (hits[n, 1] - more_hits[s, 1])
        + more_hits[s, 5] * (hits[n, 2] - more_hits[s, 2])
    )
    smooth = (cosine > 0.85) & (abs(off) < 3.0 * more_hits[s, 9])
    return same & (smooth | (ids[n, 0] < 0))


@kernel
def find_donors(
    hits: FloatArray,
    ids: IntArray,
    more_hits: FloatArray,
    more_ids: IntArray,
    edges: IntArray,
    width: int,
) -> IntArray:
    """For each extra sample, a pixel that shows the same surface, or -1: most need no shading.

    Textures hold no detail below a pixel, so a sample looks like the pixel at or beside it that
    shows the same surface; only samples of what no pixel around shows are shaded themselves.

    Args:
        hits: [N, 11] of the pixels, see ``ray_hits``.
        ids: [N, 2].
        more_hits: [EXTRA E, 11] of the extra samples.
        more_ids: [EXTRA E, 2].
        edges: [E] pixels that the extra samples are in.
        width: Pixels in a row.
    """
    count = hits.shape[0]
    donors = np.full(more_hits.shape[0], -1, dtype=np.int32)
    for e in range(edges.shape[0]):
        n = edges[e]
        column = n % width
        left = n - 1 if column > 0 else n
        right = n + 1 if column + 1 < width else n
        above = n - width if n >= width else n
        below = n + width if n + width < count else n
        for s in range(e * EXTRA, (e + 1) * EXTRA):
            if _continues(hits, ids, n, more_hits, more_ids, s):
                donors[s] = n
            elif _continues(hits, ids, left, more_hits, more_ids, s):
                donors[s] = left
            elif _continues(hits, ids, right, more_hits, more_ids, s):
                donors[s] = right
            elif _continues(hits, ids, above, more_hits, more_ids, s):
                donors[s] = above
            elif _continues(hits, ids, below, more_hits, more_ids, s):
                donors[s] = below
    return donors


@kernel
def average_edges(light: FloatArray, edges: IntArray, sources: IntArray, count: int) -> FloatArray:
    """Light [count, 3] of the pixels, the extra samples of edge pixels averaged in.

    Args:
        light: [N, 3], pixels first.
        edges: [E].
        sources: [EXTRA E] row of ``light`` that each extra sample takes.
        count: Pixels.
    """
    out = light[:count].copy()
    for e in range(edges.shape[0]):
        n = edges[e]
        for k in range(3):
            # One glint must not turn a whole pixel white.
            total = min(light[n, k], BRIGHTEST)
            for s in range(EXTRA):
                total += min(light[sources[e * EXTRA + s], k], BRIGHTEST)
            out[n, k] = total / (EXTRA + 1)
    return out
