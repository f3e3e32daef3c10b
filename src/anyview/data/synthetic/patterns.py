# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Textures: colour and height of a surface at a point in space.

Every detail fades to its mean once it is smaller than a pixel's footprint, so that far surfaces
neither flicker nor alias. Structured patterns (bricks, planks) are drawn on the two axes across
the normal's main one, so they run on around corners and columns; the others are solid.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np

from anyview.data.synthetic.kernels import kernel, part_of_kernel
from anyview.data.synthetic.world import FloatArray, IntArray

Place = tuple[float, float, float, float, float, float]
"""Place in repeats (3), across the main axis (2), footprint in repeats: see ``pattern_places``.
Numbers, not an array: counting references to arrays would cost more than the drawing."""

Drawn = tuple[float, float, float]
"""Share of the second colour, brightness, height in units of the pattern's scale."""

STAINS = 0.3
"""Strength of the stains that every surface has: nothing real is of one colour."""


@part_of_kernel
def _cell(i: float, j: float) -> float:
    """A random number in [0, 1] for each cell of a grid."""
    h = (int(i) * 0x9E3779B1 + int(j) * 0x85EBCA77) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 0x2C1B3C6D) & 0xFFFFFFFF
    h = ((h ^ (h >> 12)) * 0x297A2D39) & 0xFFFFFFFF
    return float((h ^ (h >> 15)) & 0xFFFF) * (1.0 / 65535.0)


@part_of_kernel
def _step(distance: float, blur: float) -> float:
    """0 below, 1 above zero, as wide as the footprint."""
    return min(max(0.5 + distance / max(blur, 1e-4), 0.0), 1.0)


@part_of_kernel
def _fade(blur: float) -> float:
    """1 while a detail of size 1 is seen, 0 once it is below a pixel."""
    return min(max(1.5 - 1.5 * blur, 0.0), 1.0)


@part_of_kernel
def _wave(u: float, blur: float) -> float:
    """A square wave of period 2, 0 or 1, softened by the footprint."""
    u = abs(u - 2.0 * math.floor(0.5 * u) - 1.0)
    return _step(u - 0.5, blur)


@kernel
def _boards(
    u: float, v: float, length: float, joint: float, blur: float
) -> tuple[float, float, float]:
    """Rows shifted against each other: 1 on the stone and 0 in the joint, column, row."""
    row = float(math.floor(v))
    u = u / length + 0.5 * (row - 2.0 * math.floor(0.5 * row))
    column = float(math.floor(u))
    across = min(v - row, row + 1.0 - v)
    along = min(u - column, column + 1.0 - u) * length
    fade = _fade(0.5 * blur)
    inside = _step(min(across, along) - joint, blur)
    mean = 1.0 - 2.0 * joint * (1.0 + 1.0 / length)
    return mean + fade * (inside - mean), column, row


@kernel
def _masonry(pattern: int, u: float, v: float, blur: float, grain: float) -> Drawn:
    """Bricks, tiles, planks: rows of pieces, each a little different."""
    if pattern == 4:  # bricks, three rows a repeat
        inside, column, row = _boards(u * 3.0, v * 3.0, 3.0, 0.07, 3.0 * blur)
        spread = 0.5
    elif pattern == 5:  # tiles
        inside, column, row = _boards(u, v, 1.0, 0.02, blur)
        spread = 0.14
    else:  # planks, two a repeat
        row = float(math.floor(v * 2.0))
        shift = 9.0 * _cell(row, 5.0)
        inside, column, row = _boards(u * 2.0 + shift, v * 2.0, 9.0, 0.02, 2.0 * blur)
        spread = 0.5
    tone = 1.0 + spread * (_cell(column, row) - 0.5) * _fade(0.5 * blur)
    tone *= 0.7 + 0.6 * grain
    return 1.0 - inside, tone, 0.03 * inside + 0.02 * grain


