# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Furniture that goes together: sofa, table and television; desk and chair; rows of shelves."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.fittings import floor_lamp
from anyview.data.synthetic.fixtures import (
    bathtub,
    fridge,
    kitchen_row,
    stairs,
    toilet,
    washbasin,
)
from anyview.data.synthetic.furniture import (
    bed,
    chair,
    coffee_table,
    desk,
    office_chair,
    sofa,
    stool,
    table,
)
from anyview.data.synthetic.layout import Layout
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.shapes import box, cylinder
from anyview.data.synthetic.small_things import plant
from anyview.data.synthetic.storage import (
    nightstand,
    shelf,
    storage_rack,
    tv_board,
)
from anyview.data.synthetic.style import Style

Rng = np.random.Generator


def big_plant(rng: Rng, style: Style) -> Builder:
    """A plant for the floor."""
    return plant(rng, style, rng.uniform(0.6, 1.7))


def rug(rng: Rng, style: Style) -> Builder:
    """A carpet, square or round."""
    width, depth = rng.uniform(1.0, 2.8), rng.uniform(0.8, 2.0)
    built = Builder()
    look = materials.fabric(rng, min(1.0, 2 * style.photo_share))
    flat = cylinder(depth / 2, 0.012, 36) if rng.random() < 0.2 else box(width, depth, 0.012)
    built.add(flat, look, 1)
    return built


def sitting_group(layout: Layout, rng: Rng, style: Style) -> None:
    """A sofa, a low table before it on a rug, an armchair, opposite a television."""
    where = layout.against_wall(sofa(rng, style, int(rng.integers(2, 4))), rng, tries=12)
    if where is None:
        return
    front = where @ np.array((0, -rng.uniform(0.95, 1.2), 0, 1), dtype=np.float32)
    yaw = float(np.arctan2(where[1, 0], where[0, 0]))
    if rng.random() < 0.6 and layout.is_inside(float(front[0]), float(front[1]), 1.2):
        layout.lay(rug(rng, style), place(float(front[0]), float(front[1]), yaw=yaw))
    layout.stand(coffee_table(rng, style), rng, near=front, spread=0.1, yaw=yaw)
    if rng.random() < 0.7:
        aside = where @ np.array((rng.choice((-1.7, 1.7)), -1.2, 0, 1), dtype=np.float32)
        turn = yaw + float(np.sign(aside[0] - where[0, 3]) or 1) * 0.8
        layout.stand(sofa(rng, style, 1), rng, near=aside, spread=0.2, yaw=turn)
    if rng.random() < 0.7:
        layout.against_wall(tv_board(rng, style), rng)
    if rng.random() < 0.5:
        layout.against_wall(floor_lamp(rng, style), rng)


def dining_group(layout: Layout, rng: Rng, style: Style) -> None:
    """A table with chairs around it, pushed in or not."""
    top = table(rng, style)
    low, high = top.bounds()
    width, depth = (high - low)[:2]
    seat = chair(rng, style) if rng.random() < 0.85 else stool(rng, style)
    built = Builder()
    built.add_all(top)
    spots = [(0.0, depth / 2, 0.0), (0.0, depth / 2, np.pi)]
    if width > 1.2:
        spots = [(side, depth / 2, turn) for side in (-0.3, 0.3) for turn in (0.0, np.pi)]
    if rng.random() < 0.6:
        spots += [(0.0, width / 2, turn) for turn in (np.pi / 2, -np.pi / 2)]
    for share, reach, turn in spots:
        if rng.random() < 0.88:
            out = float(reach) + rng.uniform(-0.1, 0.35)
            yaw = turn + rng.normal(0, 0.15)
            pose = place(yaw=turn) @ place(share * float(width), out, yaw=yaw - turn)
            built.add_all(seat, pose, built.new_object())
    if layout.stand(built, rng, tries=14) is None:
        layout.stand(top, rng, tries=8)


def bed_group(layout: Layout, rng: Rng, style: Style) -> None:
    """A bed with its head at a wall, nightstands beside it."""
    piece = bed(rng, style)
    where = layout.against_wall(piece, rng, tries=14)
    if where is None:
        return
    low, high = piece.bounds()
    night = nightstand(rng, style)
    for side in (-1, 1):
        if rng.random() < 0.6:
            reach = float(high[0]) + 0.3
            spot = where @ np.array((side * reach, float(high[1]) - 0.25, 0, 1), dtype=np.float32)
            yaw = float(np.arctan2(where[1, 0], where[0, 0]))
            layout.stand(night, rng, near=spot, spread=0.02, yaw=yaw)
    if rng.random() < 0.4:
        layout.lay(rug(rng, style), where @ place(0, float(low[1]) + 0.4))


