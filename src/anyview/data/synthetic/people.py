# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""People-like shapes: standing or walking on z = 0, facing -y; also as statues."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.shapes import lathe, sphere
from anyview.data.synthetic.soft_shapes import tube
from anyview.data.synthetic.world import Material

Rng = np.random.Generator


def person(rng: Rng, stone: Material | None = None) -> Builder:
    """A person 1.5 to 1.9 m tall, or a statue if ``stone`` is given."""
    built = Builder()
    tall = float(rng.uniform(1.5, 1.9)) / 1.75
    skin = materials.plain(materials.colour(rng, (0.04, 0.08), (0.3, 0.6), (0.3, 0.9)))
    hair, shoe = materials.plain(materials.dark(rng)), materials.plain(materials.dark(rng))
    shirt, legs = materials.fabric(rng), materials.plain(materials.dark(rng))
    if rng.random() < 0.4:
        legs = materials.fabric(rng)
    if stone is not None:
        skin = hair = shoe = shirt = legs = stone
    transform = place(scale=tall)
    stride = float(rng.uniform(-0.28, 0.28))
    for side in (-1, 1):
        y = side * stride
        hip, knee = (side * 0.1, 0.0, 0.88), (side * 0.1, y * 0.4 - 0.03, 0.48)
        foot = (side * 0.11, y, 0.07)
        built.add(tube((hip, knee, foot), np.array((0.095, 0.07, 0.05)), 7), legs, 1, transform)
        shape = sphere(0.055, 8).scaled(1.0, 2.2, 0.9).moved(side * 0.11, y - 0.06, 0.05)
        built.add(shape, shoe, 1, transform)
        swing = -stride * side + rng.normal(0, 0.06)
        lift = float(rng.uniform(0, 0.5)) if rng.random() < 0.3 else 0.0
        shoulder, elbow = (side * 0.2, 0.0, 1.4), (side * 0.27, swing * 0.4, 1.12 + 0.1 * lift)
        hand = (side * 0.25, swing - 0.15 - 0.2 * lift, 0.9 + lift)
        built.add(
            tube((shoulder, elbow, hand), np.array((0.06, 0.05, 0.04)), 6), shirt, 1, transform
        )
        built.add(sphere(0.05, 6).moved(*hand), skin, 1, transform)
    trunk = lathe(
        ((0.15, 0.82), (0.17, 0.95), (0.15, 1.1), (0.19, 1.35), (0.08, 1.48), (0.05, 1.55)), 10
    )
    built.add(trunk.scaled(1.1, 0.68, 1.0), shirt, 1, transform)
    if rng.random() < 0.25:
        skirt = lathe(((0.27, 0.45), (0.24, 0.6), (0.16, 0.95)), 12)
        built.add(skirt, legs, 1, transform)
    built.add(sphere(0.105, 10).scaled(0.85, 1.0, 1.15).moved(z=1.64), skin, 1, transform)
    built.add(sphere(0.112, 10).scaled(0.88, 0.95, 1.0).moved(0.0, 0.03, 1.68), hair, 1, transform)
    return built
