# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Blocks of houses seen from above, as a drone sees them."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.buildings import HousePlan, house
from anyview.data.synthetic.daylight import draw_daylight
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.shapes import box_between
from anyview.data.synthetic.terrain import add_horizon
from anyview.data.synthetic.vegetation import lawn, stand, tree
from anyview.data.synthetic.vehicles import car
from anyview.data.synthetic.world import World

Rng = np.random.Generator


def build_aerial(rng: Rng, photo_share: float) -> World:
    """Streets in a grid, houses around yards, cameras 15 to 60 metres up."""
    built = Builder()
    sun, sky = draw_daylight(rng, haze_share=0.3)
    grass = lawn(rng)
    tar = materials.colour(rng, (0.0, 1.0), (0.0, 0.06), (0.25, 0.55))
    asphalt = materials.textured(rng, "noise", tar, materials.shade(tar, 0.8), (0.5, 5.0))
    paint = materials.plain(materials.white(rng))
    built.add(box_between((-130.0, -130.0, -0.5), (130.0, 130.0, 0.0)), asphalt)
    block, road = float(rng.uniform(34, 52)), float(rng.uniform(8, 13))
    cars = [car(rng) for _ in range(5)]
    trees = [tree(rng, float(rng.uniform(4, 9)), 20) for _ in range(3)]
    spots: list[tuple[float, float, float]] = []
    for column in range(-1, 2):
        for row in range(-1, 2):
            x, y = column * (block + road), row * (block + road)
            half = block / 2
            yard = ((x - half, y - half, 0.0), (x + half, y + half, 0.15))
            built.add(box_between(*yard), grass if rng.random() < 0.7 else materials.stone(rng))
            if rng.random() < 0.88:
                _add_block(built, rng, (x, y), half, photo_share)
            inner = rng.uniform(-0.45 * block, 0.45 * block, (int(rng.integers(3, 14)), 2))
            spots += [(x + a, y + b, 0.1) for a, b in inner.tolist()]
            for k in np.arange(-half, half, 6.5):
                if rng.random() < 0.45:
                    at = place(x + k, y - half - 1.2, 0.0)
                    built.add_all(cars[int(rng.integers(5))], at, built.new_object())
            line = (
                (x - half, y + half + road / 2 - 0.08, 0.0),
                (x + half, y + half + road / 2 + 0.08, 0.02),
            )
            built.add(box_between(*line), paint)
    places = np.array(spots, np.float32)
    which = rng.integers(3, size=len(places))
    for index, kind in enumerate(trees):
        kind.plant(built, stand(rng, places[which == index]))
    add_horizon(built, rng, sky, 140.0, 500.0)
    low = float(rng.uniform(18, 35))
    return built.world(
        "aerial",
        lamps=(sun,),
        sky=sky,
        camera_box=((-50, -50, low), (50, 50, low + 25)),
        size_m=low * 1.3,
        focus=rng.uniform((-45, -45, 0), (45, 45, 10), (60, 3)).astype(np.float32),
    )


def _add_block(
    built: Builder, rng: Rng, centre: tuple[float, float], half: float, photo_share: float
) -> None:
    """Houses along the four sides of a block, fronts outwards; or few detached ones."""
    detached = rng.random() < 0.4
    for turn in np.arange(4) * np.pi / 2:
        x = -half + (0 if detached else 9)
        while x < half - 7:
            width = float(min(rng.uniform(8, 16), half - x))
            floors = int(rng.integers(1, 3) if detached else rng.integers(2, 6))
            far = bool(np.hypot(*centre) > half or rng.random() < 0.5)
            plan = HousePlan(width, 9.0, floors, (0,), detail=False, painted=far)
            spot = place(*centre, 0.0, yaw=float(turn)) @ place(x + width / 2, -half + 0.5, 0.1)
            if rng.random() < 0.92:
                built.add_all(house(rng, plan, photo_share), spot, built.new_object())
            x += width + (float(rng.uniform(4, 10)) if detached else 0.0)
