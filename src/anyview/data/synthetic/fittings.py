# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What is fixed to walls and ceilings.

Things for walls stand on z = 0 (or hang below it, where said) with their backs in the plane y = 0
and the room towards -y. Ceiling lamps hang from z = 0.
"""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, Mesh, place
from anyview.data.synthetic.shapes import (
    box_between,
    boxes,
    cylinder,
    lathe,
    sphere,
    torus,
)
from anyview.data.synthetic.small_things import books, scatter
from anyview.data.synthetic.soft_shapes import bars, curtain, frame, tube
from anyview.data.synthetic.style import Style
from anyview.data.synthetic.world import Material

Rng = np.random.Generator


def picture(rng: Rng, style: Style) -> Builder:
    """A framed picture, poster, mirror or board."""
    width, height = rng.uniform(0.2, 1.2), rng.uniform(0.2, 1.0)
    border, depth = rng.uniform(0.01, 0.06), rng.uniform(0.01, 0.04)
    built, draw = Builder(), rng.random()
    if draw < 0.2:  # a poster without a frame
        built.add(_panel(width, height, 0.004), materials.printed(rng, style.photo_share), 1)
        return built
    look = style.any_wood(rng) if rng.random() < 0.5 else style.thing(rng)
    built.add(frame(width, height, border, depth), look, 1)
    if draw < 0.9:
        inner = materials.printed(rng, style.photo_share)
    else:
        inner = materials.plain(materials.grey(rng), 0.9)
    built.add(_panel(width - border, height - border, depth * 0.4), inner, 1, place(z=border / 2))
    if rng.random() < 0.4:  # a passepartout
        rim = frame(width - border, height - border, min(width, height) * 0.16, depth * 0.5)
        built.add(rim, materials.plain(materials.white(rng)), 1, place(z=border / 2))
    return built


def _panel(width: float, height: float, depth: float) -> Mesh:
    return box_between((-width / 2, -depth, 0), (width / 2, 0, height))


def whiteboard(rng: Rng, style: Style) -> Builder:
    """A board to write on, or a pin board with papers."""
    width, height = rng.uniform(1.0, 2.4), rng.uniform(0.8, 1.2)
    built = Builder()
    built.add(frame(width, height, 0.03, 0.025), style.metal, 1)
    if rng.random() < 0.6:
        built.add(_panel(width, height, 0.012), materials.plain(materials.white(rng), 0.5), 1)
        return built
    cork = materials.textured(rng, "noise", (0.45, 0.25, 0.1), (0.25, 0.12, 0.05), (0.01, 0.03))
    built.add(_panel(width, height, 0.012), cork, 1)
    for _ in range(int(rng.integers(3, 12))):
        x, z = rng.uniform(-0.4, 0.4) * width, rng.uniform(0.05, 0.65) * height
        note = _panel(rng.uniform(0.1, 0.22), rng.uniform(0.1, 0.3), 0.003)
        built.add(note, style.thing(rng), 1, place(x, -0.012, z, roll=rng.normal(0, 0.1)))
    return built


def wall_shelf(rng: Rng, style: Style) -> Builder:
    """One board with books and things."""
    width, depth = rng.uniform(0.5, 1.5), rng.uniform(0.15, 0.28)
    built = Builder()
    built.add(_panel(width, 0.025, depth), style.any_wood(rng), 1)
    if rng.random() < 0.5:
        length = width * rng.uniform(0.3, 0.7)
        row = books(rng, style, length, depth, rng.uniform(0.2, 0.32))
        built.add_all(row, place((length - width) / 2, 0, 0.025), 1)
        free = width - length
        things = scatter(rng, style, 2, free, depth, 0.3)
        built.add_all(things, place((width - free) / 2, -depth / 2, 0.025))
    else:
        built.add_all(scatter(rng, style, 5, width, depth, 0.3), place(0, -depth / 2, 0.025))
    return built


def clock(rng: Rng, style: Style) -> Builder:
    """A round clock."""
    radius = rng.uniform(0.1, 0.22)
    built = Builder()
    front = place(z=radius, pitch=np.pi / 2)
    built.add(cylinder(radius, 0.03, 28), materials.plain(materials.white(rng)), 1, front)
    ring = torus(radius, 0.015, 28, 6).moved(z=0.03)
    built.add(ring, style.thing(rng), 1, front)
    for yaw, length in zip(rng.uniform(0, 6, 2), (0.8, 0.5), strict=True):
        hand = box_between((-0.006, 0, 0.03), (0.006, radius * length, 0.036))
        built.add(hand, materials.plain((0.01, 0.01, 0.01)), 1, front @ place(yaw=yaw))
    return built


def radiator(rng: Rng, style: Style) -> Builder:
    """A radiator of ribs under a window."""
    width, height = rng.uniform(0.5, 1.6), rng.uniform(0.4, 0.7)
    count = int(width / 0.06)
    x = np.linspace(-width / 2, width / 2 - 0.045, count)
    low = np.stack((x, 0 * x - 0.12, 0 * x), axis=-1)
    built = Builder()
    built.add(boxes(low, np.add(low, (0.042, 0.08, height))), style.white, 1, place(z=0.12))
    rails = np.array(((-width / 2, -0.08, 0.18), (-width / 2, -0.08, height + 0.06)))
    built.add(bars(rails, np.add(rails, (width, 0, 0)), 0.015), style.white, 1)
    pipe = ((width / 2, -0.08, 0.18), (width / 2 + 0.08, -0.08, 0.18), (width / 2 + 0.08, -0.08, 0))
    built.add(tube(pipe, 0.012), style.white, 1)
    return built


def hooks(rng: Rng, style: Style) -> Builder:
    """Coats on hooks; they hang below z = 0."""
    width = rng.uniform(0.5, 1.3)
    built = Builder()
    built.add(_panel(width, 0.08, 0.02), style.any_wood(rng), 1)
    for x in np.arange(-width / 2 + 0.1, width / 2, 0.17):
        hook = tube(((x, -0.02, 0.02), (x, -0.08, 0.05)), 0.008)
        built.add(hook, style.metal, 1)
        if rng.random() < 0.6:
            long = rng.uniform(0.5, 1.1)
            coat = curtain(rng, rng.uniform(0.2, 0.4), long, 0.12)
            look = materials.fabric(rng, style.photo_share)
            built.add(coat, look, built.new_object(), place(x, -0.12, 0.05 - long))
    return built


def door_leaf(rng: Rng, style: Style, width: float, height: float) -> Builder:
    """A closed or half open door in an opening of this size, with its frame."""
    built = Builder()
    look = style.any_wood(rng) if rng.random() < 0.5 else style.white
    rim = frame(width + 0.16, height + 0.16, 0.08, 0.03)
    built.add(rim.moved(z=-0.08), style.white if rng.random() < 0.6 else look, 1)
    hinge = place(x=-width / 2, y=0.05, yaw=-rng.uniform(0.3, 1.5) if rng.random() < 0.3 else 0.0)
    leaf = box_between((0, 0, 0.005), (width, 0.04, height))
    built.add(leaf, look, 1, hinge)
    rows = int(rng.integers(0, 4))
    for k in range(rows):
        tall = height / rows
        panel = box_between(
            (0.12, -0.008, k * tall + 0.1), (width - 0.12, 0, (k + 1) * tall - 0.06)
        )
        built.add(panel, look, 1, hinge)
    handle = ((width - 0.07, 0.0, 1.0), (width - 0.07, -0.05, 1.0), (width - 0.18, -0.05, 1.0))
    built.add(tube(handle, 0.01), style.metal, 1, hinge)
    return built


def window_insert(rng: Rng, style: Style, width: float, height: float, depth: float) -> Builder:
    """Frame with bars, a sill with things, and sometimes blinds, in an opening through a wall."""
    built = Builder()
    look = style.white if rng.random() < 0.75 else style.wood
    rim = rng.uniform(0.04, 0.08)
    outer = place(y=depth * 0.6)
    built.add(frame(width, height, rim, 0.06), look, 1, outer)
    columns, rows = int(rng.integers(1, 4)), int(rng.integers(1, 3))
    for k in range(1, columns):
        x = width * (k / columns - 0.5)
        built.add(box_between((x - rim / 2, -0.05, 0), (x + rim / 2, 0, height)), look, 1, outer)
    for _ in range(1, rows):
        z = height * rng.uniform(0.5, 0.75)
        bar = box_between((-width / 2, -0.05, z - rim / 2), (width / 2, 0, z + rim / 2))
        built.add(bar, look, 1, outer)
    sill = box_between((-width / 2 - 0.05, -0.12, -0.03), (width / 2 + 0.05, depth * 0.6, 0.0))
    built.add(sill, look, 1)
    if rng.random() < 0.4:
        things = scatter(rng, style, int(rng.integers(1, 4)), width * 0.9, 0.12, 0.45)
        built.add_all(things, place(y=-0.03))
    draw = rng.random()
    if draw < 0.2:  # slats
        level = np.arange(height * rng.uniform(0.0, 0.6), height, 0.045)
        low = np.stack((0 * level - width / 2, 0 * level - 0.02, level), axis=-1)
        slats = boxes(low, np.add(low, (width, 0.025, rng.uniform(0.004, 0.03))))
        built.add(slats, style.white, 1, place(y=depth * 0.3))
    elif draw < 0.3:  # a roller blind
        low_edge = height * rng.uniform(0.2, 0.7)
        blind = box_between((-width / 2, 0, low_edge), (width / 2, 0.004, height))
        built.add(blind, style.soft, 1, place(y=depth * 0.3))
    return built


def curtains(rng: Rng, style: Style, width: float, height: float) -> Builder:
    """A pair of curtains beside an opening, or one drawn before it, on a rail."""
    built = Builder()
    look = materials.fabric(rng, style.photo_share)
    away = 0.18  # in front of the sill
    rail = tube(((-width * 0.7, -away, height), (width * 0.7, -away, height)), 0.012, 8)
    built.add(rail, style.metal, 1)
    share = rng.uniform(0.2, 0.5) if rng.random() < 0.85 else 0.65
    for side in (-1, 1):
        sheet = curtain(rng, width * share, height - 0.02, rng.uniform(0.05, 0.1))
        built.add(sheet, look, 1, place(side * width * (0.66 - share / 2), -away))
    return built


def ceiling_lamp(rng: Rng, style: Style) -> tuple[Builder, float]:
    """A lamp that hangs from z = 0; also how far below it the light should be."""
    built, draw = Builder(), rng.random()
    lit: Material = materials.glowing(rng, (0.8, 2.5))
    if draw < 0.3:  # a panel or tube
        width, depth = (1.2, 0.12) if rng.random() < 0.5 else (0.6, 0.6)
        built.add(box_between((-width / 2, -depth / 2, -0.05), (width / 2, depth / 2, 0)), lit, 1)
        return built, 0.15
    if draw < 0.5:  # a dish
        radius = rng.uniform(0.15, 0.3)
        dish = lathe(((0.0, -0.09), (radius * 0.7, -0.08), (radius, -0.02), (radius, 0.0)), 24)
        built.add(dish, lit, 1)
        return built, 0.2
    drop = rng.uniform(0.3, 0.9)
    built.add(cylinder(0.004, drop, 6).moved(z=-drop), style.metal, 1)
    radius = rng.uniform(0.1, 0.28)
    if draw < 0.65:
        built.add(sphere(radius, 22), lit, 1, place(z=-drop))
        return built, drop + radius + 0.1
    if draw < 0.75:  # several arms
        for angle in np.linspace(0, 2 * np.pi, int(rng.integers(3, 7)), endpoint=False):
            end = (0.35 * np.cos(angle), 0.35 * np.sin(angle), 0.05)
            middle = (0.2 * np.cos(angle), 0.2 * np.sin(angle), -0.08)
            built.add(tube(((0, 0, 0), middle, end), 0.01), style.metal, 1, place(z=-drop))
            built.add(sphere(0.05, 12), lit, 1, place(end[0], end[1], end[2] + 0.05 - drop))
        return built, drop + 0.25
    shade = lathe(((radius, -0.18), (radius * rng.uniform(0.2, 1.0), 0.0)), 24)
    look = lit if rng.random() < 0.4 else style.thing(rng)
    built.add(shade, look, 1, place(z=-drop))
    built.add(sphere(0.04, 10), lit, 1, place(z=-drop - 0.1))
    return built, drop + 0.3


def floor_lamp(rng: Rng, style: Style) -> Builder:
    """A standing lamp, on the floor."""
    height, radius = rng.uniform(1.3, 1.8), rng.uniform(0.12, 0.25)
    built = Builder()
    built.add(cylinder(0.15, 0.025, 22), style.metal, 1)
    built.add(cylinder(0.013, height, 8), style.metal, 1)
    shade = lathe(((radius, height - 0.15), (radius * rng.uniform(0.5, 1), height + 0.15)), 24)
    built.add(shade, materials.glowing(rng, (0.3, 1.2)), 1)
    return built
