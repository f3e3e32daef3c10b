# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Random looks with the colours that surfaces really have.

Every function draws from ``rng``. ``photo_share`` is the probability that a surface is covered
with a photograph instead of a drawn pattern; 0 draws patterns only.
"""

import colorsys
from collections.abc import Sequence

import numpy as np

from anyview.data.synthetic.world import Colour, Material, Pattern

Rng = np.random.Generator
Range = tuple[float, float]

_NUM_PHOTOS = 1 << 16  # "modulo their number": any number will do


def colour(rng: Rng, hue: Range, saturation: Range, value: Range) -> Colour:
    """Linear RGB drawn uniformly in HSV of sRGB; hue in turns (0 red, 1/3 green, 2/3 blue)."""
    h, s, v = (rng.uniform(*span) for span in (hue, saturation, value))
    red, green, blue = colorsys.hsv_to_rgb(h % 1.0, s, v)
    return (red**2.2, green**2.2, blue**2.2)


def shade(base: Colour, factor: float) -> Colour:
    """Darker (below 1) or lighter, held within [0, 1]."""
    return (
        min(1.0, base[0] * factor),
        min(1.0, base[1] * factor),
        min(1.0, base[2] * factor),
    )


def white(rng: Rng) -> Colour:
    """White to cream."""
    return colour(rng, (0.05, 0.2), (0.0, 0.09), (0.82, 0.97))


def grey(rng: Rng) -> Colour:
    """From light to dark grey, hardly tinted."""
    return colour(rng, (0.0, 1.0), (0.0, 0.08), (0.25, 0.85))


def pale(rng: Rng) -> Colour:
    """Beige, or a pastel of any hue: painted walls."""
    if rng.random() < 0.6:
        return colour(rng, (0.06, 0.14), (0.08, 0.28), (0.7, 0.92))
    return colour(rng, (0.0, 1.0), (0.08, 0.3), (0.65, 0.92))


def dark(rng: Rng) -> Colour:
    """Near black, or a deep colour."""
    return colour(rng, (0.0, 1.0), (0.05, 0.5), (0.06, 0.28))


def brown(rng: Rng) -> Colour:
    """Wood, leather, earth, cardboard."""
    return colour(rng, (0.04, 0.11), (0.3, 0.7), (0.22, 0.8))


def vivid(rng: Rng) -> Colour:
    """A strong colour of any hue, as toys, packages and book covers have."""
    return colour(rng, (0.0, 1.0), (0.5, 0.95), (0.4, 0.95))


def green(rng: Rng) -> Colour:
    """Leaves and grass."""
    return colour(rng, (0.19, 0.36), (0.35, 0.8), (0.2, 0.6))


def muted(rng: Rng) -> Colour:
    """A dull colour of any hue, as clothes and upholstery have."""
    return colour(rng, (0.0, 1.0), (0.1, 0.5), (0.25, 0.8))


def textured(
    rng: Rng,
    pattern: Pattern,
    first: Colour,
    second: Colour,
    scale_m: Range,
    contrast: Range = (0.4, 1.0),
    shininess: float = 0.0,
) -> Material:
    """A drawn pattern at a random size and place."""
    x, y, z = (float(shift) for shift in rng.uniform(-20, 20, 3))
    return Material(
        pattern,
        first,
        second,
        scale_m=float(np.exp(rng.uniform(*np.log(scale_m)))),
        contrast=float(rng.uniform(*contrast)),
        shininess=shininess,
        offset_m=(x, y, z),
    )


def plain(base: Colour, shininess: float = 0.0, glow: float = 0.0) -> Material:
    """One colour without texture."""
    return Material("plain", base, shininess=shininess, glow=glow)


def photo(rng: Rng, scale_m: Range, shininess: float = 0.0) -> Material:
    """A photograph out of the user's folder, ``scale_m`` wide."""
    look = textured(rng, "photo", (1.0, 1.0, 1.0), grey(rng), scale_m, (1.0, 1.0), shininess)
    return Material(
        "photo",
        look.first,
        look.second,
        scale_m=look.scale_m,
        shininess=shininess,
        photo=int(rng.integers(_NUM_PHOTOS)),
        offset_m=look.offset_m,
    )


def glowing(rng: Rng, strength: Range = (1.0, 3.0), warm: bool = True) -> Material:
    """A lamp shade, a screen, a bright pane."""
    hue, saturation = ((0.08, 0.14), (0.02, 0.3)) if warm else ((0.5, 0.65), (0.0, 0.25))
    base = colour(rng, hue, saturation, (0.9, 1.0))
    return plain(base, glow=float(rng.uniform(*strength)))


