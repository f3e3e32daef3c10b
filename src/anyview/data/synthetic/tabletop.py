# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Things on a table, on the floor, on the ground: 10 cm to 2 m, seen from near."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.backdrops import Backdrop, add_ground, add_room, add_studio
from anyview.data.synthetic.furniture import chair, coffee_table, desk, sofa, stool, table
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.shapes import box, cylinder
from anyview.data.synthetic.small_things import any_small_thing, book_pile, carton, scatter, toy
from anyview.data.synthetic.solids import random_solid, tumbled
from anyview.data.synthetic.style import Style, draw_style
from anyview.data.synthetic.world import World

Rng = np.random.Generator


def build_tabletop(rng: Rng, photo_share: float) -> World:
    """Things about the origin, seen from around and above.

    Args:
        rng: Everything random comes from it.
        photo_share: Probability of a photograph on a surface that may carry one, 0 to 1.
    """
    style = draw_style(rng, photo_share)
    things, level, radius = _on_table(rng, style) if rng.random() < 0.6 else _on_floor(rng, style)
    built = Builder()
    built.add_all(things)
    reach = max(radius, 0.12)
    draw = rng.random()
    if level > 0 or draw < 0.45:
        backdrop = add_room(built, rng, style, 2 * reach + 0.8)
    elif draw < 0.75:
        backdrop = add_studio(built, rng, style, reach * rng.uniform(1.8, 4.0))
    else:
        backdrop = add_ground(built, rng, style, reach * rng.uniform(1.5, 3.0))
    low, high = _camera_box(rng, backdrop, level, reach)
    focus = things.object_centres()
    focus = focus[focus[:, 2] >= level] if (focus[:, 2] >= level).any() else focus
    return built.world(
        "tabletop",
        lamps=backdrop.lamps,
        sky=backdrop.sky,
        camera_box=(low, high),
        size_m=float(reach * rng.uniform(0.9, 1.6)),
        focus=focus,
    )


def _camera_box(
    rng: Rng, backdrop: Backdrop, level: float, reach: float
) -> tuple[np.ndarray, np.ndarray]:
    """Around the things and above their support, inside the backdrop."""
    away = reach * rng.uniform(1.3, 2.2)
    low = np.array((-away, -away, level + 0.12 * reach), dtype=np.float32)
    high = np.array((away, away, level + reach * rng.uniform(0.9, 2.0)), dtype=np.float32)
    low = np.maximum(low, backdrop.low)
    return low, np.maximum(np.minimum(high, backdrop.high), low + 0.05)


def _on_table(rng: Rng, style: Style) -> tuple[Builder, float, float]:
    """A table full of things: builder, height of its top, radius of interest."""
    built, draw = Builder(), rng.random()
    if draw < 0.6:
        piece = table(rng, style, things=0)
    elif draw < 0.8:
        piece = desk(rng, style)
    elif draw < 0.9:
        piece = coffee_table(rng, style)
    else:
        piece = Builder()
        width, depth = rng.uniform(0.6, 1.8), rng.uniform(0.5, 0.9)
        block = box(width, depth, rng.uniform(0.4, 1.0), 0.01)
        piece.add(block, materials.stone(rng, style.photo_share), 1)
    built.add_all(piece)
    low, high = piece.bounds()
    level = float(high[2]) if draw < 0.6 or draw >= 0.9 else 0.74
    if 0.8 <= draw < 0.9:
        level = float(np.median(piece.mesh().vertices[:, 2]))
        level = max(level, 0.3)
    width, depth = (float(value) for value in (high - low)[:2])
    if draw < 0.6 or draw >= 0.9:
        spread = rng.uniform(0.4, 0.9)
        count = int(np.exp(rng.uniform(0.7, 3.1)))
        laid = _arranged(rng, style, count, width * spread, depth * spread)
        built.add_all(laid, place(z=level))
        radius = 0.5 * spread * float(np.hypot(width, depth))
    else:
        radius = 0.4 * float(np.hypot(width, depth))
    for _ in range(int(rng.integers(0, 4))):
        seat = chair(rng, style) if rng.random() < 0.7 else stool(rng, style)
        side, yaw = float(rng.integers(4)) * np.pi / 2, rng.normal(0, 0.2)
        out = (depth if abs(np.cos(side)) > 0.5 else width) / 2 + rng.uniform(0.0, 0.25)
        pose = place(yaw=side) @ place(0.0, out, yaw=yaw)
        built.add_all(seat, pose, built.new_object())
    return built, level, min(radius, 0.9)


