# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Kitchens, baths, stairs: what is built in; each stands on z = 0, its front towards -y."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.shapes import box, box_between, boxes, cylinder, lathe
from anyview.data.synthetic.small_things import scatter
from anyview.data.synthetic.soft_shapes import bars, tube
from anyview.data.synthetic.storage import cabinet
from anyview.data.synthetic.style import Style

Rng = np.random.Generator


def kitchen_row(rng: Rng, style: Style, width: float | None = None) -> Builder:
    """A counter with sink, stove and things on it, wall cupboards, hood, tiles between."""
    w = rng.uniform(1.6, 3.6) if width is None else width
    built, depth, height = Builder(), 0.6, rng.uniform(0.86, 0.94)
    built.add_all(cabinet(rng, style, w, depth, height - 0.04, 0), None, 1)
    top = materials.stone(rng) if rng.random() < 0.6 else style.other_wood
    built.add(box_between((-w / 2, -depth / 2 - 0.03, height - 0.04), (w / 2, depth / 2, height)),
              top, 1)  # fmt: skip
    sink, stove = rng.permutation((-0.27, 0.27)) * w
    black = materials.plain((0.012, 0.012, 0.012), 0.7)
    built.add(box(0.55, 0.42, 0.006), style.metal, 1, place(sink, 0, height))
    built.add(box(0.45, 0.34, 0.003), materials.plain((0.08, 0.08, 0.09), 0.6), 1,
              place(sink, 0, height + 0.004))  # fmt: skip
    tap = ((0, 0.24, 0), (0, 0.24, 0.25), (0, 0.18, 0.3), (0, 0.08, 0.28), (0, 0.06, 0.22))
    built.add(tube(tap, 0.012, 8), style.metal, 1, place(sink, 0, height))
    built.add(box(0.58, 0.5, 0.008), black, 1, place(stove, 0, height))
    for x, y in ((-0.14, -0.11), (0.14, -0.11), (-0.14, 0.11), (0.14, 0.11)):
        ring = cylinder(0.075, 0.004, 18)
        built.add(ring, style.metal, 1, place(stove + x, y, height + 0.008))
    oven = box_between((stove - 0.29, -depth / 2 - 0.03, 0.15), (stove + 0.29, -0.2, height - 0.07))
    built.add(oven, black if rng.random() < 0.6 else style.white, 1)
    built.add(box(0.5, 0.03, 0.02), style.metal, 1, place(stove, -depth / 2 - 0.05, height - 0.16))
    tiles = materials.wall_material(rng, style.photo_share)
    built.add(box(w, 0.01, 0.55), tiles, 1, place(y=depth / 2 - 0.005, z=height))
    if rng.random() < 0.75:
        above = cabinet(rng, style, w * rng.uniform(0.5, 1.0), 0.35, rng.uniform(0.55, 0.85), 0)
        built.add_all(above, place(0, depth / 2 - 0.18, height + 0.5), 1)
    else:
        board = box(w * 0.8, 0.22, 0.025)
        built.add(board, style.wood, 1, place(0, depth / 2 - 0.11, height + 0.5))
        built.add_all(scatter(rng, style, 7, w * 0.75, 0.2, 0.3),
                      place(0, depth / 2 - 0.11, height + 0.525))  # fmt: skip
    built.add_all(scatter(rng, style, int(rng.integers(2, 9)), w * 0.9, 0.5, 0.42),
                  place(z=height + 0.005))  # fmt: skip
    return built


def fridge(rng: Rng, style: Style) -> Builder:
    """A fridge or washing machine."""
    built = Builder()
    look = style.white if rng.random() < 0.6 else style.metal
    if rng.random() < 0.3:
        built.add(box(0.6, 0.58, 0.85, 0.015), style.white, 1)
        port = lathe(((0.19, 0), (0.19, 0.03), (0.15, 0.035), (0.13, 0.01)), 28)
        glass = materials.plain((0.05, 0.05, 0.06), 0.8)
        built.add(port, glass, 1, place(y=-0.29, z=0.45, pitch=np.pi / 2))
        return built
    height, split = rng.uniform(1.4, 2.0), rng.uniform(0.3, 0.7)
    built.add(box(0.6, 0.55, height, 0.01), look, 1)
    for low, high in ((0.06, split), (split, 1.0)):
        door = box_between((-0.3, -0.33, low * height + 0.006), (0.3, -0.28, high * height - 0.006))
        built.add(door, look, 1)
        handle = box_between(
            (-0.27, -0.37, low * height + 0.1), (-0.25, -0.33, high * height - 0.1)
        )
        built.add(handle, style.metal, 1)
    return built


def toilet(rng: Rng, style: Style) -> Builder:
    """A toilet with its cistern."""
    built = Builder()
    profile = ((0.11, 0), (0.1, 0.15), (0.18, 0.36), (0.19, 0.4), (0.13, 0.4), (0.1, 0.3))
    built.add(lathe(profile, 24).scaled(1, 1.3, 1), style.white, 1, place(y=-0.1))
    lid = cylinder(0.19, 0.02, 24).scaled(1, 1.3, 1)
    up = place(y=0.12, z=0.41, pitch=-1.45) if rng.random() < 0.4 else place(y=-0.1, z=0.405)
    built.add(lid, style.white, 1, up)
    built.add(
        box(0.38, 0.18, rng.uniform(0.3, 0.45), 0.03, 2), style.white, 1, place(y=0.26, z=0.4)
    )
    return built


