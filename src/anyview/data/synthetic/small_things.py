# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Things that stand on tables, shelves and floors, 3 cm to 60 cm.

Each function returns a builder with one thing that stands on z = 0 about the z axis.
"""

from collections.abc import Callable

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.devices import gadget, laptop
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.shapes import (
    box,
    box_between,
    boxes,
    cone,
    cylinder,
    lathe,
    sphere,
    torus,
)
from anyview.data.synthetic.soft_shapes import leaves, tube
from anyview.data.synthetic.style import Style
from anyview.data.synthetic.vessels import basket, bottle, bowl, cup, fruit, pot, vase

Rng = np.random.Generator


def books(rng: Rng, style: Style, length: float, depth: float, height: float) -> Builder:
    """Standing books that fill ``length`` along x, spines towards -y, backs at y = 0."""
    thickness = rng.uniform(0.012, 0.05, max(2, int(length / 0.03)))
    ends = np.cumsum(thickness)
    count = max(1, int((ends < length).sum()))
    ends, thickness = ends[:count], thickness[:count]
    tall = height * rng.uniform(0.6, 0.95, count)
    deep = depth * rng.uniform(0.6, 0.95, count)
    low = np.stack((ends - thickness - length / 2, -deep, np.zeros(count)), axis=-1)
    high = np.stack((ends - length / 2 - 0.001, np.zeros(count), tall), axis=-1)
    built = Builder()
    looks = [style.things[k] for k in rng.integers(len(style.things), size=count)]
    built.add(boxes(low, high), looks, 1)
    return built


def book_pile(rng: Rng, style: Style) -> Builder:
    """One to six lying books, turned a little against each other."""
    built, level = Builder(), 0.0
    for _ in range(int(rng.integers(1, 7))):
        width, depth, height = rng.uniform((0.12, 0.17, 0.012), (0.2, 0.28, 0.045))
        x, y = rng.normal(0, 0.01, 2)
        turn = place(x, y, level, yaw=rng.normal(0, 0.3))
        built.add(box(width, depth, height), style.thing(rng), 1, turn)
        pages = box_between(
            (-width / 2 + 0.004, -depth / 2 - 0.001, 0.003),
            (width / 2 + 0.001, depth / 2 + 0.001, height - 0.003),
        )
        built.add(pages, style.white, 1, turn)
        level += height
    return built


def toy(rng: Rng, style: Style) -> Builder:
    """A ball, a car, a teddy bear, a tower of bricks or a ring pyramid."""
    built, draw = Builder(), rng.random()
    size, look = rng.uniform(0.06, 0.25), style.thing(rng)
    if draw < 0.25:
        built.add(sphere(size * 0.5, 22), look, 1, place(z=size * 0.5))
    elif draw < 0.5:
        width, wheel = size * 0.5, size * 0.13
        built.add(box(size, width, size * 0.25, size * 0.06, 2), look, 1, place(z=wheel))
        top = box(size * 0.55, width * 0.85, size * 0.22, size * 0.08, 2)
        built.add(top, look, 1, place(-size * 0.05, 0, wheel + size * 0.24))
        for x, y in ((-0.3, -0.5), (0.3, -0.5), (-0.3, 0.5), (0.3, 0.5)):
            rim = cylinder(wheel, size * 0.08, 14).moved(z=-size * 0.04)
            turn = place(x * size, y * width, wheel, pitch=np.pi / 2)
            built.add(rim, materials.plain((0.02, 0.02, 0.02)), 1, turn)
    elif draw < 0.72:
        body = sphere(1.0, 14)
        for x, z, radius in (
            (0, 0.36, 0.34), (0, 0.82, 0.24), (-0.17, 1.02, 0.09), (0.17, 1.02, 0.09),
            (-0.36, 0.45, 0.13), (0.36, 0.45, 0.13), (-0.22, 0.1, 0.15), (0.22, 0.1, 0.15),
        ):  # fmt: skip
            at = place(x * size, -0.12 * size * (z < 0.2), z * size, scale=radius * size)
            built.add(body, look, 1, at)
    elif draw < 0.87:
        edge = size * 0.35
        for level in range(int(rng.integers(1, 6))):
            x, y = rng.normal(0, edge * 0.12, 2)
            turn = place(x, y, level * edge, yaw=rng.normal(0, 0.4))
            built.add(box(edge, edge, edge * 0.98), style.thing(rng), 1, turn)
    else:
        for level in range(5):
            ring = torus(size * (0.34 - 0.05 * level), size * 0.1, 20, 8)
            built.add(ring, style.thing(rng), 1, place(z=size * (0.1 + 0.19 * level)))
        built.add(cone(size * 0.08, size * 1.2), style.wood, 1)
    return built


def table_lamp(rng: Rng, style: Style) -> Builder:
    """A foot, a stem and a shade that may be lit."""
    height, radius = rng.uniform(0.3, 0.65), rng.uniform(0.09, 0.2)
    built = Builder()
    built.add(cylinder(radius * 0.6, 0.02, 20), style.metal, 1)
    stem = lathe(((0.01, 0.02), (rng.uniform(0.01, 0.08), height * 0.3), (0.01, height * 0.65)), 14)
    built.add(stem, style.thing(rng) if rng.random() < 0.5 else style.metal, 1)
    lit = rng.random() < 0.5
    look = materials.glowing(rng, (0.3, 1.2)) if lit else style.white
    shade = lathe(((radius, height * 0.6), (radius * rng.uniform(0.4, 1), height)), 22)
    built.add(shade, look, 1)
    return built


def plant(rng: Rng, style: Style, height: float | None = None) -> Builder:
    """A pot with leaves on stalks, on a trunk, or long and upright."""
    tall = rng.uniform(0.15, 0.5) if height is None else height
    radius = np.clip(tall * rng.uniform(0.12, 0.25), 0.04, 0.22)
    pot = radius * rng.uniform(1.2, 1.9)
    built = Builder()
    profile = ((radius * 0.7, 0), (radius, pot), (radius * 0.9, pot), (radius * 0.9, pot * 0.85))
    look = materials.ceramic(rng) if rng.random() < 0.5 else style.thing(rng)
    built.add(lathe(profile, 20), look, 1)
    green, count = materials.leaf_material(rng), int(rng.integers(18, 90))
    direction = rng.normal(0, 1, (count, 3)).astype(np.float32)
    direction[:, 2] = np.abs(direction[:, 2]) + rng.uniform(0.1, 1.2)
    direction /= np.linalg.norm(direction, axis=1, keepdims=True)
    root = np.zeros((count, 3), dtype=np.float32)
    root[:, 2] = pot * 0.9
    crown, draw = tall - pot, rng.random()
    if draw < 0.35:  # long blades out of the pot
        built.add(leaves(root, direction, crown, crown * rng.uniform(0.06, 0.18), 0.3), green, 1)
        return built
    spread = crown * rng.uniform(0.25, 0.5)
    if draw < 0.7:  # a bush
        root += direction * rng.uniform(0.1, 0.9, (count, 1)).astype(np.float32) * spread
        root[:, 2] += crown * 0.2
    else:  # a trunk with a crown
        path = np.zeros((6, 3), dtype=np.float32)
        path[:, 2] = np.linspace(pot * 0.8, tall - spread, 6)
        path[:, :2] += np.cumsum(rng.normal(0, crown * 0.03, (6, 2)), axis=0)
        built.add(tube(path, crown * 0.02 + 0.004), materials.bark(rng), 1)
        root = path[-1] + direction * rng.uniform(0, 0.7, (count, 1)).astype(np.float32) * spread
    size = spread * rng.uniform(0.4, 0.9)
    built.add(leaves(root.astype(np.float32), direction, size, size * rng.uniform(0.25, 0.6)),
              green, 1)  # fmt: skip
    return built


def carton(rng: Rng, style: Style, size: float | None = None) -> Builder:
    """A box: of cardboard, perhaps open with flaps, or printed."""
    scale = rng.uniform(0.1, 0.6) if size is None else size
    width, depth, height = scale * rng.uniform(0.5, 1.0, 3)
    built, draw = Builder(), rng.random()
    if draw < 0.5:
        look = materials.printed(rng, style.photo_share) if draw < 0.3 else style.thing(rng)
        built.add(box(width, depth, height, 0.003), look, 1)
        return built
    look = materials.cardboard(rng)
    if draw < 0.75:
        built.add(box(width, depth, height), look, 1)
        tape = box_between((-width / 2, -0.025, height), (width / 2, 0.025, height + 0.001))
        built.add(tape, materials.plain(materials.brown(rng), 0.3), 1)
        return built
    half, deep, wall = width / 2, depth / 2, 0.006
    low = [(-half, -deep, 0), (-half, -deep, 0), (-half, deep - wall, 0), (-half, -deep, 0),
           (half - wall, -deep, 0)]  # fmt: skip
    high = [(half, deep, wall), (half, wall - deep, height), (half, deep, height),
            (wall - half, deep, height), (half, deep, height)]  # fmt: skip
    built.add(boxes(np.array(low, np.float32), np.array(high, np.float32)), look, 1)
    for yaw, reach, span in ((0, deep, width), (np.pi, deep, width), (np.pi / 2, half, depth),
                             (-np.pi / 2, half, depth)):  # fmt: skip
        flap = box_between((-span / 2, -reach * 0.9, 0), (span / 2, 0, wall * 0.7))
        lean = place(pitch=rng.uniform(-0.4, 1.2)).astype(np.float32)
        lean[1, 3] = -reach
        built.add(flap.transformed(lean), look, 1, place(z=height, yaw=yaw))
    return built


SMALL_THINGS: tuple[Callable[[Rng, Style], Builder], ...] = (
    book_pile, bottle, cup, vase, bowl, lambda rng, _: fruit(rng), toy, laptop, table_lamp, plant,
    lambda rng, style: carton(rng, style, rng.uniform(0.08, 0.3)), pot, gadget, basket,
)  # fmt: skip
"""What may stand on a table."""


def any_small_thing(rng: Rng, style: Style) -> Builder:
    """One thing for a table or a shelf, new or out of the style's stock."""
    if len(style.stock) >= 8 and rng.random() < 0.75:
        return style.stock[int(rng.integers(len(style.stock)))]
    thing = SMALL_THINGS[int(rng.integers(len(SMALL_THINGS)))](rng, style)
    style.stock.append(thing)
    return thing


def scatter(
    rng: Rng, style: Style, count: int, width: float, depth: float, largest: float = 0.6
) -> Builder:
    """Up to ``count`` things side by side on an area about 0.

    Those that are taller than ``largest`` or wider than the area shrink.

    Each has a number of its own.
    """
    built = Builder()
    taken: list[tuple[float, float, float]] = []
    for _ in range(count):
        thing = any_small_thing(rng, style)
        low, high = thing.bounds()
        reach = float(np.abs(np.concatenate((low[:2], high[:2]))).max())
        scale = min(1.0, largest / float(high[2]), 0.55 * min(width, depth) / reach)
        radius = scale * reach
        for _ in range(4):
            x = rng.uniform(-0.5, 0.5) * max(width - 2 * radius, 0.02)
            y = rng.uniform(-0.5, 0.5) * max(depth - 2 * radius, 0.02)
            if all((x - a) ** 2 + (y - b) ** 2 > (0.85 * (radius + r)) ** 2 for a, b, r in taken):
                taken.append((x, y, radius))
                yaw = rng.normal(0, 0.5)
                built.add_all(thing, place(x, y, yaw=yaw, scale=scale))
                break
    return built