def _on_floor(rng: Rng, style: Style) -> tuple[Builder, float, float]:
    """Things on the ground, miniature to larger than life: builder, 0, radius."""
    scale = float(np.exp(rng.normal(0, 0.6)))
    area = rng.uniform(0.25, 1.2)
    count = int(np.exp(rng.uniform(0.0, 3.0)))
    laid = _arranged(rng, style, count, area, area * rng.uniform(0.6, 1.0))
    if rng.random() < 0.25:
        piece = (chair, stool, sofa, table)[int(rng.integers(4))](rng, style)
        scale = min(scale, 1.0)
        laid.add_all(piece, place(0, 0.5 * area + 0.5, yaw=rng.normal(0, 0.6)), laid.new_object())
    built = Builder()
    built.add_all(laid, place(scale=scale))
    return built, 0.0, 0.6 * area * scale


def _arranged(rng: Rng, style: Style, count: int, width: float, depth: float) -> Builder:
    """Things side by side, in a row, in a pile, on plates and cloths."""
    built, draw = Builder(), rng.random()
    if rng.random() < 0.25:
        mat = box(width * rng.uniform(0.4, 0.9), depth * rng.uniform(0.4, 0.9), 0.004)
        look = materials.fabric(rng, style.photo_share)
        built.add(mat, look, 1, place(yaw=rng.normal(0, 0.2)))
    if draw < 0.55:
        built.add_all(scatter(rng, style, count, width, depth, rng.uniform(0.15, 0.5)))
    elif draw < 0.7:  # a row of one kind
        maker = (any_small_thing, carton, toy, book_pile)[int(rng.integers(4))]
        kinds = [maker(rng, style) for _ in range(3)]
        step = max(float(np.ptp(np.stack(each.bounds())[:, 0])) for each in kinds) * 1.08
        number = int(np.clip(width / step, 1, 8))
        for k in range(number):
            x = (k - (number - 1) / 2) * step
            built.add_all(kinds[k % 3], place(x, rng.normal(0, 0.01), yaw=rng.normal(0, 0.1)))
    elif draw < 0.85:  # a heap of shapes
        _heap(built, rng, style, count + 3, min(width, depth))
    else:  # stacks
        for _ in range(int(rng.integers(1, 4))):
            x, y = rng.uniform(-0.4, 0.4, 2) * (width, depth)
            level = 0.0
            for _ in range(int(rng.integers(2, 7))):
                a, b, c = (
                    float(edge) for edge in rng.uniform((0.08, 0.08, 0.02), (0.3, 0.25, 0.15))
                )
                block = box(a, b, c, 0.004) if rng.random() < 0.8 else cylinder(a / 2, c, 22)
                turn = place(x + rng.normal(0, 0.01), y, level, yaw=rng.normal(0, 0.5))
                built.add(block, style.thing(rng), built.new_object(), turn)
                level += c
            if rng.random() < 0.5:
                built.add_all(any_small_thing(rng, style), place(x, y, level, scale=0.6))
    if not built.object_centres().shape[0]:
        built.add_all(any_small_thing(rng, style))
    return built


def _heap(built: Builder, rng: Rng, style: Style, count: int, width: float) -> None:
    """Tumbled shapes over each other, the later ones higher and nearer the middle."""
    for k in range(min(count, 25)):
        size = width * rng.uniform(0.12, 0.35)
        mesh = tumbled(random_solid(rng), rng).scaled(float(size))
        share = 1 - k / count
        x, y = rng.normal(0, 0.22 * width * share, 2)
        level = 0.5 * width * (1 - share) ** 1.5 * rng.uniform(0.3, 0.8)
        built.add(mesh, style.thing(rng), built.new_object(), place(x, y, level))
