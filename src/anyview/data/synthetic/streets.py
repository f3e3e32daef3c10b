# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Streets as seen by drivers and walkers: house fronts or gardens, cars, lamps, trees, people.

The road runs along x, over more than two hundred metres, so that depth goes far.
"""

from dataclasses import dataclass

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.buildings import HousePlan, house
from anyview.data.synthetic.daylight import draw_daylight
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.people import person
from anyview.data.synthetic.shapes import box_between, boxes
from anyview.data.synthetic.street_furniture import (
    fence,
    lamp_post,
    litter_bin,
    poles_with_wires,
    sign,
)
from anyview.data.synthetic.terrain import add_horizon
from anyview.data.synthetic.vegetation import Plant, bush, hedge, lawn, stand, tree
from anyview.data.synthetic.vehicles import any_vehicle, car
from anyview.data.synthetic.world import FloatArray, World

Rng = np.random.Generator

REACH_M = 110.0
"""Houses stand this far to either end."""


@dataclass(frozen=True)
class _Layout:
    """Distances from the middle of the road, metres."""

    road: float
    pavement: float
    front: float
    lanes: int
    has_parking: bool
    detached: bool


def build_street(rng: Rng, photo_share: float) -> World:
    """A street, from a narrow lane to an avenue or a country road."""
    built = Builder()
    sun, sky = draw_daylight(rng)
    rural = rng.random() < 0.22
    lanes = int(rng.choice((1, 2, 2, 2, 4)))
    road = lanes * float(rng.uniform(2.8, 3.6)) / 2
    parking = bool(rng.random() < 0.6) and not rural
    road += 2.0 if parking else 0.0
    walk = float(rng.uniform(1.4, 4.0)) if not rural else float(rng.uniform(0.3, 1.0))
    garden = float(rng.uniform(4, 12)) if rural or rng.random() < 0.35 else 0.0
    layout = _Layout(road, road + walk, road + walk + garden, lanes, parking, garden > 0)
    _add_ground(built, rng, layout, photo_share, rural)
    if rural:
        _add_country(built, rng, layout, photo_share)
    else:
        for side in (-1, 1):
            _add_houses(built, rng, layout, side, photo_share)
    _add_traffic(built, rng, layout, rural)
    _add_furniture(built, rng, layout, rural)
    add_horizon(built, rng, sky, 160.0, 420.0)
    span = 0.6 * REACH_M
    low = (-span, -layout.pavement + 0.5, 1.15)
    high = (span, layout.pavement - 0.5, 1.9)
    if rng.random() < 0.6:  # on the road, as cars drive
        lane = road - (2.6 if parking else 1.0)
        low, high = (-span, -max(lane, 0.5), 1.15), (span, max(lane, 0.5), 1.8)
    fronts = rng.uniform((-span, layout.front, 1.0), (span, layout.front, 5.0), (60, 3))
    fronts[::2, 1] *= -1
    ahead = np.array([(s * r, 0, 2.0) for s in (-1, 1) for r in (60, 80, 110, 150)])
    size = float(np.clip(1.4 * layout.front, 7, 20))
    return built.world(
        "street",
        lamps=(sun,),
        sky=sky,
        camera_box=(low, high),
        size_m=size,
        focus=np.concatenate((fronts, ahead, built.object_centres()[:80])).astype(np.float32),
    )


def _add_ground(built: Builder, rng: Rng, layout: _Layout, photo_share: float, rural: bool) -> None:
    far = 260.0
    asphalt = materials.colour(rng, (0.0, 1.0), (0.0, 0.06), (0.25, 0.6))
    pattern = rng.choice(("noise", "noise", "noise", "gravel", "cracks", "bricks"))
    road = materials.textured(
        rng, pattern, asphalt, materials.shade(asphalt, 0.75), (0.15, 2.5), (0.2, 0.8)
    )
    if rng.random() < 0.25 * photo_share:
        road = materials.photo(rng, (2.0, 6.0))
    built.add(box_between((-far, -layout.road, -0.5), (far, layout.road, 0.0)), road)
    slab = materials.grey(rng)
    paving = materials.textured(
        rng, "tiles", slab, materials.shade(slab, 0.6), (0.3, 1.0), (0.3, 1.0)
    )
    kerb = materials.plain(materials.grey(rng))
    grass = lawn(rng)
    rise = 0.02 if rural else float(rng.uniform(0.08, 0.16))
    verge = grass if rural or rng.random() < 0.15 else paving
    land = grass if layout.detached or rural else paving
    for side in (-1, 1):
        a, b, c = side * layout.road, side * (layout.road + 0.15), side * layout.pavement
        for near, away, look, top in (
            (a, b, kerb, rise),
            (b, c, verge, rise),
            (c, side * far, land, rise - 0.01),
        ):
            low, high = min(near, away), max(near, away)
            built.add(box_between((-far, low, -0.5), (far, high, top)), look)
    _add_marks(built, rng, layout, far)


def _add_marks(built: Builder, rng: Rng, layout: _Layout, far: float) -> None:
    """Lines on the road, a crossing, manholes."""
    paint = materials.plain(materials.colour(rng, (0.1, 0.16), (0.0, 0.1), (0.8, 0.95)))
    if layout.lanes > 1 and rng.random() < 0.85:
        dash, gap = rng.uniform(1.5, 4.0), rng.uniform(2.0, 6.0)
        x = np.arange(-far, far, dash + gap)
        offsets = [0.0] if layout.lanes == 2 else [-layout.road / 2, 0.0, layout.road / 2]
        for offset in offsets:
            low = np.stack((x, 0 * x + offset - 0.06, 0 * x), axis=1)
            high = np.stack((x + dash, 0 * x + offset + 0.06, 0 * x + 0.006), axis=1)
            built.add(boxes(low.astype(np.float32), high.astype(np.float32)), paint)
    edge = layout.road - (2.0 if layout.has_parking else 0.15)
    if rng.random() < 0.5:
        for side in (-1, 1):
            built.add(
                box_between((-far, side * edge - 0.05, 0.0), (far, side * edge + 0.05, 0.006)),
                paint,
            )
    for start in rng.uniform(-80, 80, int(rng.integers(0, 4))):
        y = np.arange(-layout.road + 0.4, layout.road - 0.4, 1.0)
        low = np.stack((0 * y + start, y, 0 * y), axis=1)
        high = np.stack((0 * y + start + 3.0, y + 0.5, 0 * y + 0.007), axis=1)
        built.add(boxes(low.astype(np.float32), high.astype(np.float32)), paint)


def _add_houses(built: Builder, rng: Rng, layout: _Layout, side: int, photo_share: float) -> None:
    """A row of houses on one side, facing the road."""
    x = -REACH_M + float(rng.uniform(0, 10))
    usual = int(rng.integers(1, 3)) if layout.detached else int(rng.integers(2, 6))
    while x < REACH_M:
        width = float(rng.uniform(7, 16))
        floors = int(np.clip(usual + rng.integers(-1, 2), 1, 7))
        plan = HousePlan(
            width,
            float(rng.uniform(8, 12)),
            floors,
            sides=(0, 1, 3) if layout.detached else (0,),
            detail=bool(abs(x + width / 2) < 45),
            painted=bool(abs(x + width / 2) > 65),
        )
        y = side * (layout.front + (rng.uniform(0, 0.6) if rng.random() < 0.3 else 0.0))
        # Fronts face -y in their own axes: a house on the left of x is already turned to the road.
        turn = 0.0 if side > 0 else np.pi
        if rng.random() > 0.06:
            thing = built.new_object()
            built.add_all(
                house(rng, plan, photo_share), place(x + width / 2, y, 0.1, yaw=turn), thing
            )
        gap = rng.uniform(3, 9) if layout.detached else rng.choice((0.0, 0.0, 0.0, 0.0, 4.0))
        x += width + gap
    if layout.detached:
        for x in np.arange(-REACH_M, REACH_M, 14.0):
            y = side * (layout.pavement + 0.25)
            if rng.random() < 0.55:
                built.add_all(fence(rng, 11.0), place(x, y, 0.05), built.new_object())
            elif rng.random() < 0.6:
                plant = hedge(rng, 11.0, rng.uniform(0.7, 1.7), 0.6)
                plant.plant(built, place(x, y, 0.05)[None])


def _add_country(built: Builder, rng: Rng, layout: _Layout, photo_share: float) -> None:
    """Fields, rows of trees, single farms."""
    for _ in range(int(rng.integers(1, 5))):
        side = int(rng.choice((-1, 1)))
        plan = HousePlan(rng.uniform(8, 16), rng.uniform(7, 10), int(rng.integers(1, 3)), (0, 1, 3))
        away = side * (layout.front + rng.uniform(4, 25))
        turn = 0.0 if side > 0 else np.pi
        spot = place(rng.uniform(-90, 90), away, 0.0, yaw=turn + rng.normal(0, 0.2))
        built.add_all(house(rng, plan, photo_share), spot, built.new_object())
    for side in (-1, 1):
        if rng.random() < 0.5:
            y = side * (layout.pavement + 0.6)
            for x in np.arange(-90, 90, 12.0):
                built.add_all(fence(rng, 12.0), place(x, y, 0.0), built.new_object())


def _add_traffic(built: Builder, rng: Rng, layout: _Layout, rural: bool) -> None:
    models = [any_vehicle(rng) for _ in range(6)]
    spots: list[tuple[float, float, float]] = []
    if layout.has_parking:
        full = rng.uniform(0.2, 0.9)
        for side in (-1, 1):
            x = -80 + rng.uniform(0, 5)
            while x < 80:
                if rng.random() < full:
                    spots.append((x, side * (layout.road - 1.05), rng.choice((0.0, np.pi))))
                x += rng.uniform(5.4, 7.0)
    for _ in range(int(rng.integers(0, 3 if rural else 5))):
        lane = rng.uniform(0.25, 0.55) * (layout.road - (2.0 if layout.has_parking else 0))
        side = int(rng.choice((-1, 1)))
        spots.append((rng.uniform(-90, 90), -side * lane, 0.0 if side > 0 else np.pi))
    for index, (x, y, turn) in enumerate(spots):
        model = car(rng) if index % 4 == 0 else models[int(rng.integers(len(models)))]
        jitter = rng.normal(0, 0.02)
        built.add_all(model, place(x, y, 0.0, yaw=float(turn) + jitter), built.new_object())


def _add_furniture(built: Builder, rng: Rng, layout: _Layout, rural: bool) -> None:
    edge = layout.road + 0.45
    post = lamp_post(rng, float(rng.uniform(4, 8)))
    step = float(rng.uniform(18, 35))
    sides = (-1, 1) if rng.random() < 0.5 else (1,)
    for side in sides if not rural or rng.random() < 0.3 else ():
        for x in np.arange(-100, 100, step):
            turn = 0.0 if side > 0 else np.pi
            built.add_all(post, place(x, side * edge, 0.1, yaw=turn), built.new_object())
    for _ in range(int(rng.integers(0, 6))):
        side = int(rng.choice((-1, 1)))
        spot = place(rng.uniform(-70, 70), side * edge, 0.1, yaw=rng.choice((-1, 1)) * np.pi / 2)
        built.add_all(sign(rng), spot, built.new_object())
    walkers = [person(rng) for _ in range(4)]
    for _ in range(int(rng.integers(0, 12 if not rural else 3))):
        y = rng.choice((-1, 1)) * rng.uniform(
            layout.road + 0.6, max(layout.pavement, layout.road + 0.8)
        )
        turn = rng.choice((-1, 1)) * np.pi / 2 + rng.normal(0, 0.4)
        spot = place(rng.uniform(-60, 60), y, 0.1, yaw=turn)
        built.add_all(walkers[int(rng.integers(4))], spot, built.new_object())
    for _ in range(int(rng.integers(0, 5))):
        y = rng.choice((-1, 1)) * (layout.pavement - 0.4)
        spot = place(rng.uniform(-60, 60), y, 0.1, yaw=0.0 if y > 0 else np.pi)
        built.add_all(litter_bin(rng), spot, built.new_object())
    if rng.random() < (0.6 if rural else 0.25):
        y = rng.choice((-1, 1)) * (layout.pavement + (1.0 if rural else -0.3))
        along = np.arange(-120, 121, rng.uniform(25, 40))
        row = np.stack((along, 0 * along + y, 0 * along), axis=1)
        poles = poles_with_wires(rng, row.astype(np.float32))
        built.add_all(poles)
    _add_trees(built, rng, layout, rural)


def _add_trees(built: Builder, rng: Rng, layout: _Layout, rural: bool) -> None:
    heights = rng.uniform(4, 12, 3).tolist()
    kinds = [tree(rng, height, 110) for height in heights]
    distant = [tree(rng, height, 25) for height in heights]
    if rural or rng.random() < 0.45:  # an avenue
        step = float(rng.uniform(8, 18))
        away = layout.road + (1.6 if rural else 0.8)
        x = np.arange(-100, 100, step)
        rows = [(float(a), s * away, 0.1) for a in x for s in (-1, 1) if rng.random() < 0.7]
        _plant(built, rng, kinds, distant, np.array(rows, np.float32).reshape(-1, 3))
    if layout.detached or rural:
        count = int(rng.integers(10, 30))
        y = rng.choice((-1, 1), count) * (layout.front + rng.uniform(-2, 40 if rural else 2, count))
        spots = np.stack((rng.uniform(-100, 100, count), y, 0 * y), axis=1)
        clear = np.abs(spots[:, 1]) > layout.pavement + 1.0
        shrubs = [bush(rng, float(rng.uniform(0.8, 2.2))) for _ in range(2)]
        _plant(built, rng, [*kinds, *shrubs], [*distant, *shrubs], spots[clear].astype(np.float32))


def _plant(
    built: Builder, rng: Rng, kinds: list[Plant], distant: list[Plant], spots: FloatArray
) -> None:
    """Each place gets one of the kinds, far along the road a simpler one."""
    which = rng.integers(len(kinds), size=len(spots))
    far = np.abs(spots[:, 0]) > 40
    for index, (kind, simple) in enumerate(zip(kinds, distant, strict=True)):
        kind.plant(built, stand(rng, spots[(which == index) & ~far]))
        simple.plant(built, stand(rng, spots[(which == index) & far]))
