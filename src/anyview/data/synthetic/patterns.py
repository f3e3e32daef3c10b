# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Solid textures: colour and height of a surface at a point in space.

Every detail fades to its mean once it is smaller than a pixel's footprint, so that far surfaces
neither flicker nor alias. Structured patterns (bricks, planks) are drawn on the two axes across
the normal's main one, so they run on around corners and columns; the others are solid.

Importing needs numba (see ``kernels``).
"""

import math

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.kernels import kernel
from anyview.data.synthetic.surface_tables import LATTICE
from anyview.data.synthetic.world import FloatArray, IntArray

Bytes = npt.NDArray[np.uint8]
Drawn = tuple[float, float, float]
"""Share of the second colour, brightness, height in units of the pattern's scale."""

_MASK = LATTICE - 1
_SIDE = 256  # of a photo's finest level


@kernel
def _noise(x: float, y: float, z: float, lattice: Bytes) -> float:
    """Value noise in [0, 1], one cell a unit."""
    fx = math.floor(x)
    fy = math.floor(y)
    fz = math.floor(z)
    x -= fx
    y -= fy
    z -= fz
    x0 = int(fx) & _MASK
    y0 = (int(fy) & _MASK) * LATTICE
    z0 = (int(fz) & _MASK) * (LATTICE * LATTICE)
    x1 = (x0 + 1) & _MASK
    y1 = (y0 + LATTICE) & (_MASK * LATTICE)
    z1 = (z0 + LATTICE * LATTICE) & (_MASK * LATTICE * LATTICE)
    x = x * x * (3.0 - 2.0 * x)
    y = y * y * (3.0 - 2.0 * y)
    z = z * z * (3.0 - 2.0 * z)
    a = float(lattice[x0 + y0 + z0])
    b = float(lattice[x0 + y1 + z0])
    c = float(lattice[x0 + y0 + z1])
    d = float(lattice[x0 + y1 + z1])
    a += x * (float(lattice[x1 + y0 + z0]) - a)
    b += x * (float(lattice[x1 + y1 + z0]) - b)
    c += x * (float(lattice[x1 + y0 + z1]) - c)
    d += x * (float(lattice[x1 + y1 + z1]) - d)
    a += y * (b - a)
    c += y * (d - c)
    return (a + z * (c - a)) * (1.0 / 255.0)


@kernel
def _fbm(x: float, y: float, z: float, blur: float, octaves: int, lattice: Bytes) -> float:
    """Sum of octaves in [0, 1] around 0.5; ``blur`` is the footprint in coarsest cells."""
    total = 0.5
    amplitude = 0.55
    for _ in range(octaves):
        weight = 1.6 - 1.8 * blur
        if weight <= 0.0:
            break
        total += amplitude * min(weight, 1.0) * (_noise(x, y, z, lattice) - 0.5)
        # Turned a little between octaves, so that the lattice does not show.
        x, y = 1.93 * x + 0.61 * y + 7.3, 1.93 * y - 0.61 * x + 3.1
        z = 2.03 * z + 5.7
        blur *= 2.03
        amplitude *= 0.55
    return min(max(total, 0.0), 1.0)


@kernel
def _cell(i: float, j: float, lattice: Bytes) -> float:
    """A random number in [0, 1] for each cell of a grid."""
    a = int(i) * 7 + int(j) * 131
    return float(lattice[(a ^ (a >> 7) ^ (int(j) * 2053)) & (LATTICE**3 - 1)]) * (1.0 / 255.0)


@kernel
def _step(distance: float, blur: float) -> float:
    """0 below, 1 above zero, as wide as the footprint."""
    return min(max(0.5 + distance / max(blur, 1e-4), 0.0), 1.0)


@kernel
def _fade(blur: float) -> float:
    """1 while a detail of size 1 is seen, 0 once it is below a pixel."""
    return min(max(1.5 - 1.5 * blur, 0.0), 1.0)


@kernel
def _boards(u: float, v: float, length: float, joint: float, blur: float) -> Drawn:
    """Rows shifted against each other: 1 on the stone and 0 in the joint, column, row."""
    row = math.floor(v)
    u = u / length + 0.5 * (row - 2.0 * math.floor(0.5 * row)) + 0.13 * row
    column = math.floor(u)
    across = min(v - row, row + 1.0 - v)
    along = min(u - column, column + 1.0 - u) * length
    fade = _fade(0.5 * blur)
    inside = _step(min(across, along) - joint, blur)
    mean = 1.0 - 2.0 * joint * (1.0 + 1.0 / length)
    return mean + fade * (inside - mean), column, row