def work_group(layout: Layout, rng: Rng, style: Style) -> None:
    """A desk with a chair."""
    built = Builder()
    built.add_all(desk(rng, style))
    low, _ = built.bounds()
    seat = office_chair(rng, style) if rng.random() < 0.7 else chair(rng, style)
    out = float(low[1]) - rng.uniform(0.0, 0.3)
    pose = place(rng.normal(0, 0.15), out, yaw=np.pi + rng.normal(0, 0.4))
    built.add_all(seat, pose, built.new_object())
    layout.against_wall(built, rng, tries=10)


def desk_rows(layout: Layout, rng: Rng, style: Style) -> None:
    """Many equal workplaces in rows, a screen between some."""
    variants = []
    for _ in range(int(rng.integers(1, 4))):
        built = Builder()
        built.add_all(desk(rng, style))
        low, high = built.bounds()
        seat = office_chair(rng, style) if rng.random() < 0.7 else chair(rng, style)
        pose = place(0, float(low[1]) - 0.15, yaw=np.pi + rng.normal(0, 0.3))
        built.add_all(seat, pose, built.new_object())
        if rng.random() < 0.3:
            panel = box(float(high[0] - low[0]), 0.03, 1.2).moved(y=float(high[1]) + 0.03)
            built.add(panel, style.soft, built.new_object())
        variants.append(built)
    step_x = max(float(np.ptp([each.bounds()[0][0], each.bounds()[1][0]])) for each in variants)
    step_y = max(float(np.ptp([each.bounds()[0][1], each.bounds()[1][1]])) for each in variants)
    turn = np.pi / 2 * float(rng.integers(4))
    if abs(np.cos(turn)) < 0.5:
        step_x, step_y = step_y, step_x
    step_x += float(rng.choice((0.02, 0.5)))
    step_y += rng.uniform(0.1, 0.8)
    for x in np.arange(0.6 + step_x / 2, layout.shell.width, step_x):
        for y in np.arange(0.6 + step_y / 2, layout.shell.depth, step_y):
            which = variants[int(rng.integers(len(variants)))]
            layout.stand(
                which, rng, near=np.array((x, y), np.float32), spread=0.01, yaw=turn, tries=1
            )


def shelf_rows(layout: Layout, rng: Rng, style: Style) -> None:
    """Rows of shelves as in libraries, shops, stores."""
    maker = shelf if rng.random() < 0.6 else storage_rack
    variants = [maker(rng, style) for _ in range(3)]
    turn = np.pi / 2 * float(rng.integers(4))
    aisle = rng.uniform(1.0, 1.6)
    for x in np.arange(0.7, layout.shell.width, aisle + 0.4):
        for y in np.arange(1.0, layout.shell.depth, 1.7):
            spot = np.array((x, y) if abs(np.cos(turn)) < 0.5 else (y, x), np.float32)
            which = variants[int(rng.integers(len(variants)))]
            layout.stand(which, rng, near=spot, spread=0.02, yaw=turn, tries=1)


def meeting_group(layout: Layout, rng: Rng, style: Style) -> None:
    """A long table with many equal chairs."""
    top = table(rng, style, rng.uniform(1.8, 3.5), rng.uniform(0.9, 1.3), things=5)
    low, high = top.bounds()
    width, depth = (float(value) for value in (high - low)[:2])
    seat = office_chair(rng, style) if rng.random() < 0.6 else chair(rng, style)
    built = Builder()
    built.add_all(top)
    for x in np.arange(-width / 2 + 0.4, width / 2 - 0.2, 0.75):
        for turn in (0.0, np.pi):
            pose = place(yaw=turn) @ place(float(x), depth / 2 + 0.2, yaw=rng.normal(0, 0.2))
            built.add_all(seat, pose, built.new_object())
    if layout.stand(built, rng, tries=16) is None:
        dining_group(layout, rng, style)


def stair_flight(layout: Layout, rng: Rng, style: Style) -> None:
    """Stairs along a wall."""
    layout.against_wall(stairs(rng, style), rng, tries=12)


def pillars(layout: Layout, rng: Rng, style: Style) -> None:
    """One or two pillars up to the ceiling."""
    size, look = rng.uniform(0.2, 0.5), materials.wall_material(rng, style.photo_share)
    built = Builder()
    tall = layout.shell.height
    body = cylinder(size / 2, tall, 24) if rng.random() < 0.4 else box(size, size, tall)
    built.add(body, look)
    for _ in range(int(rng.integers(1, 3))):
        layout.stand(built, rng, yaw=0.0)


def kitchen_group(layout: Layout, rng: Rng, style: Style) -> None:
    """A row of counters along one wall, another one on the next, a fridge."""
    width = min(layout.shell.width, layout.shell.depth) * rng.uniform(0.55, 0.95)
    layout.against_wall(kitchen_row(rng, style, width), rng, tries=14)
    layout.against_wall(fridge(rng, style), rng)


def bath_group(layout: Layout, rng: Rng, style: Style) -> None:
    """Bath or shower, basin, toilet."""
    for maker in (bathtub, washbasin, toilet):
        layout.against_wall(maker(rng, style), rng, tries=12)
