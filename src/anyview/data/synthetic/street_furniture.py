# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What stands about outdoors: lamp posts, signs, benches, bins, fences, poles with wires.

Each thing stands on z = 0 about the z axis and faces -y.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, Mesh, merge, place
from anyview.data.synthetic.shapes import box, box_between, boxes, cylinder, lathe, sphere
from anyview.data.synthetic.soft_shapes import cable, tube
from anyview.data.synthetic.world import FloatArray, Material

Rng = np.random.Generator
Array = npt.NDArray[np.floating]


def lamp_post(rng: Rng, height: float) -> Builder:
    """A street lamp: an arm over the street (towards -y) or a lantern on top."""
    built = Builder()
    look = materials.plain(materials.dark(rng) if rng.random() < 0.6 else materials.grey(rng), 0.3)
    built.add(cylinder(0.09, height, 8, top=0.05), look, 1)
    built.add(cylinder(0.14, 0.5, 8), look, 1)
    bulb = materials.plain((0.9, 0.88, 0.8), 0.4)
    if rng.random() < 0.6:
        reach = float(rng.uniform(0.8, 2.0))
        arm = (
            (0.0, 0.0, height - 0.1),
            (0.0, -0.5 * reach, height + 0.25),
            (0.0, -reach, height + 0.3),
        )
        built.add(tube(arm, 0.04, 6), look, 1)
        head = ((-0.12, -reach - 0.4, height + 0.24), (0.12, -reach + 0.1, height + 0.36))
        built.add(box_between(*head), look, 1)
    else:
        built.add(lathe(((0.1, 0.0), (0.2, 0.4), (0.0, 0.6)), 8).moved(z=height), bulb, 1)
    return built


def sign(rng: Rng) -> Builder:
    """A traffic sign or a name plate on a pole."""
    built = Builder()
    height = float(rng.uniform(2.0, 2.7))
    built.add(cylinder(0.035, height, 7), materials.metal(rng), 1)
    look = materials.plain(materials.vivid(rng) if rng.random() < 0.7 else materials.white(rng))
    face = materials.plain(materials.white(rng) if rng.random() < 0.6 else materials.vivid(rng))
    sides = int(rng.choice((3, 4, 8, 24)))
    radius = float(rng.uniform(0.3, 0.42))
    turn = place(0.0, -0.03, height - radius, pitch=np.pi / 2, roll=0.0)
    built.add(cylinder(radius, 0.03, sides), look, 1, turn)
    turn = place(0.0, -0.045, height - radius, pitch=np.pi / 2)
    built.add(cylinder(radius * 0.75, 0.02, sides), face, 1, turn)
    return built


def bench(rng: Rng) -> Builder:
    """A park bench."""
    built = Builder()
    wide = float(rng.uniform(1.3, 2.0))
    wood, iron = materials.wood(rng), materials.plain(materials.dark(rng), 0.2)
    y = -0.25 + 0.13 * np.arange(4)
    slats = [box(wide, 0.1, 0.035).moved(0.0, float(row), 0.42) for row in y]
    slats += [box(wide, 0.03, 0.1).moved(0.0, 0.26 + 0.03 * k, 0.55 + 0.14 * k) for k in range(3)]
    built.add(merge(slats), wood, 1)
    for x in (-0.4 * wide, 0.4 * wide):
        feet = [box(0.05, 0.06, 0.42).moved(x, -0.2), box(0.05, 0.06, 0.95).moved(x, 0.24)]
        built.add(merge([*feet, box(0.05, 0.5, 0.04).moved(x, 0.0, 0.38)]), iron, 1)
    return built


def litter_bin(rng: Rng) -> Builder:
    """A litter bin or a bin on wheels."""
    built = Builder()
    look = materials.plain(materials.muted(rng) if rng.random() < 0.5 else materials.dark(rng), 0.2)
    if rng.random() < 0.5:
        built.add(lathe(((0.2, 0.0), (0.26, 0.85), (0.22, 0.85), (0.2, 0.5)), 12), look, 1)
    else:
        built.add(box(0.55, 0.65, 1.03, 0.04), look, 1)
        lid = materials.plain(materials.vivid(rng))
        built.add(box(0.6, 0.72, 0.08, 0.03).moved(z=1.02), lid, 1)
    return built