@kernel
def _masonry(pattern: int, u: float, v: float, blur: float, lattice: Bytes) -> Drawn:
    """Bricks, tiles, planks: rows of pieces, each a little different."""
    if pattern == 4:  # bricks
        inside, column, row = _boards(u * 3.0, v * 3.0, 3.0, 0.07, 3.0 * blur)
        spread = 0.5
    elif pattern == 5:  # tiles
        inside, column, row = _boards(u, v, 1.0, 0.02, blur)
        spread = 0.14
    else:  # planks
        inside, column, row = _boards(u * 2.0, v * 2.0, 9.0, 0.02, 2.0 * blur)
        spread = 0.45
    tone = 1.0 + spread * (_cell(column, row, lattice) - 0.5) * _fade(0.5 * blur)
    grain = 0.5
    if pattern == 9:
        grain = _fbm(u * 1.5 + 3.7 * row, v * 24.0, row * 0.37, 12.0 * blur, 3, lattice)
    else:
        grain = _fbm(u * 9.0, v * 9.0, row * 0.73, 9.0 * blur, 2, lattice)
    tone *= 0.7 + 0.6 * grain
    return 1.0 - inside, tone, 0.05 * inside + 0.01 * grain


@kernel
def _regular(pattern: int, u: float, v: float, blur: float, lattice: Bytes) -> Drawn:
    """Checker, stripes, dots, windows, fabric."""
    fade = _fade(0.5 * blur)
    if pattern == 6:  # checker
        a = _wave(u, blur)
        b = _wave(v, blur)
        return 0.5 + fade * (a + b - 2.0 * a * b - 0.5), 1.0, 0.0
    if pattern == 7:  # stripes
        return 0.5 + fade * (_wave(u, blur) - 0.5), 1.0, 0.0
    x = u - math.floor(u) - 0.5
    y = v - math.floor(v) - 0.5
    if pattern == 8:  # dots
        inside = _step(0.3 - math.sqrt(x * x + y * y), blur)
        return 0.28 + fade * (inside - 0.28), 1.0, 0.0
    if pattern == 12:  # fabric: threads below a broad check
        thread = math.sin(u * 50.0) * math.sin(v * 50.0) * _fade(20.0 * blur)
        band = 0.5 * (_wave(u, blur) + _wave(v, blur))
        return 0.5 + fade * (band - 0.5), 1.0 + 0.22 * thread, 0.004 * thread
    # windows: a dark pane with a frame and a bar, each a little different
    glass = _step(min(0.3 - abs(x), 0.36 - abs(y)), blur)
    bar = _step(0.015 - min(abs(x), abs(y + 0.1)), blur)
    frame = _step(min(0.35 - abs(x), 0.41 - abs(y)), blur) - glass
    own = _cell(math.floor(u), math.floor(v), lattice)
    share = glass * (1.0 - bar)
    share = 0.43 + fade * (share - 0.43)
    tone = 1.0 + fade * (0.25 * frame + glass * (0.5 * own - 0.3 - 0.4 * y * own))
    return share, tone, -0.06 * glass * fade


@kernel
def _wave(u: float, blur: float) -> float:
    """A square wave of period 2, 0 or 1, softened by the footprint."""
    u = abs(u - 2.0 * math.floor(0.5 * u) - 1.0)
    return _step(u - 0.5, blur)


@kernel
def _gravel(u: float, v: float, blur: float, lattice: Bytes) -> Drawn:
    """Pebbles: the nearest of one random point a cell."""
    if blur > 1.0:
        return 0.5, 1.0, 0.0
    ci = math.floor(u)
    cj = math.floor(v)
    best = 9.0
    second = 9.0
    own = 0.5
    for dj in range(-1, 2):
        for di in range(-1, 2):
            i = ci + di
            j = cj + dj
            a = _cell(i, j, lattice)
            b = _cell(j + 57.0, i + 13.0, lattice)
            x = i + 0.15 + 0.7 * a - u
            y = j + 0.15 + 0.7 * b - v
            distance = x * x + y * y
            if distance < best:
                second = best
                best = distance
                own = _cell(i + 31.0, j + 17.0, lattice)
            elif distance < second:
                second = distance
    gap = math.sqrt(second) - math.sqrt(best)
    fade = _fade(blur)
    edge = min(gap * 3.0, 1.0)
    return 0.5 + fade * (own - 0.5), 1.0 + fade * (0.75 * edge - 0.5), 0.25 * edge * fade