@kernel
def _regular(pattern: int, u: float, v: float, blur: float) -> Drawn:
    """Checker, stripes, dots, fabric."""
    fade = _fade(0.5 * blur)
    if pattern == 6:  # checker
        a = _wave(u, blur)
        b = _wave(v, blur)
        return 0.5 + fade * (a + b - 2.0 * a * b - 0.5), 1.0, 0.0
    if pattern == 7:  # stripes
        return 0.5 + fade * (_wave(u, blur) - 0.5), 1.0, 0.0
    if pattern == 8:  # dots
        x = u - math.floor(u) - 0.5
        y = v - math.floor(v) - 0.5
        inside = _step(0.3 - math.sqrt(x * x + y * y), blur)
        return 0.28 + fade * (inside - 0.28), 1.0, 0.0
    # fabric: threads below a broad check
    thread = 0.0
    if blur < 0.05:
        thread = math.sin(u * 50.0) * math.sin(v * 50.0) * _fade(20.0 * blur)
    band = 0.5 * (_wave(u, blur) + _wave(v, blur))
    return 0.5 + fade * (band - 0.5), 1.0 + 0.22 * thread, 0.004 * thread


@kernel
def _windows(u: float, v: float, blur: float) -> Drawn:
    """Dark panes with a frame and bars, each with its own reflection; some are lit."""
    column = float(math.floor(u))
    row = float(math.floor(v))
    x = u - column - 0.5
    y = v - row - 0.5
    glass = _step(min(0.3 - abs(x), 0.36 - abs(y)), blur)
    frame = _step(min(0.35 - abs(x), 0.41 - abs(y)), blur) - glass
    bar = _step(0.015 - min(abs(x), abs(y + 0.1)), blur) * glass
    sill = _step(min(0.4 - abs(x), 0.025 - abs(y + 0.43)), blur)
    own = _cell(column, row)
    curtain = glass if y > 0.36 - 0.8 * max(own - 0.6, 0.0) else 0.0
    fade = _fade(0.5 * blur)
    share = 0.4 + fade * (max(glass - bar - 0.6 * curtain, 0.0) - 0.4)
    reflection = glass * (0.9 * own - 0.5 + 1.2 * y * _cell(row, column))
    tone = 1.0 + fade * (0.2 * frame + 0.25 * sill + reflection)
    return share, tone, 0.04 * fade * (sill - glass)


@kernel
def _gravel(u: float, v: float, blur: float) -> Drawn:
    """Pebbles: the nearest of one random point a cell."""
    if blur > 1.0:
        return 0.5, 1.0, 0.0
    ci = float(math.floor(u))
    cj = float(math.floor(v))
    best = 9.0
    second = 9.0
    own = 0.5
    for dj in range(-1, 2):
        for di in range(-1, 2):
            number = _cell(ci + di, cj + dj)
            other = 61.0 * number - math.floor(61.0 * number)
            x = ci + di + 0.15 + 0.7 * number - u
            y = cj + dj + 0.15 + 0.7 * other - v
            distance = x * x + y * y
            if distance < best:
                second = best
                best = distance
                own = 7.0 * other - math.floor(7.0 * other)
            elif distance < second:
                second = distance
    gap = math.sqrt(second) - math.sqrt(best)
    fade = _fade(blur)
    edge = min(gap * 3.0, 1.0)
    return 0.5 + fade * (own - 0.5), 1.0 + fade * (0.7 * edge - 0.5), 0.08 * edge * fade


