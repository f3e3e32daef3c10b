# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Squares with fountains and statues, and fronts of large buildings seen from 5 to 20 metres."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.buildings import HousePlan, house
from anyview.data.synthetic.daylight import draw_daylight
from anyview.data.synthetic.facades import FrontStyle, WallBoxes, draw_front_style, front_boxes
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.people import person
from anyview.data.synthetic.shapes import box, box_between, cylinder, extrude, lathe
from anyview.data.synthetic.street_furniture import (
    bench,
    bollards,
    lamp_post,
    litter_bin,
    parasol_table,
)
from anyview.data.synthetic.terrain import add_horizon
from anyview.data.synthetic.vegetation import bush, stand, tree
from anyview.data.synthetic.vehicles import car
from anyview.data.synthetic.world import Material, World

Rng = np.random.Generator


def build_square(rng: Rng, photo_share: float) -> World:
    """A paved square between houses, something old in the middle."""
    built = Builder()
    sun, sky = draw_daylight(rng)
    half = float(rng.uniform(12, 28))
    _add_paving(built, rng, photo_share)
    for turn in np.arange(4) * np.pi / 2:
        if rng.random() > 0.12:
            _add_row(built, rng, half, float(turn), photo_share)
    stone = materials.stone(rng)
    centre = fountain(rng, stone) if rng.random() < 0.5 else monument(rng, stone)
    built.add_all(centre, place(*rng.normal(0, 2, 2)), built.new_object())
    _add_life(built, rng, half)
    add_horizon(built, rng, sky, 80.0, 300.0)
    reach = half - 2.0
    return built.world(
        "square",
        lamps=(sun,),
        sky=sky,
        camera_box=((-reach, -reach, 1.2), (reach, reach, 1.9 if rng.random() < 0.8 else 5.0)),
        size_m=float(0.45 * half),
    )


def build_facade(rng: Rng, photo_share: float) -> World:
    """A church-like, temple-like or stately front, as architecture is photographed."""
    built = Builder()
    sun, sky = draw_daylight(rng)
    # The sun on the front rather than behind it, mostly.
    _add_paving(built, rng, photo_share)
    style = draw_front_style(rng, photo_share)
    width, floors = float(rng.uniform(12, 30)), int(rng.integers(2, 5))
    main = Builder()
    height = floors * style.floor_m
    core = ((-width / 2, style.recess_m, 0.0), (width / 2, 14.0, height))
    main.add(box_between(*core), style.glass, 1)
    fronts = WallBoxes()
    fronts.turn_to(place(0.0, style.recess_m, 0.0))
    front_boxes(fronts, rng, style, (width, floors))
    fronts.add_to(main, 1)
    main.add(box_between((-width / 2, 0.5, 0.0), (-width / 2 + 0.2, 14.0, height)), style.wall, 1)
    main.add(box_between((width / 2 - 0.2, 0.5, 0.0), (width / 2, 14.0, height)), style.wall, 1)
    _add_ornament(main, rng, style, width, height)
    built.add_all(main, None, built.new_object())
    x = width / 2
    for side in (-1, 1):
        if rng.random() < 0.75:
            plan = HousePlan(float(rng.uniform(8, 14)), 10.0, int(rng.integers(2, 6)), (0,))
            spot = place(side * (x + plan.width / 2 + rng.choice((0, 3))), rng.uniform(-1, 2), 0.0)
            built.add_all(house(rng, plan, photo_share), spot, built.new_object())
    for _ in range(int(rng.integers(2, 9))):
        maker = (person, person, bench, litter_bin, car)[int(rng.integers(5))]
        spot = place(rng.uniform(-15, 15), rng.uniform(-9, -1.5), 0.0, yaw=rng.uniform(0, 6.3))
        built.add_all(maker(rng), spot, built.new_object())
    if rng.random() < 0.4:
        spots = np.array([(s * rng.uniform(4, 12), -rng.uniform(2, 5), 0) for s in (-1, 1)])
        tree(rng, float(rng.uniform(4, 9)), 300).plant(built, stand(rng, spots.astype(np.float32)))
    add_horizon(built, rng, sky, 80.0, 300.0)
    spread = 0.5 * width
    focus = rng.uniform((-0.4 * width, 0, 1.0), (0.4 * width, 0, 0.9 * height), (40, 3))
    return built.world(
        "facade",
        lamps=(sun,),
        sky=sky,
        camera_box=((-spread, -20, 1.3), (spread, -4.0, 1.8 if rng.random() < 0.7 else 5.0)),
        size_m=float(rng.uniform(8, 12)),
        focus=focus.astype(np.float32),
    )