@kernel
def _solid(pattern: int, x: float, y: float, z: float, blur: float, lattice: Bytes) -> Drawn:
    """Noise, marble, wood, cracks: the same from every side."""
    if pattern == 1:  # noise
        n = _fbm(x, y, z, blur, 4, lattice)
        return min(max(1.7 * n - 0.35, 0.0), 1.0), 1.0, 0.06 * n
    if pattern == 2:  # marble
        n = _fbm(x, y, z, blur, 4, lattice)
        vein = abs(math.sin(2.0 * (x + 0.6 * y + 0.4 * z) + 9.0 * n))
        fade = _fade(blur)
        return 0.36 + fade * ((1.0 - vein) ** 2 - 0.36) + 0.3 * (n - 0.5), 1.0, 0.0
    if pattern == 3:  # wood
        n = _noise(x * 0.9, y * 0.9, z * 0.4, lattice)
        radius = math.sqrt(x * x + y * y) + 0.6 * n + 0.1 * z
        ring = radius * 5.0 - math.floor(radius * 5.0)
        fade = _fade(5.0 * blur)
        grain = _fbm(x * 14.0, y * 14.0, z * 0.8, 14.0 * blur, 2, lattice)
        return 0.5 + fade * (ring * ring * 1.3 - 0.45), 0.8 + 0.4 * grain, 0.01 * grain
    # cracks
    n = _fbm(x, y, z, blur, 4, lattice)
    line = 1.0 - min(abs(n - 0.5) * 22.0, 1.0)
    broad = _fbm(x * 3.1, y * 3.1, z * 3.1, 3.1 * blur, 3, lattice)
    fade = _fade(4.0 * blur)
    return 0.08 + fade * (line - 0.08), 0.75 + 0.5 * broad, -0.03 * line * fade + 0.02 * broad


@kernel
def _draw(pattern: int, point: FloatArray, axes: FloatArray, blur: float, lattice: Bytes) -> Drawn:
    """One pattern at a point given in repeats; ``axes`` is the point across the main axis."""
    if pattern == 0:
        return 0.0, 1.0, 0.0
    if pattern in {4, 5, 9}:
        return _masonry(pattern, axes[0], axes[1], blur, lattice)
    if pattern in {6, 7, 8, 12, 13}:
        return _regular(pattern, axes[0], axes[1], blur, lattice)
    if pattern == 10:  # grass: blades over patches
        u = axes[0]
        v = axes[1]
        blade = _fbm(u * 10.0, v * 4.0, 0.2 * point[2], 7.0 * blur, 3, lattice)
        patch = _fbm(u * 0.35, v * 0.35, 3.3, 0.35 * blur, 3, lattice)
        return (
            min(max(patch * 1.6 - 0.3 + 0.6 * (blade - 0.5), 0.0), 1.0),
            0.35 + 1.3 * blade,
            (0.1 * blade),
        )
    if pattern == 11:
        return _gravel(axes[0] * 4.0, axes[1] * 4.0, 4.0 * blur, lattice)
    return _solid(pattern, point[0], point[1], point[2], blur, lattice)


@kernel
def _sample_photo(
    photos: Bytes, photo: int, u: float, v: float, blur: float, out: FloatArray
) -> None:
    """Bilinear, at the level whose texels are about as large as the footprint; mirrored outside.

    A photo is stored as levels of side 256, 128 ... 1, one after the other.
    """
    side = _SIDE
    start = 0
    texels = blur * _SIDE
    while texels > 1.5 and side > 1:
        start += side * side * 3
        side //= 2
        texels *= 0.5
    u = abs(u - 2.0 * math.floor(0.5 * u) - 1.0) * side - 0.5
    v = abs(v - 2.0 * math.floor(0.5 * v) - 1.0) * side - 0.5
    fu = math.floor(u)
    fv = math.floor(v)
    left = min(max(int(fu), 0), side - 1)
    right = min(left + 1, side - 1) if fu >= 0.0 else left
    top = min(max(int(fv), 0), side - 1)
    bottom = min(top + 1, side - 1) if fv >= 0.0 else top
    u -= fu
    v -= fv
    for k in range(3):
        a = float(photos[photo, start + (top * side + left) * 3 + k])
        b = float(photos[photo, start + (top * side + right) * 3 + k])
        c = float(photos[photo, start + (bottom * side + left) * 3 + k])
        d = float(photos[photo, start + (bottom * side + right) * 3 + k])
        a += u * (b - a)
        c += u * (d - c)
        value = (a + v * (c - a)) * (1.0 / 255.0)
        out[k] = value * value * (0.68 + 0.32 * value)  # sRGB to linear, within 0.01