def washbasin(rng: Rng, style: Style) -> Builder:
    """A basin with a tap, on a cabinet or a column, and a mirror or tiles above."""
    built, height = Builder(), 0.85
    if rng.random() < 0.6:
        built.add_all(cabinet(rng, style, rng.uniform(0.5, 1.0), 0.45, height - 0.1, 0), None, 1)
    else:
        built.add(lathe(((0.13, 0), (0.08, 0.2), (0.1, height - 0.1)), 18), style.white, 1)
    profile = ((0.1, 0), (0.24, 0.12), (0.25, 0.13), (0.2, 0.13), (0.05, 0.03))
    built.add(lathe(profile, 26).scaled(1, 0.85, 1), style.white, 1, place(z=height - 0.1))
    tap = ((0, 0.19, 0), (0, 0.19, 0.15), (0, 0.1, 0.16), (0, 0.08, 0.12))
    built.add(tube(tap, 0.012, 8), style.metal, 1, place(z=height))
    mirror = materials.plain(materials.grey(rng), 0.9)
    built.add(box(0.6, 0.02, rng.uniform(0.5, 0.95)), mirror, 1, place(y=0.22, z=1.1))
    built.add(box(0.5, 0.12, 0.02), style.metal, 1, place(y=0.16, z=1.05))
    built.add_all(scatter(rng, style, 3, 0.45, 0.1, 0.2), place(y=0.16, z=1.07))
    return built


def bathtub(rng: Rng, style: Style) -> Builder:
    """A bath, or a shower with glass bars."""
    built = Builder()
    if rng.random() < 0.4:
        built.add(box(0.9, 0.9, 0.08, 0.02), style.white, 1)
        x = np.array((-0.44, 0.44))
        posts = np.stack((x, 0 * x - 0.44, 0 * x + 0.08), axis=-1)
        built.add(bars(posts, np.add(posts, (0, 0, 1.9)), 0.015), style.metal, 1)
        rail = np.array(((-0.44, -0.44, 1.98),))
        built.add(bars(rail, np.add(rail, (0.88, 0, 0)), 0.015), style.metal, 1)
        pipe = ((0.2, 0.42, 0.9), (0.2, 0.42, 2.0), (0.2, 0.2, 2.05))
        built.add(tube(pipe, 0.012, 8), style.metal, 1)
        built.add(cylinder(0.1, 0.02, 20), style.metal, 1, place(0.2, 0.2, 2.02))
        return built
    wall = materials.wall_material(rng) if rng.random() < 0.3 else style.white
    width, depth, height = 1.7, 0.75, rng.uniform(0.5, 0.62)
    rim, half, y = 0.07, width / 2, depth / 2
    low = [(-half, -y, 0), (-half, y - rim, 0), (-half, -y, 0), (half - rim, -y, 0), (-half, -y, 0)]
    high = [
        (half, rim - y, height),
        (half, y, height),
        (rim - half, y, height),
        (half, y, height),
        (half, y, 0.15),
    ]
    built.add(boxes(np.array(low), np.array(high)), wall, 1)
    spout = (
        (half - 0.1, 0, height),
        (half - 0.1, 0, height + 0.2),
        (half - 0.25, 0, height + 0.18),
    )
    built.add(tube(spout, 0.016, 8), style.metal, 1)
    return built


def stairs(rng: Rng, style: Style) -> Builder:
    """A flight that rises along x from -x to +x, with a railing; open or solid below."""
    steps, rise, run = int(rng.integers(4, 10)), rng.uniform(0.16, 0.19), rng.uniform(0.24, 0.3)
    width, solid = rng.uniform(0.8, 1.3), rng.random() < 0.5
    number = np.arange(steps)
    x, z = number * run - steps * run / 2, (number + 1) * rise
    low = np.stack((x, 0 * x - width / 2, 0 * z if solid else z - 0.05), axis=-1)
    high = np.stack((x + run + 0.02, 0 * x + width / 2, z), axis=-1)
    built = Builder()
    built.add(boxes(low, high), style.any_wood(rng), 1)
    for y in (-width / 2 + 0.04, width / 2 - 0.04):
        posts = np.stack((x + run / 2, 0 * x + y, z), axis=-1)
        built.add(bars(posts, np.add(posts, (0, 0, 0.9)), 0.01), style.metal, 1)
        rail = np.add((posts[0], posts[-1]), (0, 0, 0.9))
        built.add(tube(rail, 0.025, 8), style.wood, 1)
        if not solid:
            beam = np.array((posts[0], posts[-1])) - (0, 0, 0.12)
            built.add(tube(beam, 0.06, 4), style.metal, 1)
    return built