def wall_material(rng: Rng, photo_share: float = 0.0) -> Material:
    """Inside wall: mostly plain paint, some plaster, paper, brick, tiles or panels."""
    if rng.random() < 0.6 * photo_share:
        return photo(rng, (1.0, 4.0))
    base = white(rng) if rng.random() < 0.55 else pale(rng)
    draw = rng.random()
    if draw < 0.5:
        return plain(base)
    if draw < 0.7:
        return textured(rng, "noise", base, shade(base, 0.75), (0.02, 1.5), (0.1, 0.5))
    if draw < 0.84:
        paper = _pick(rng, ("stripes", "dots", "checker", "fabric", "marble"))
        other = shade(base, rng.uniform(0.55, 0.9)) if rng.random() < 0.7 else muted(rng)
        return textured(rng, paper, base, other, (0.05, 0.4), (0.15, 0.9))
    if draw < 0.90:
        brick = colour(rng, (0.0, 0.07), (0.2, 0.6), (0.4, 0.85))
        return textured(rng, "bricks", brick, grey(rng), (0.2, 0.3), (0.6, 1.0))
    if draw < 0.96:
        tile = white(rng) if rng.random() < 0.6 else pale(rng)
        return textured(rng, "tiles", tile, grey(rng), (0.1, 0.4), (0.5, 1.0), 0.3)
    return textured(rng, "planks", brown(rng), dark(rng), (0.1, 0.25), (0.4, 0.9))


def floor_material(rng: Rng, photo_share: float = 0.0) -> Material:
    """Inside floor: boards, tiles, carpet, concrete, plain."""
    if rng.random() < 0.6 * photo_share:
        return photo(rng, (0.8, 3.0), 0.1)
    shine = float(rng.choice((0.0, 0.1, 0.3)))
    draw = rng.random()
    if draw < 0.38:
        base = colour(rng, (0.05, 0.1), (0.2, 0.6), (0.35, 0.85))
        return textured(rng, "planks", base, shade(base, 0.55), (0.08, 0.25), (0.4, 0.9), shine)
    if draw < 0.56:
        base = white(rng) if rng.random() < 0.4 else grey(rng)
        return textured(rng, "tiles", base, shade(base, 0.6), (0.2, 0.8), (0.4, 1.0), shine)
    if draw < 0.62:
        return textured(rng, "checker", white(rng), dark(rng), (0.2, 0.6), (0.3, 1.0), shine)
    if draw < 0.78:
        base = muted(rng) if rng.random() < 0.5 else grey(rng)
        pattern = _pick(rng, ("fabric", "noise", "gravel"))
        return textured(rng, pattern, base, shade(base, 0.7), (0.02, 0.2), (0.3, 0.9))
    if draw < 0.9:
        base = grey(rng)
        pattern = _pick(rng, ("noise", "marble", "cracks"))
        return textured(rng, pattern, base, shade(base, 0.75), (0.3, 2.0), (0.2, 0.8), shine)
    return plain(pale(rng) if rng.random() < 0.5 else grey(rng), shine)


def ceiling_material(rng: Rng) -> Material:
    """White, sometimes with panels or boards."""
    base = white(rng)
    draw = rng.random()
    if draw < 0.72:
        return plain(base)
    if draw < 0.9:
        return textured(rng, "tiles", base, shade(base, 0.7), (0.5, 0.7), (0.3, 0.8))
    return textured(rng, "planks", brown(rng), dark(rng), (0.1, 0.2), (0.3, 0.8))


def wood(rng: Rng, photo_share: float = 0.0) -> Material:
    """Furniture wood: grained, painted white, or dark."""
    if rng.random() < 0.4 * photo_share:
        return photo(rng, (0.4, 1.5), 0.15)
    shine = float(rng.uniform(0, 0.3))
    draw = rng.random()
    if draw < 0.22:
        return plain(white(rng), shine)
    if draw < 0.3:
        return plain(dark(rng), shine)
    base = colour(rng, (0.045, 0.1), (0.25, 0.65), (0.3, 0.85))
    if draw < 0.42:
        return plain(base, shine)
    return textured(rng, "wood", base, shade(base, 0.6), (0.05, 0.3), (0.3, 0.9), shine)


def metal(rng: Rng) -> Material:
    """Steel, chrome, black or brass; plain and shiny."""
    draw = rng.random()
    if draw < 0.55:
        return plain(colour(rng, (0.5, 0.65), (0.0, 0.08), (0.45, 0.8)), 0.8)
    if draw < 0.85:
        return plain(dark(rng), 0.4)
    return plain(colour(rng, (0.09, 0.13), (0.35, 0.6), (0.5, 0.8)), 0.8)