@kernel
def draw_surfaces(
    hits: FloatArray,
    ids: IntArray,
    materials: FloatArray,
    lattice: Bytes,
    photos: Bytes,
) -> tuple[FloatArray, FloatArray]:
    """Colour [N, 3], linear in [0, 1], and height [N] in metres of each sample.

    Args:
        hits: [N, 11], see ``shading``; footprint in metres.
        ids: [N, 2], material (-1 = sky: left black) and object.
        materials: [M, 16], see ``surface_tables``.
        lattice: Random bytes.
        photos: [P, B] pictures with their smaller levels; none: [0, B].
    """
    count = hits.shape[0]
    colours = np.zeros((count, 3), dtype=np.float32)
    heights = np.zeros(count, dtype=np.float32)
    point = np.empty(3, dtype=np.float32)
    axes = np.empty(2, dtype=np.float32)
    picture = np.empty(3, dtype=np.float32)
    for n in range(count):
        material = ids[n, 0]
        if material < 0:
            continue
        pattern = int(materials[material, 0])
        scale = materials[material, 1]
        contrast = materials[material, 2]
        for k in range(3):
            point[k] = (hits[n, k] + materials[material, 12 + k]) / scale
        blur = hits[n, 9] / scale
        nx = abs(hits[n, 3])
        ny = abs(hits[n, 4])
        nz = abs(hits[n, 5])
        if nz >= nx and nz >= ny:
            axes[0] = point[0]
            axes[1] = point[1]
        elif nx >= ny:
            axes[0] = point[1]
            axes[1] = point[2]
        else:
            axes[0] = point[0]
            axes[1] = point[2]
        # Nothing real is of one colour: stains of about a metre, and grain.
        x = hits[n, 0] + materials[material, 12]
        y = hits[n, 1] + materials[material, 13]
        z = hits[n, 2] + materials[material, 14]
        stain = _fbm(x * 1.7, y * 1.7, z * 1.7, hits[n, 9] * 1.7, 2, lattice)
        brightness = 0.9 + 0.2 * stain
        if pattern == 15 and photos.shape[0] > 0:
            which = int(materials[material, 5]) % photos.shape[0]
            _sample_photo(photos, which, axes[0], axes[1], blur, picture)
            for k in range(3):
                base = materials[material, 6 + k]
                value = base + contrast * (picture[k] - base)
                colours[n, k] = min(max(value * brightness, 0.0), 1.0)
            heights[n] = 0.01 * scale * contrast * picture[1]
            continue
        # Without pictures, ``photo`` is marbled noise.
        drawn = _draw(2 if pattern == 15 else pattern, point, axes, blur, lattice)
        share = drawn[0] * contrast
        brightness *= 1.0 + contrast * (drawn[1] - 1.0)
        for k in range(3):
            first = materials[material, 6 + k]
            value = first + share * (materials[material, 9 + k] - first)
            colours[n, k] = min(max(value * brightness, 0.0), 1.0)
        heights[n] = drawn[2] * scale * contrast
    return colours, heights


@kernel
def draw_sky(
    directions: FloatArray, ids: IntArray, sky: FloatArray, sun: FloatArray, lattice: Bytes
) -> FloatArray:
    """Linear colour [N, 3] of the sky where ``ids`` says so, black elsewhere.

    Args:
        directions: [N, 3] rays, any length.
        ids: [N, 2], material (-1 = sky) and object.
        sky: [12], see ``surface_tables``.
        sun: [8], row of the lamp that stands for the sun; black if there is none.
        lattice: Random bytes.
    """
    count = directions.shape[0]
    out = np.zeros((count, 3), dtype=np.float32)
    clouds = sky[9]
    for n in range(count):
        if ids[n, 0] >= 0:
            continue
        dx = directions[n, 0]
        dy = directions[n, 1]
        dz = directions[n, 2]
        length = 1.0 / math.sqrt(dx * dx + dy * dy + dz * dz)
        dx *= length
        dy *= length
        dz *= length
        height = max(dz, 0.0)
        up = 1.0 - (1.0 - height) ** 3
        # A layer of clouds, seen from below.
        far = 2.5 / (height + 0.12)
        puff = _fbm(dx * far + 17.0 * clouds, dy * far, 31.0 * clouds, 0.05, 4, lattice)
        cover = min(max((puff - 0.72 + 0.5 * clouds) * 3.5, 0.0), 1.0) * min(height * 8.0, 1.0)
        toward = max(dx * sun[3] + dy * sun[4] + dz * sun[5], 0.0)
        glare = 0.25 * toward**8 + 1.5 * toward**256
        white = (0.9 + 0.5 * glare) * (1.25 - 0.6 * puff)
        level = max(sky[3], sky[4], sky[5])
        for k in range(3):
            colour = sky[3 + k] + up * (sky[k] - sky[3 + k])
            colour += cover * (level * white - colour) + glare * sun[k] * (1.0 - 0.7 * cover)
            out[n, k] = colour
    return out
