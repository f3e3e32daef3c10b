# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Shelves, cabinets, wardrobes: each stands on z = 0 about the z axis, its front towards -y."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.shapes import box, box_between, boxes, cylinder, sphere
from anyview.data.synthetic.small_things import any_small_thing, book_pile, books, scatter
from anyview.data.synthetic.style import Style
from anyview.data.synthetic.world import Material

Rng = np.random.Generator


def shelf(rng: Rng, style: Style, width: float | None = None, height: float | None = None) -> (
    Builder
):  # fmt: skip
    """An open shelf with books and things on its boards; with or without a back."""
    w = rng.uniform(0.5, 2.0) if width is None else width
    h = rng.uniform(0.8, 2.2) if height is None else height
    d = rng.uniform(0.25, 0.4)
    built, thick = Builder(), rng.uniform(0.015, 0.03)
    rows, columns = max(2, round(h / rng.uniform(0.3, 0.45))), max(1, round(w / 0.8))
    x, y = w / 2, d / 2
    level = np.linspace(0.05, h - thick, rows + 1)
    side = np.linspace(-x, x - thick, columns + 1)
    low = [(-x, -y, z) for z in level] + [(s, -y, 0) for s in side]
    high = [(x, y, z + thick) for z in level] + [(s + thick, y, h) for s in side]
    if rng.random() < 0.6:
        low.append((-x, y - 0.006, 0))
        high.append((x, y, h))
    built.add(boxes(np.array(low), np.array(high)), style.any_wood(rng), 1)
    gap, cell, filled = level[1] - level[0] - thick, w / columns - thick, rng.uniform(0.3, 1.0)
    for z in level[:-1]:
        for s in side[:-1]:
            _fill(built, rng, style, (s + thick + cell / 2, z + thick), (cell, d, gap), filled)
    if rng.random() < 0.4:
        built.add_all(scatter(rng, style, 3, w * 0.9, d * 0.8, 0.35), place(z=h))
    return built


def _fill(
    built: Builder,
    rng: Rng,
    style: Style,
    at: tuple[float, float],
    size: tuple[float, float, float],
    filled: float,
) -> None:
    """One compartment: a row of books, a pile, a box or a few things, or nothing."""
    (x, z), (width, depth, height), draw = at, size, rng.random()
    if draw > filled:
        return
    if draw < 0.55 * filled:
        length = width * rng.uniform(0.4, 0.98)
        shift = x + (length - width) / 2 * rng.choice((-1, 1))
        row = books(rng, style, length, depth * 0.85, height * 0.95)
        built.add_all(row, place(shift, depth / 2 - 0.01, z), 1)
    elif draw < 0.7 * filled:
        crate = box(width * rng.uniform(0.6, 0.95), depth * 0.85, height * rng.uniform(0.4, 0.9))
        built.add(crate, style.thing(rng), built.new_object(), place(x, 0, z))
    else:
        for _ in range(int(rng.integers(1, 3))):
            thing = book_pile(rng, style) if rng.random() < 0.3 else any_small_thing(rng, style)
            low, high = thing.bounds()
            wide = float(np.abs(np.concatenate((low[:2], high[:2]))).max())
            scale = min(
                1.0, height * 0.9 / float(high[2]), 0.45 * depth / wide, 0.45 * width / wide
            )
            shift = x + rng.uniform(-1, 1) * (width / 2 - scale * wide)
            built.add_all(thing, place(shift, -0.02, z, scale=scale))


def _front(
    built: Builder, rng: Rng, looks: tuple[Material, Material], area: tuple[float, ...], y: float
) -> None:
    """A door or drawer in front of y over area (x0, x1, z0, z1), with a handle."""
    x0, x1, z0, z1 = area
    gap, look = 0.003, looks[0]
    built.add(box_between((x0 + gap, y - 0.018, z0 + gap), (x1 - gap, y, z1 - gap)), look, 1)
    if rng.random() < 0.3:  # a panelled door
        inner = min(0.06, (x1 - x0) * 0.2, (z1 - z0) * 0.2)
        panel = box_between((x0 + inner, y - 0.024, z0 + inner), (x1 - inner, y, z1 - inner))
        built.add(panel, look, 1)
    middle, wide = (x0 + x1) / 2, x1 - x0 > z1 - z0
    draw = rng.random()
    if draw < 0.4:
        at = (middle, y - 0.03, z1 - 0.06) if wide else (x1 - 0.04, y - 0.03, (z0 + z1) / 2)
        built.add(sphere(0.014, 8), looks[1], 1, place(*at))
    elif draw < 0.9:
        half = min(0.08, (x1 - x0) * 0.3)
        low = (
            (middle - half, y - 0.04, z1 - 0.06)
            if wide
            else (x1 - 0.05, y - 0.04, z0 + 0.4 * (z1 - z0))
        )
        high = (
            (middle + half, y - 0.03, z1 - 0.05)
            if wide
            else (x1 - 0.038, y - 0.03, z0 + 0.6 * (z1 - z0))
        )
        built.add(box_between(low, high), looks[1], 1)


