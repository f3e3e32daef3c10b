# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What of the lamps and of the ambient light reaches the samples; columns as in ``ray_hits``.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.kernels import kernel, part_of_kernel
from anyview.data.synthetic.world import FloatArray, IntArray

Bytes = npt.NDArray[np.uint8]

DARKEST = 50.0
"""Ambient light, of 255, in the deepest corner: light finds its way around."""

FAINT = 0.004
"""Light below which a lamp's shadow is not looked for."""


@kernel
def lamp_rays(
    hits: FloatArray,
    ids: IntArray,
    wanted: Bytes,
    lamp: FloatArray,
    wobble: FloatArray,
    blur_m: float,
    width: int,
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Rays towards a lamp from the samples that face it.

    Args:
        hits: [N, 11].
        ids: [N, 2].
        wanted: [N], 0 where the answer is not needed.
        lamp: [8], see ``surface_tables``.
        wobble: [3, 3, 3] in [-1, 1], moves the lamp from ray to ray, one place for each pixel of a
            3 x 3 tile, so that ``soften_shadows`` sees the whole lamp: penumbrae.
        blur_m: Radius of a lamp in metres; of the sun, tangent of its apparent radius.
        width: Pixels in a row.

    Returns:
        Origins [R, 3], directions [R, 3] that end at the lamp (the sun's have unit length) and the
        rays' samples [R].
    """
    count = hits.shape[0]
    origins = np.empty((count, 3), dtype=np.float32)
    directions = np.empty((count, 3), dtype=np.float32)
    samples = np.empty(count, dtype=np.int32)
    rays = 0
    # From where on a lamp is too weak to be noticed.
    far = lamp[6] * max(lamp[0], lamp[1], lamp[2]) / FAINT
    for n in range(count):
        if ids[n, 0] < 0 or wanted[n] == 0:
            continue
        a = (n // width) % 3
        b = (n % width) % 3
        lx = lamp[3] + blur_m * wobble[a, b, 0]
        ly = lamp[4] + blur_m * wobble[a, b, 1]
        lz = lamp[5] + blur_m * wobble[a, b, 2]
        if lamp[6] > 0.0:
            lx -= hits[n, 0]
            ly -= hits[n, 1]
            lz -= hits[n, 2]
            if lx * lx + ly * ly + lz * lz > far:
                continue
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


@part_of_kernel
def _same_surface(hits: FloatArray, ids: IntArray, a: int, b: int, slack: float) -> bool:
    """Whether two samples lie on one smooth piece of one thing."""
    # One expression: with early returns numba's code is seven times slower.
    same = (ids[a, 0] == ids[b, 0]) & (ids[a, 1] == ids[b, 1])
    cosine = hits[a, 3] * hits[b, 3] + hits[a, 4] * hits[b, 4] + hits[a, 5] * hits[b, 5]
    off = (
        hits[a, 3] * (hits[b, 0] - hits[a, 0])
        + hits[a, 4] * (hits[b, 1] - hits[a, 1])
        + hits[a, 5] * (hits[b, 2] - hits[a, 2])
    )
    return same & (cosine > 0.85) & (abs(off) < slack)


@kernel
def find_inner(hits: FloatArray, ids: IntArray, height: int, width: int) -> Bytes:
    """Which pixels lie between sparse ones of their own surface only.

    Sparse pixels are every other one of every other row; a pixel lies between the two or four
    next to it.

    Args:
        hits: [N, 11], pixels first.
        ids: [N, 2].
        height: Rows of pixels.
        width: Pixels in a row.

    Returns:
        [H W], 1 for those and for the sparse pixels.
    """
    inner = np.zeros(height * width, dtype=np.uint8)
    for i in range(height):
        for j in range(width):
            n = i * width + j
            slack = 3.0 * hits[n, 9]
            same = (ids[n, 0] >= 0) & (i + i % 2 < height) & (j + j % 2 < width)
            for a in range(i - i % 2, min(i + i % 2 + 1, height), 2):
                for b in range(j - j % 2, min(j + j % 2 + 1, width), 2):
                    same &= _same_surface(hits, ids, n, a * width + b, slack)
            inner[n] = 1 if same else 0
    return inner


@kernel
def fill_shadows(ids: IntArray, inner: Bytes, lit: Bytes, height: int, width: int) -> Bytes:
    """Copy to the pixels between the sparse ones what those around them agree on.

    Args:
        ids: [N, 2], pixels first.
        inner: [H W], see ``find_inner``.
        lit: [N] of one lamp, known at the sparse pixels; changed in place.
        height: Rows of pixels.
        width: Pixels in a row.

    Returns:
        [N], 1 where there was no agreement: pixels that need a ray of their own.
    """
    wanted = np.zeros(ids.shape[0], dtype=np.uint8)
    for i in range(height):
        down = (i % 2) * width
        for j in range(width):
            n = i * width + j
            if (i % 2 == 0 and j % 2 == 0) or ids[n, 0] < 0:
                continue
            right = j % 2
            if inner[n] == 0:
                wanted[n] = 1
                continue
            first = lit[n - down - right]
            agree = (lit[n - down + right] == first) & (lit[n + down - right] == first)
            if agree & (lit[n + down + right] == first):
                lit[n] = first
            else:
                wanted[n] = 1
    return wanted


@kernel
def soften_shadows(hits: FloatArray, ids: IntArray, lit: Bytes, height: int, width: int) -> Bytes:
    """The means over 3 x 3 pixels of one surface, so that shadows have no steps.

    Args:
        hits: [N, 11], pixels first.
        ids: [N, 2].
        lit: [N] of one lamp.
        height: Rows of pixels.
        width: Pixels in a row.
    """
    out = lit.copy()
    for i in range(1, height - 1):
        for j in range(1, width - 1):
            n = i * width + j
            own = lit[n]
            even = (lit[n - 1] == own) & (lit[n + 1] == own)
            even &= (lit[n - width - 1] == own) & (lit[n + width - 1] == own)
            even &= (lit[n - width] == own) & (lit[n + width] == own)
            even &= (lit[n - width + 1] == own) & (lit[n + width + 1] == own)
            if even or ids[n, 0] < 0:
                continue
            slack = 3.0 * hits[n, 9]
            total = float(own)
            weight = 1.0
            for a in range(-1, 2):
                for b in range(-1, 2):
                    m = n + a * width + b
                    if m != n and _same_surface(hits, ids, n, m, slack):
                        total += lit[m]
                        weight += 1.0
            out[n] = np.uint8(total / weight)
    return out


@kernel
def open_rays(
    hits: FloatArray, ids: IntArray, width: int, reach_m: float, unit_ball: FloatArray
) -> tuple[FloatArray, FloatArray, IntArray]:
    """One short ray from every other pixel of every other row, to see what is near.

    Args:
        hits: [N, 11], pixels first.
        ids: [N, 2].
        width: Pixels in a row.
        reach_m: Length of the rays.
        unit_ball: [4, 4, 3] points on the unit sphere, one a pixel of a 4 x 4 tile; added to the
            normal they give the directions from which ambient light comes.

    Returns:
        Origins [R, 3], directions [R, 3] of length ``reach_m``, and the rays' pixels [R].
    """
    height = ids.shape[0] // width
    size = ((height + 1) // 2) * ((width + 1) // 2)
    origins = np.empty((size, 3), dtype=np.float32)
    directions = np.empty((size, 3), dtype=np.float32)
    pixels = np.empty(size, dtype=np.int32)
    rays = 0
    for i in range(0, height, 2):
        for j in range(0, width, 2):
            n = i * width + j
            if ids[n, 0] < 0:
                continue
            a = (i // 2) % 4
            b = (j // 2) % 4
            dx = hits[n, 3] + 0.98 * unit_ball[a, b, 0]
            dy = hits[n, 4] + 0.98 * unit_ball[a, b, 1]
            dz = hits[n, 5] + 0.98 * unit_ball[a, b, 2]
            length = reach_m / math.sqrt(dx * dx + dy * dy + dz * dz)
            lift = 1e-3 + 2e-4 * hits[n, 10]
            for k in range(3):
                origins[rays, k] = hits[n, k] + lift * hits[n, 3 + k]
            directions[rays, 0] = dx * length
            directions[rays, 1] = dy * length
            directions[rays, 2] = dz * length
            pixels[rays] = n
            rays += 1
    return origins[:rays], directions[:rays], pixels[:rays]


@kernel
def _fill_openness(
    hits: FloatArray, ids: IntArray, inner: Bytes, out: Bytes, height: int, width: int
) -> None:
    """Give the pixels between the sparse ones the mean of those on their surface."""
    for i in range(height):
        down = (i % 2) * width
        for j in range(width):
            n = i * width + j
            if (i % 2 == 0 and j % 2 == 0) or ids[n, 0] < 0:
                continue
            right = j % 2
            if inner[n] == 1:
                total = float(out[n - down - right]) + float(out[n - down + right])
                total += float(out[n + down - right]) + float(out[n + down + right])
                out[n] = np.uint8(0.25 * total)
                continue
            slack = 8.0 * hits[n, 9]
            total = 0.0
            weight = 0.0
            for a in range(i - i % 2, min(i + i % 2 + 1, height), 2):
                for b in range(j - j % 2, min(j + j % 2 + 1, width), 2):
                    m = a * width + b
                    if _same_surface(hits, ids, n, m, slack):
                        total += out[m]
                        weight += 1.0
            out[n] = np.uint8(total / weight) if weight > 0.0 else np.uint8(200)


@kernel
def spread_openness(
    hits: FloatArray, ids: IntArray, inner: Bytes, opened: FloatArray, height: int, width: int
) -> Bytes:
    """Share of ambient light [H W], 0..255, from the short rays around each pixel.

    A sparse pixel takes the mean of the 4 x 4 rays around it that start on its surface, which are
    one whole tile; the others copy a neighbour on their surface.

    Args:
        hits: [N, 11], pixels first.
        ids: [N, 2].
        inner: [H W], see ``find_inner``.
        opened: [H W] share of its short ray that is free; read at the sparse pixels.
        height: Rows of pixels.
        width: Pixels in a row.
    """
    out = np.full(height * width, 255, dtype=np.uint8)
    for i in range(0, height, 2):
        for j in range(0, width, 2):
            n = i * width + j
            if ids[n, 0] < 0:
                continue
            slack = 8.0 * hits[n, 9]
            total = 0.0
            weight = 0.0
            for a in range(max(i - 4, 0), min(i + 4, height), 2):
                for b in range(max(j - 4, 0), min(j + 4, width), 2):
                    m = a * width + b
                    if m == n or _same_surface(hits, ids, n, m, slack):
                        total += opened[m]
                        weight += 1.0
            out[n] = np.uint8(DARKEST + (255.0 - DARKEST) * total / weight)
    _fill_openness(hits, ids, inner, out, height, width)
    return out