def bollards(rng: Rng, places: FloatArray) -> Builder:
    """Posts along a kerb."""
    built = Builder()
    look = materials.plain(materials.grey(rng) if rng.random() < 0.5 else materials.dark(rng), 0.3)
    height = float(rng.uniform(0.6, 1.0))
    post = merge([cylinder(0.07, height, 10), sphere(0.08, 8).moved(z=height)])
    for row in places.tolist():
        built.add(post.moved(*row), look, built.new_object())
    return built


def fence(rng: Rng, length: float) -> Builder:
    """A fence or a low wall along x."""
    built = Builder()
    height = float(rng.uniform(0.7, 1.8))
    kind = rng.choice(("pickets", "boards", "rails", "wall"))
    if kind == "wall":
        built.add(box(length, 0.22, 0.7 * height), materials.stone(rng), 1)
        built.add(box(length, 0.3, 0.08).moved(z=0.7 * height), materials.stone(rng), 1)
        return built
    look = materials.wood(rng) if rng.random() < 0.7 else materials.plain(materials.dark(rng), 0.3)
    posts = np.linspace(-length / 2, length / 2, max(2, int(length / 2)))
    built.add(_row(posts, 0.05, 0.05, 0.0, height + 0.05), look, 1)
    rails = (0.25, 0.5, 0.75) if kind == "rails" else (0.25, 0.8)
    for level in rails:
        bar = box(length, 0.04, 0.06).moved(0.0, 0.02, level * height)
        built.add(bar, look, 1)
    if kind != "rails":
        step = 0.13 if kind == "pickets" else 0.205
        wide = step * (0.45 if kind == "pickets" else 0.96)
        pickets = np.arange(-length / 2, length / 2, step)
        built.add(_row(pickets, wide / 2, 0.012, 0.08, height), look, 1)
    return built


def _row(x: Array, half: float, thick: float, low: float, high: float) -> Mesh:
    """Upright boxes at x, in the plane y = 0."""
    zero = 0 * x
    return boxes(
        np.stack((x - half, zero - thick, zero + low), axis=1).astype(np.float32),
        np.stack((x + half, zero + thick, zero + high), axis=1).astype(np.float32),
    )


def poles_with_wires(rng: Rng, places: FloatArray) -> Builder:
    """Wooden poles at [K, 3] places in a row along x, wires between them."""
    built = Builder()
    height, look = float(rng.uniform(6.5, 9.0)), materials.bark(rng)
    black = materials.plain((0.02, 0.02, 0.02))
    for row in places.tolist():
        post = built.new_object()
        built.add(cylinder(0.14, height, 8, top=0.1).moved(*row), look, post)
        built.add(box(0.1, 1.6, 0.1).moved(row[0], row[1], height - 0.6), look, post)
    for side in (-0.7, 0.0, 0.7):
        shift = np.array((0, side, height - 0.45))
        for start, end in pairwise(places):
            built.add(cable(start + shift, end + shift, rng.uniform(0.2, 0.6), 0.015, 8), black)
    return built


def parasol_table(rng: Rng, fabric: Material) -> Builder:
    """A round table with chairs, often below a parasol."""
    built = Builder()
    look, metal = materials.wood(rng), materials.metal(rng)
    table = built.new_object()
    built.add(cylinder(0.04, 0.72, 7), metal, table)
    built.add(cylinder(0.42, 0.04, 16).moved(z=0.72), look, table)
    for turn in rng.uniform(0, 0.5) + np.arange(3) * 2.1:
        chair = Builder()
        chair.add(box(0.42, 0.42, 0.04).moved(z=0.44), look, 1)
        chair.add(box(0.42, 0.03, 0.4).moved(0.0, 0.2, 0.5), look, 1)
        legs = [box(0.03, 0.03, 0.46).moved(x, y) for x in (-0.18, 0.18) for y in (-0.18, 0.18)]
        chair.add(merge(legs), metal, 1)
        out = place(-0.75 * np.sin(turn), 0.75 * np.cos(turn), 0.0, yaw=float(turn))
        built.add_all(chair, out)
    if rng.random() < 0.6:
        top = lathe(((1.4, 2.1), (0.7, 2.45), (0.0, 2.6)), 8)
        shade = built.new_object()
        built.add(top, fabric, shade)
        built.add(cylinder(0.03, 2.5, 6), metal, shade)
    return built