@kernel
def _solid(pattern: int, place: Place, fine: float, broad: float) -> Drawn:
    """Noise, marble, wood, cracks, grass: made of noise."""
    blur = place[5]
    if pattern == 1:  # noise
        return min(max(1.7 * fine - 0.35, 0.0), 1.0), 1.0, 0.1 * fine
    if pattern == 3:  # wood, grown along x
        radius = math.sqrt(place[1] * place[1] + place[2] * place[2]) + 0.6 * broad
        ring = radius * 6.0 - math.floor(radius * 6.0)
        share = 0.4 + _fade(6.0 * blur) * (ring * ring * 1.2 - 0.4) + 0.5 * (fine - 0.5)
        return min(max(share, 0.0), 1.0), 0.75 + 0.5 * fine, 0.004 * fine
    if pattern == 14:  # cracks
        line = 1.0 - min(abs(fine - 0.5) * 22.0, 1.0)
        share = 0.08 + _fade(4.0 * blur) * (line - 0.08)
        return share, 0.75 + 0.5 * broad, 0.02 * broad - 0.03 * share
    if pattern == 10:  # grass: blades over patches
        share = min(max(broad * 1.6 - 0.3 + 0.8 * (fine - 0.5), 0.0), 1.0)
        return share, 0.2 + 1.6 * fine, 0.12 * fine
    # marble
    vein = abs(math.sin(2.0 * (place[0] + 0.6 * place[1] + 0.4 * place[2]) + 9.0 * fine))
    share = 0.3 + _fade(blur) * ((1.0 - vein) ** 2 - 0.3) + 0.6 * (broad - 0.5)
    return min(max(share, 0.0), 1.0), 1.0, 0.0


@kernel
def draw_point(pattern: int, place: Place, fine: float, broad: float) -> Drawn:
    """One pattern at one place.

    Args:
        pattern: Its number; ``photo`` is drawn as marble.
        place: Where on the pattern.
        fine: The pattern's main noise there, 0.5 where it is too fine to be seen.
        broad: Its second noise.

    Returns:
        Share of the second colour in [0, 1]; brightness, about 1; height in repeats.
    """
    if pattern == 0:
        return 0.0, 1.0, 0.0
    if pattern == 4 or pattern == 5 or pattern == 9:
        return _masonry(pattern, place[3], place[4], place[5], fine)
    if pattern == 6 or pattern == 7 or pattern == 8 or pattern == 12:
        return _regular(pattern, place[3], place[4], place[5])
    if pattern == 13:
        return _windows(place[3], place[4], place[5])
    if pattern == 11:
        return _gravel(place[3] * 4.0, place[4] * 4.0, 4.0 * place[5])
    return _solid(pattern, place, fine, broad)


@kernel
def draw_patterns(
    ids: IntArray,
    materials: FloatArray,
    places: FloatArray,
    slots: IntArray,
    stains: FloatArray,
    fine: FloatArray,
    broad: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Colour [N, 3], linear in [0, 1], and height [N] in metres of each sample; sky is black.

    Args:
        ids: [N, 2], material (-1 = sky) and object.
        materials: [M, 16], see ``surface_tables``.
        places: [N, 6], see ``pattern_places``, as ``slots``.
        slots: [N, 2].
        stains: [N] noise at the points that ``pattern_places`` chose, as ``fine`` and ``broad``.
        fine: [A].
        broad: [B].
    """
    count = ids.shape[0]
    colours = np.zeros((count, 3), dtype=np.float32)
    heights = np.zeros(count, dtype=np.float32)
    for n in range(count):
        material = ids[n, 0]
        if material < 0:
            continue
        pattern = int(materials[material, 0])
        contrast = materials[material, 2]
        main = fine[slots[n, 0]] if slots[n, 0] >= 0 else 0.5
        other = broad[slots[n, 1]] if slots[n, 1] >= 0 else 0.5
        place = (
            places[n, 0], places[n, 1], places[n, 2], places[n, 3], places[n, 4], places[n, 5]
        )  # fmt: skip
        share, tone, height = draw_point(pattern, place, main, other)
        brightness = 1.0 + STAINS * (stains[n] - 0.5)
        brightness *= 1.0 + contrast * (tone - 1.0)
        share *= contrast
        for k in range(3):
            first = materials[material, 6 + k]
            value = first + share * (materials[material, 9 + k] - first)
            colours[n, k] = min(max(value * brightness, 0.0), 1.0)
        heights[n] = height * materials[material, 1] * contrast
    return colours, heights