def _add_paving(built: Builder, rng: Rng, photo_share: float) -> None:
    base = materials.grey(rng) if rng.random() < 0.6 else materials.pale(rng)
    pattern = rng.choice(("tiles", "bricks", "tiles", "gravel", "noise", "checker"))
    look = materials.textured(
        rng, pattern, base, materials.shade(base, 0.6), (0.3, 1.5), (0.3, 0.9)
    )
    if rng.random() < 0.3 * photo_share:
        look = materials.photo(rng, (1.5, 5.0))
    built.add(box_between((-90.0, -90.0, -0.5), (90.0, 90.0, 0.0)), look)


def _add_row(built: Builder, rng: Rng, half: float, turn: float, photo_share: float) -> None:
    """Houses along one side of the square."""
    x = -half - 6
    floors = int(rng.integers(2, 5))
    while x < half + 6:
        width = float(rng.uniform(7, 15))
        count = max(1, floors + int(rng.integers(-1, 2)))
        plan = HousePlan(width, 10.0, count, (0,))
        spot = place(0.0, 0.0, 0.0, yaw=turn) @ place(x + width / 2, half, 0.0)
        built.add_all(house(rng, plan, photo_share), spot, built.new_object())
        x += width


def fountain(rng: Rng, stone: Material) -> Builder:
    """Basins above each other, or a basin with a figure."""
    built = Builder()
    water = materials.plain(materials.colour(rng, (0.48, 0.58), (0.1, 0.4), (0.4, 0.8)), 0.9)
    wide, rim = float(rng.uniform(1.6, 4.0)), float(rng.uniform(0.4, 0.8))
    sides = int(rng.choice((8, 24)))
    basin = ((wide, 0.0), (1.04 * wide, rim), (0.93 * wide, rim), (0.9 * wide, 0.1))
    built.add(lathe(basin, sides), stone, 1)
    built.add(cylinder(0.92 * wide, 0.78 * rim, sides), water, 1)
    level = 0.0
    for share in (0.45, 0.22)[: int(rng.integers(1, 3))]:
        rise = float(rng.uniform(0.9, 1.4))
        stem = (
            (0.12 * wide, level),
            (0.06 * wide, level + 0.5 * rise),
            (0.08 * wide, level + rise),
        )
        built.add(lathe(stem, 14), stone, 1)
        level += rise
        bowl = (
            (0.08 * wide, level),
            (share * wide, level + 0.25),
            (0.9 * share * wide, level + 0.2),
        )
        built.add(lathe(bowl, 20), stone, 1)
        built.add(cylinder(0.88 * share * wide, 0.18, 20).moved(z=level), water, 1)
    if rng.random() < 0.6:
        built.add_all(person(rng, stone), place(z=level + 0.2, scale=0.8), 1)
    return built


def monument(rng: Rng, stone: Material) -> Builder:
    """A figure on a plinth, a column or an obelisk."""
    built = Builder()
    wide, tall = float(rng.uniform(1.2, 2.5)), float(rng.uniform(1.0, 3.5))
    for step in range(3):
        side = wide * (1.9 - 0.3 * step)
        built.add(box(side, side, 0.18).moved(z=0.18 * step), stone, 1)
    built.add(box(wide, wide, tall, 0.05).moved(z=0.54), stone, 1)
    built.add(box(1.15 * wide, 1.15 * wide, 0.15, 0.03).moved(z=0.54 + tall), stone, 1)
    top = 0.69 + tall
    kind = rng.choice(("figure", "column", "obelisk"))
    if kind == "column":
        rise = float(rng.uniform(4, 9))
        built.add(cylinder(0.35 * wide, rise, 18, top=0.28 * wide).moved(z=top), stone, 1)
        built.add(box(0.9 * wide, 0.9 * wide, 0.25).moved(z=top + rise), stone, 1)
        top += rise + 0.25
    if kind == "obelisk":
        shaft = lathe(((0.4 * wide, 0.0), (0.26 * wide, 7.0), (0.0, 7.7)), 4)
        built.add(shaft.moved(z=top), stone, 1)
        return built
    figure = stone if rng.random() < 0.5 else materials.plain((0.12, 0.2, 0.15), 0.4)
    built.add_all(person(rng, figure), place(z=top, scale=rng.uniform(1.2, 1.8)), 1)
    return built