def cabinet(
    rng: Rng,
    style: Style,
    width: float | None = None,
    depth: float | None = None,
    height: float | None = None,
    things: int | None = None,
) -> Builder:
    """A body with a grid of doors or drawers, on a plinth or feet, with things on top."""
    w = rng.uniform(0.4, 1.8) if width is None else width
    d = rng.uniform(0.35, 0.55) if depth is None else depth
    h = rng.uniform(0.5, 1.3) if height is None else height
    lift = rng.uniform(0.03, 0.15)
    body = style.any_wood(rng)
    front = body if rng.random() < 0.7 else style.other_wood if rng.random() < 0.5 else style.white
    built = Builder()
    built.add(box_between((-w / 2, -d / 2, lift), (w / 2, d / 2, h)), body, 1)
    shift = 0.04 if rng.random() < 0.6 else 0.0
    feet = box_between((shift - w / 2, shift - d / 2, 0), (w / 2 - shift, d / 2 - shift, lift))
    built.add(feet, style.metal if rng.random() < 0.3 else body, 1)
    columns = max(1, round(w / rng.uniform(0.4, 0.7)))
    rows = max(1, round((h - lift) / rng.uniform(0.2, 1.2)))
    x, z = np.linspace(-w / 2, w / 2, columns + 1), np.linspace(lift, h - 0.02, rows + 1)
    for i in range(columns):
        for j in range(rows):
            area = (float(x[i]), float(x[i + 1]), float(z[j]), float(z[j + 1]))
            _front(built, rng, (front, style.metal), area, -d / 2)
    if h < 1.7:
        count = int(rng.integers(0, 5)) if things is None else things
        built.add_all(scatter(rng, style, count, w * 0.9, d * 0.8, 0.5), place(z=h))
    return built


def nightstand(rng: Rng, style: Style) -> Builder:
    """A small cabinet beside a bed."""
    return cabinet(rng, style, rng.uniform(0.35, 0.5), 0.4, rng.uniform(0.45, 0.65), 2)


def wardrobe(rng: Rng, style: Style) -> Builder:
    """A tall cabinet."""
    return cabinet(rng, style, rng.uniform(0.8, 2.4), 0.6, rng.uniform(1.8, 2.3), 0)


def tv_board(rng: Rng, style: Style) -> Builder:
    """A low board with a television and boxes on it."""
    width, height = rng.uniform(1.2, 2.0), rng.uniform(0.35, 0.6)
    built = cabinet(rng, style, width, 0.4, height, 0)
    size = rng.uniform(0.8, 1.3)
    tall, thing = size * 0.57, built.new_object()
    black = materials.plain((0.01, 0.01, 0.012), 0.5)
    built.add(box(size * 0.4, 0.2, 0.02), black, thing, place(z=height))
    built.add(box(size, 0.04, tall, 0.006), black, thing, place(y=0.05, z=height + 0.06))
    if rng.random() < 0.35:
        picture = materials.printed(rng, style.photo_share)
        screen = box(size * 0.96, 0.02, tall * 0.93)
        built.add(screen, picture, thing, place(y=0.036, z=height + 0.06 + tall * 0.035))
    for x in (-0.42, 0.42):
        if rng.random() < 0.6:
            turn = place(x * width, 0, height)
            built.add_all(scatter(rng, style, 2, 0.3, 0.35, 0.5), turn)
    return built


def storage_rack(rng: Rng, style: Style) -> Builder:
    """A rack of posts and boards, full of boxes."""
    width, depth, height = rng.uniform(0.9, 1.8), rng.uniform(0.35, 0.6), rng.uniform(1.4, 2.2)
    built, x, y = Builder(), width / 2, depth / 2
    corner = np.array(((-x, -y, 0), (x, -y, 0), (-x, y, 0), (x, y, 0)))
    built.add(boxes(corner - (0.02, 0.02, 0), np.add(corner, (0.02, 0.02, height))), style.metal, 1)
    rows = int(rng.integers(3, 6))
    level = np.linspace(0.1, height - 0.05, rows)
    low = np.stack((0 * level - x, 0 * level - y, level), axis=-1)
    board = boxes(low, np.add(low, (width, depth, 0.025)))
    built.add(board, style.any_wood(rng) if rng.random() < 0.6 else style.metal, 1)
    gap = float(level[1] - level[0])
    for z in level:
        left = -x
        while left < x - 0.12:
            w = rng.uniform(0.12, 0.5)
            if left + w > x:
                break
            look = materials.cardboard(rng) if rng.random() < 0.5 else style.thing(rng)
            tall = rng.uniform(0.3, 0.85) * min(gap, 0.6 if z < level[-1] else 0.3)
            if rng.random() < 0.75:
                crate = box(w * 0.93, depth * rng.uniform(0.6, 0.95), tall)
            else:
                crate = cylinder(min(w, depth) * 0.45, tall, 18)
            built.add(crate, look, built.new_object(), place(left + w / 2, 0, float(z) + 0.025))
            left += w * rng.uniform(1.0, 1.5)
    return built