def fabric(rng: Rng, photo_share: float = 0.0) -> Material:
    """Upholstery, curtains, bedding: plain, woven, striped, checked, dotted."""
    if rng.random() < 0.5 * photo_share:
        return photo(rng, (0.3, 1.2))
    draw = rng.random()
    base = white(rng) if draw < 0.2 else grey(rng) if draw < 0.42 else muted(rng)
    if rng.random() < 0.12:
        base = vivid(rng)
    draw = rng.random()
    if draw < 0.35:
        return plain(base)
    if draw < 0.7:
        return textured(rng, "fabric", base, shade(base, 0.6), (0.004, 0.05), (0.2, 0.8))
    other = shade(base, rng.uniform(0.4, 1.6)) if rng.random() < 0.6 else muted(rng)
    pattern = _pick(rng, ("stripes", "checker", "dots", "noise", "tiles"))
    return textured(rng, pattern, base, other, (0.02, 0.25), (0.3, 1.0))


def leather(rng: Rng) -> Material:
    """Black, brown, white, faintly mottled."""
    base = brown(rng) if rng.random() < 0.5 else dark(rng) if rng.random() < 0.6 else white(rng)
    return textured(rng, "noise", base, shade(base, 0.7), (0.02, 0.2), (0.1, 0.5), 0.35)


def thing_material(rng: Rng, photo_share: float = 0.0) -> Material:
    """A small thing: plastic, painted, printed, wooden, metal, glazed."""
    if rng.random() < photo_share:
        return photo(rng, (0.1, 0.6), float(rng.uniform(0, 0.3)))
    shine = float(rng.choice((0.0, 0.2, 0.6)))
    draw = rng.random()
    if draw < 0.42:
        return plain(_any_colour(rng), shine)
    if draw < 0.52:
        return wood(rng)
    if draw < 0.6:
        return metal(rng)
    pattern = _pick(
        rng,
        ("noise", "marble", "stripes", "dots", "checker", "tiles", "fabric", "cracks", "bricks"),
    )
    scale = (0.01, 0.15) if rng.random() < 0.8 else (0.15, 0.5)
    return textured(rng, pattern, _any_colour(rng), _any_colour(rng), scale, (0.3, 1.0), shine)


def printed(rng: Rng, photo_share: float = 0.0) -> Material:
    """A picture on a wall, a book cover, a package: something with much on it."""
    if rng.random() < min(1.0, 2 * photo_share):
        return photo(rng, (0.2, 0.9))
    pattern = _pick(rng, ("marble", "noise", "checker", "dots", "stripes", "cracks", "windows"))
    return textured(rng, pattern, _any_colour(rng), _any_colour(rng), (0.03, 0.4), (0.5, 1.0))


def ceramic(rng: Rng) -> Material:
    """Glazed: white or coloured, shiny."""
    base = white(rng) if rng.random() < 0.5 else _any_colour(rng)
    return plain(base, float(rng.uniform(0.3, 0.9)))


def cardboard(rng: Rng) -> Material:
    """Boxes for moving house."""
    base = colour(rng, (0.07, 0.1), (0.3, 0.5), (0.55, 0.8))
    return textured(rng, "noise", base, shade(base, 0.8), (0.05, 0.5), (0.1, 0.5))


def leaf_material(rng: Rng) -> Material:
    """Leaves of plants."""
    base = green(rng)
    return textured(rng, "noise", base, shade(base, 0.5), (0.02, 0.2), (0.3, 0.9), 0.1)


def bark(rng: Rng) -> Material:
    """Trunks and twigs."""
    base = colour(rng, (0.04, 0.1), (0.15, 0.5), (0.2, 0.5))
    return textured(rng, "cracks", base, shade(base, 0.5), (0.03, 0.2), (0.4, 1.0))


def stone(rng: Rng, photo_share: float = 0.0) -> Material:
    """Rock, concrete, marble tops."""
    if rng.random() < 0.5 * photo_share:
        return photo(rng, (0.5, 3.0))
    base = colour(rng, (0.05, 0.15), (0.0, 0.25), (0.3, 0.85))
    pattern = _pick(rng, ("noise", "marble", "cracks", "gravel"))
    return textured(rng, pattern, base, shade(base, 0.6), (0.05, 1.0), (0.3, 1.0))


def _any_colour(rng: Rng) -> Colour:
    """As things are: half colourful, the rest white, grey, brown, dark or dull."""
    maker = (vivid, vivid, vivid, white, grey, brown, dark, muted)[int(rng.integers(8))]
    return maker(rng)


def _pick(rng: Rng, patterns: Sequence[Pattern]) -> Pattern:
    return patterns[int(rng.integers(len(patterns)))]
