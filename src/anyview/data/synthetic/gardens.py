# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Gardens and small parks: lawn, beds, hedges, a house, a path, things to sit on, a pond."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.buildings import HousePlan, house
from anyview.data.synthetic.daylight import draw_daylight
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.people import person
from anyview.data.synthetic.shapes import box, box_between, cylinder
from anyview.data.synthetic.small_things import plant
from anyview.data.synthetic.soft_shapes import height_field
from anyview.data.synthetic.street_furniture import bench, fence, parasol_table
from anyview.data.synthetic.style import draw_style
from anyview.data.synthetic.terrain import add_horizon, rolling
from anyview.data.synthetic.vegetation import (
    bush,
    flowers,
    grass_tufts,
    hedge,
    lawn,
    rock,
    stand,
    tree,
)
from anyview.data.synthetic.world import World

Rng = np.random.Generator


def build_garden(rng: Rng, photo_share: float) -> World:
    """A garden of 10 to 24 metres between a house and hedges."""
    built = Builder()
    sun, sky = draw_daylight(rng, haze_share=0.1)
    half, deep = float(rng.uniform(5, 12)), float(rng.uniform(5, 12))
    _add_lawn(built, rng, half, deep, photo_share)
    plan = HousePlan(2 * half * rng.uniform(0.6, 1.1), 9.0, int(rng.integers(1, 4)), (0, 1, 3))
    built.add_all(house(rng, plan, photo_share), place(0.0, deep, 0.0), built.new_object())
    for x, y, turn, length in (
        (0, -deep, 0.0, 2 * half),
        (-half, 0, np.pi / 2, 2 * deep),
        (half, 0, np.pi / 2, 2 * deep),
    ):
        spot = place(x, y, 0.0, yaw=turn)
        if rng.random() < 0.5:
            hedge(rng, length, float(rng.uniform(0.8, 2.2)), 0.7).plant(built, spot[None])
        else:
            built.add_all(fence(rng, length), spot, built.new_object())
    _add_beds(built, rng, half, deep)
    _add_things(built, rng, half, deep, photo_share)
    for _ in range(3):
        outside = rng.uniform(1.15, 3.0, 6) * rng.choice((-1, 1), 6)
        spots = np.stack((outside * half, rng.uniform(-2 * deep, 2 * deep, 6), 0 * outside), axis=1)
        tree(rng, float(rng.uniform(4, 11)), 50).plant(built, stand(rng, spots.astype(np.float32)))
    add_horizon(built, rng, sky, 60.0, 250.0)
    return built.world(
        "garden",
        lamps=(sun,),
        sky=sky,
        camera_box=((-half + 0.8, -deep + 0.8, 0.7), (half - 0.8, deep - 1.0, 1.9)),
        size_m=float(rng.uniform(3.0, 6.0)),
    )


def _add_lawn(built: Builder, rng: Rng, half: float, deep: float, photo_share: float) -> None:
    x, y = np.meshgrid(np.linspace(-40, 40, 31), np.linspace(-40, 40, 31))
    ground = 0.4 * rolling(rng, (7.0, 2.5), (0.08, 0.03))(x, y)
    look = lawn(rng)
    if rng.random() < 0.25 * photo_share:
        look = materials.photo(rng, (1.0, 4.0))
    built.add(height_field(ground.astype(np.float32), 80, 80), look)
    slab = materials.stone(rng, photo_share)
    terrace = float(rng.uniform(1.5, 3.5))
    built.add(box_between((-half, deep - terrace, -0.3), (half, deep, 0.09)), slab)
    if rng.random() < 0.6:
        count = int(2 * deep / 0.75)
        bend = np.cumsum(rng.normal(0, 0.18, count))
        for k in range(count):
            turn = place(bend[k], -deep + 0.75 * k, -0.1, yaw=rng.normal(0, 0.1))
            built.add(box(rng.uniform(0.5, 0.8), 0.6, 0.17), slab, 0, turn)


def _add_beds(built: Builder, rng: Rng, half: float, deep: float) -> None:
    """Flower beds along the edges, bushes and trees on the lawn, tufts."""
    earth = materials.colour(rng, (0.05, 0.09), (0.3, 0.6), (0.15, 0.35))
    soil = materials.textured(rng, "gravel", earth, materials.shade(earth, 0.6), (0.05, 0.2))
    for side in (-1, 1):
        if rng.random() < 0.75:
            wide = float(rng.uniform(0.6, 1.4))
            edge = side * (half - 0.4)
            low, high = sorted((edge, edge - side * wide))
            built.add(box_between((low, -deep * 0.9, 0.0), (high, deep * 0.6, 0.1)), soil)
            count = int(rng.integers(15, 40))
            spots = rng.uniform((low, -deep * 0.9, 0.1), (high, deep * 0.6, 0.1), (count, 3))
            thing = built.new_object()
            for mesh, look in flowers(rng, spots.astype(np.float32), float(rng.uniform(0.25, 0.7))):
                built.add(mesh, look, thing)
    for _ in range(int(rng.integers(1, 4))):
        shrub = bush(rng, float(rng.uniform(0.5, 1.5)))
        spots = rng.uniform((-half, -deep, 0), (half, deep * 0.7, 0), (int(rng.integers(1, 5)), 3))
        shrub.plant(built, stand(rng, spots.astype(np.float32)))
    for _ in range(int(rng.integers(0, 4))):
        spots = rng.uniform((-half, -deep, 0), (half, deep * 0.5, 0), (1, 3))
        tree(rng, float(rng.uniform(2.5, 6)), 200).plant(
            built, stand(rng, spots.astype(np.float32))
        )
    spots = rng.uniform((-half, -deep, 0), (half, deep, 0), (int(rng.integers(0, 110)), 3))
    if len(spots):
        tufts = grass_tufts(rng, spots.astype(np.float32), float(rng.uniform(0.1, 0.3)))
        built.add(tufts, materials.leaf_material(rng))


def _add_things(built: Builder, rng: Rng, half: float, deep: float, photo_share: float) -> None:
    style = draw_style(rng, photo_share)

    def drop(thing: Builder, apart: bool = False) -> None:
        x, y = rng.uniform((-0.75 * half, -0.8 * deep), (0.75 * half, 0.8 * deep))
        spot = place(x, y, 0.05, yaw=float(rng.uniform(0, 6.3)))
        built.add_all(thing, spot, None if apart else built.new_object())

    for _ in range(int(rng.integers(1, 3))):
        drop(parasol_table(rng, materials.fabric(rng)), apart=True)
    for _ in range(int(rng.integers(0, 3))):
        drop(bench(rng))
    for _ in range(int(rng.integers(1, 6))):
        drop(plant(rng, style, float(rng.uniform(0.4, 1.4))))
    for _ in range(int(rng.integers(0, 3))):
        drop(person(rng))
    stones = rock(rng, float(rng.uniform(0.3, 0.9)), materials.stone(rng))
    spots = rng.uniform((-half, -deep, 0), (half, deep, 0), (int(rng.integers(0, 7)), 3))
    stones.plant(built, stand(rng, spots.astype(np.float32), (0.5, 1.4)))
    if rng.random() < 0.3:
        pond = Builder()
        wide = float(rng.uniform(0.8, 2.0))
        pond.add(cylinder(wide + 0.25, 0.18, 24), materials.stone(rng), 1)
        water = materials.plain(materials.colour(rng, (0.45, 0.6), (0.3, 0.6), (0.1, 0.4)), 0.9)
        pond.add(cylinder(wide, 0.2, 24), water, 1)
        drop(pond)