def _add_ornament(main: Builder, rng: Rng, style: FrontStyle, width: float, height: float) -> None:
    """Columns before the front, a pediment, steps, a tower, a cornice."""
    kind = rng.choice(("temple", "tower", "gable", "plain"))
    cornice = ((-width / 2 - 0.3, -0.5, height), (width / 2 + 0.3, 14.0, height + 0.5))
    main.add(box_between(*cornice), style.trim, 1)
    if kind == "temple":
        count, deep = int(rng.integers(4, 9)), float(rng.uniform(2.0, 3.5))
        span = 0.8 * width
        radius = float(rng.uniform(0.3, 0.55))
        column = [
            (1.3 * radius, 0),
            (1.3 * radius, 0.3),
            (radius, 0.4),
            (0.85 * radius, height - 0.6),
        ]
        shaft = lathe([*column, (1.3 * radius, height - 0.4), (1.3 * radius, height)], 14)
        for x in np.linspace(-span / 2, span / 2, count):
            main.add(shaft.moved(x, -deep), style.trim, 1)
        beam = ((-span / 2 - 0.8, -deep - 0.7, height), (span / 2 + 0.8, 0.5, height + 1.0))
        main.add(box_between(*beam), style.trim, 1)
        roof = extrude(((-span / 2 - 1, 0.0), (span / 2 + 1, 0.0), (0.0, 0.2 * span)), deep + 1.5)
        # The triangle stands up: its plane x-y becomes x-z.
        main.add(roof, style.wall, 1, place(0.0, 0.8, height + 1.0, pitch=np.pi / 2))
        for k in range(4):
            step = (
                (-span / 2 - 1 - 0.3 * k, -deep - 1.2 - 0.35 * k, 0.0),
                (span / 2 + 1 + 0.3 * k, 0.0, 0.6 - 0.15 * k),
            )
            main.add(box_between(*step), style.trim, 1)
    elif kind == "tower":
        wide, rise = float(rng.uniform(3, 5)), height * float(rng.uniform(1.3, 2.2))
        x = float(rng.choice((-0.5, 0.0, 0.5))) * (width - wide)
        main.add(box(wide, wide, rise).moved(x, 0.3), style.wall, 1)
        spire = lathe(((0.72 * wide, 0.0), (0.0, rng.uniform(1, 3) * wide)), 4)
        turn = place(x, 0.3, rise, yaw=np.pi / 4)
        main.add(spire, materials.plain(materials.muted(rng)), 1, turn)
        for level in np.arange(3.0, rise - 1.5, 3.0):
            slit = ((x - 0.35, 0.3 - wide / 2 - 0.02, level), (x + 0.35, 0.4, level + 1.5))
            main.add(box_between(*slit), style.glass, 1)
    elif kind == "gable":
        roof = extrude(((-width / 2, 0.0), (width / 2, 0.0), (0.0, 0.35 * width)), 14.0)
        main.add(roof, style.wall, 1, place(0.0, 14.0, height + 0.5, pitch=np.pi / 2))
        disc = place(0.0, -0.1, height + 0.5 + 0.12 * width, pitch=np.pi / 2)
        main.add(cylinder(0.06 * width, 0.12, 20), style.glass, 1, disc)


def _add_life(built: Builder, rng: Rng, half: float) -> None:
    """People, benches, lamps, trees, cafés, a car."""

    def spot() -> tuple[float, float]:
        x, y = rng.uniform(-half + 1.5, half - 1.5, 2)
        return float(x), float(y)

    shades = materials.fabric(rng)
    makers = [person] * int(rng.integers(2, 14)) + [bench] * int(rng.integers(0, 5))
    makers += [litter_bin] * int(rng.integers(0, 3)) + [car] * int(rng.integers(0, 4))
    for maker in makers:
        x, y = spot()
        turn = place(x, y, 0.0, yaw=float(rng.uniform(0, 6.3)))
        built.add_all(maker(rng), turn, built.new_object())
    if rng.random() < 0.5:
        x, y = spot()
        for k in range(int(rng.integers(2, 7))):
            turn = place(x + 2.6 * (k % 3), y + 2.6 * (k // 3), 0.0, yaw=float(rng.uniform(0, 6)))
            built.add_all(parasol_table(rng, shades), turn)
    post = lamp_post(rng, float(rng.uniform(3.5, 6)))
    for x, y in ((-1, -1), (-1, 1), (1, -1), (1, 1)):
        built.add_all(post, place(0.6 * half * x, 0.6 * half * y, 0.0), built.new_object())
    count = int(rng.integers(0, 9))
    spots = rng.uniform((-half, -half, 0), (half, half, 0), (count, 3)).astype(np.float32)
    tree(rng, float(rng.uniform(4, 8)), 200).plant(built, stand(rng, spots))
    bush(rng, 1.2).plant(
        built, stand(rng, spots[: count // 2] + np.array((0.8, 0.8, 0), np.float32))
    )
    if rng.random() < 0.4:
        along = np.arange(-half + 2, half - 2, 2.2)
        row = np.stack((along, 0 * along - 0.7 * half, 0 * along), axis=1).astype(np.float32)
        built.add_all(bollards(rng, row))
