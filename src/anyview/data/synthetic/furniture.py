# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Seats, tables, beds: each stands on z = 0 about the z axis, its front towards -y.

One builder holds one piece as object 1; what lies on it has numbers of its own.
"""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.devices import keyboard, laptop, monitor
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.shapes import box, box_between, boxes, cylinder, lathe
from anyview.data.synthetic.small_things import book_pile, scatter, table_lamp
from anyview.data.synthetic.soft_shapes import bars, cloth, cushion, tube
from anyview.data.synthetic.style import Style
from anyview.data.synthetic.vessels import cup

Rng = np.random.Generator


def _legs(
    built: Builder, rng: Rng, style: Style, width: float, depth: float, height: float
) -> None:
    """Four legs at the corners, square or round and splayed."""
    x, y = width / 2, depth / 2
    corners = np.array(((-x, -y), (x, -y), (-x, y), (x, y)))
    if rng.random() < 0.5:
        half = rng.uniform(0.012, 0.035)
        inner = corners * (1 - half / np.array((x, y)))
        low = np.concatenate((inner - half, np.zeros((4, 1))), axis=1)
        high = np.concatenate((inner + half, np.full((4, 1), height)), axis=1)
        built.add(boxes(low, high), style.wood if rng.random() < 0.7 else style.metal, 1)
        return
    top = np.concatenate((corners * rng.uniform(0.75, 0.9), np.full((4, 1), height)), axis=1)
    foot = np.concatenate((corners * 0.95, np.zeros((4, 1))), axis=1)
    look = style.metal if rng.random() < 0.5 else style.wood
    built.add(bars(foot, top, rng.uniform(0.01, 0.022), 8), look, 1)


def chair(rng: Rng, style: Style) -> Builder:
    """A chair with a back of a board, slats or bars."""
    width, depth = rng.uniform(0.38, 0.5, 2)
    seat, back = rng.uniform(0.42, 0.48), rng.uniform(0.3, 0.6)
    built = Builder()
    _legs(built, rng, style, width, depth, seat)
    padded = rng.random() < 0.5
    look = style.seat(rng) if padded else style.any_wood(rng)
    thick = rng.uniform(0.04, 0.09) if padded else 0.025
    built.add(box(width, depth, thick, thick * 0.4, 2), look, 1, place(z=seat - 0.01))
    lean = place(y=depth / 2 - 0.02, z=seat, pitch=-rng.uniform(0.05, 0.25))
    draw = rng.random()
    if draw < 0.4:
        start = rng.uniform(0.05, 0.25)
        panel = box(width, thick, back - start, thick * 0.4, 2).moved(z=start)
        built.add(panel, look, 1, lean)
        start = 0.0 if start > 0.12 else back
        posts = [(-width * 0.4, 0, 0), (width * 0.4, 0, 0)]
        tops = [(-width * 0.4, 0, back * 0.5), (width * 0.4, 0, back * 0.5)]
        built.add(bars(np.array(posts), np.array(tops), 0.012), style.metal, 1, lean)
        return built
    count = int(rng.integers(2, 7))
    side = np.linspace(-width / 2 + 0.02, width / 2 - 0.02, count if draw < 0.7 else 2)
    low = np.stack((side, 0 * side, 0 * side), axis=-1)
    built.add(bars(low, np.add(low, (0, 0, back)), 0.013, 7), style.wood, 1, lean)
    rows = [back - 0.05] if draw < 0.7 else list(np.linspace(0.12, back - 0.05, count))
    level = np.array(rows)
    half = width / 2
    slat_low = np.stack((0 * level - half, 0 * level - 0.012, level), axis=-1)
    slat_high = np.stack((0 * level + half, 0 * level + 0.012, level + 0.05), axis=-1)
    built.add(boxes(slat_low, slat_high), style.wood, 1, lean)
    return built


def stool(rng: Rng, style: Style) -> Builder:
    """A stool or pouf."""
    height, radius = rng.uniform(0.35, 0.75), rng.uniform(0.15, 0.24)
    built = Builder()
    if rng.random() < 0.3:
        profile = (
            (radius * 0.9, 0),
            (radius * 1.2, height * 0.3),
            (radius, height * 0.6),
            (0, 0.4),
        )
        built.add(lathe(profile, 24), style.seat(rng), 1)
        return built
    _legs(built, rng, style, radius * 1.6, radius * 1.6, height)
    look = style.seat(rng) if rng.random() < 0.5 else style.any_wood(rng)
    built.add(cylinder(radius, 0.05, 24), look, 1, place(z=height))
    return built


def office_chair(rng: Rng, style: Style) -> Builder:
    """A swivel chair on five castors."""
    seat, look = rng.uniform(0.42, 0.52), style.seat(rng)
    black = materials.plain((0.015, 0.015, 0.015), 0.2)
    built = Builder()
    angle = np.arange(5) * 2 * np.pi / 5
    feet = np.stack((0.3 * np.cos(angle), 0.3 * np.sin(angle), 0 * angle + 0.06), axis=-1)
    built.add(bars(np.full((5, 3), (0, 0, 0.12)), feet, 0.022), black, 1)
    built.add(boxes(feet - (0.02, 0.02, 0.06), np.add(feet, (0.02, 0.02, 0.0))), black, 1)
    built.add(cylinder(0.025, seat - 0.1, 10), style.metal, 1, place(z=0.1))
    built.add(box(0.48, 0.46, 0.09, 0.04, 2), look, 1, place(z=seat))
    lean = place(y=0.23, z=seat + 0.12, pitch=-0.15)
    built.add(box(0.45, 0.07, rng.uniform(0.4, 0.65), 0.035, 2), look, 1, lean)
    built.add(box(0.06, 0.03, 0.2), black, 1, place(y=0.25, z=seat))
    if rng.random() < 0.6:
        for side in (-0.26, 0.26):
            path = ((side, 0.15, seat), (side, 0.15, seat + 0.2), (side, -0.12, seat + 0.2))
            built.add(tube(path, 0.02), black, 1)
    return built


def sofa(rng: Rng, style: Style, seats: int | None = None) -> Builder:
    """An armchair or sofa of cushions; sometimes with an L-shaped end, pillows, a blanket."""
    count = int(rng.integers(1, 4)) if seats is None else seats
    each, depth = rng.uniform(0.55, 0.8), rng.uniform(0.75, 1.0)
    arm, seat, back = rng.uniform(0.1, 0.25), rng.uniform(0.36, 0.46), rng.uniform(0.7, 0.95)
    inner, soft = count * each, rng.uniform(0.03, 0.08)
    look, half = style.seat(rng), count * each / 2
    built = Builder()
    lift = rng.uniform(0.04, 0.14)
    _legs(built, rng, style, inner + arm, depth * 0.9, lift)
    built.add(box(inner + arm, depth, seat - 0.14 - lift, 0.03), look, 1, place(z=lift))
    rear = box(inner + 2 * arm, 0.22, back - lift, soft, 3)
    built.add(rear, look, 1, place(y=depth / 2 - 0.11, z=lift))
    high = seat + rng.uniform(0.1, 0.25)
    for side in (-1, 1):
        part = box(arm, depth, high - lift, min(soft, arm * 0.45), 3)
        built.add(part, look, 1, place(x=side * (half + arm / 2), z=lift))
    for k in range(count):
        x = -half + (k + 0.5) * each
        pad = box(each - 0.01, depth - 0.22, 0.17, 0.05, 3)
        built.add(pad, look, 1, place(x, -0.11, seat - 0.15))
        rest = box(each - 0.02, 0.16, back - seat + 0.02, 0.06, 3)
        built.add(rest, look, 1, place(x, depth / 2 - 0.29, seat, pitch=-0.12))
    if count > 1 and rng.random() < 0.3:
        end = box(each, 0.7, seat, 0.05, 3)
        built.add(end, look, 1, place(half - each / 2, -depth / 2 - 0.3))
    for _ in range(int(rng.integers(0, 2 + count))):
        pillow = cushion(0.42, 0.42, 0.15, 16)
        turn = place(rng.uniform(-half, half) * 0.8, depth / 2 - 0.42, seat + 0.12,
                     yaw=rng.normal(0, 0.2), pitch=1.2)  # fmt: skip
        built.add(pillow, style.soft if rng.random() < 0.6 else style.thing(rng), 1, turn)
    if rng.random() < 0.25:
        blanket = cloth(rng, each, depth * 0.7, 0.05)
        built.add(blanket, style.soft, 1, place(rng.uniform(-half, half) * 0.6, -0.1, seat + 0.02))
    return built


def table(
    rng: Rng,
    style: Style,
    width: float | None = None,
    depth: float | None = None,
    height: float | None = None,
    things: int | None = None,
) -> Builder:
    """A table, round or not, with things on it; on legs, on a foot, or on boards."""
    w = rng.uniform(0.7, 1.9) if width is None else width
    d = rng.uniform(0.6, 0.95) if depth is None else depth
    h = rng.uniform(0.7, 0.78) if height is None else height
    built, thick = Builder(), rng.uniform(0.018, 0.06)
    look, draw = style.any_wood(rng), rng.random()
    if draw < 0.22:
        w = d = min(w, 1.3 * d)
        built.add(cylinder(w / 2, thick, 36), look, 1, place(z=h - thick))
        if rng.random() < 0.5:
            foot = lathe(((w * 0.25, 0), (w * 0.22, 0.03), (0.04, 0.06), (0.035, h - thick)), 18)
            built.add(foot, style.metal if rng.random() < 0.5 else look, 1)
        else:
            _legs(built, rng, style, w * 0.7, d * 0.7, h - thick)
    else:
        bevel = 0.0 if rng.random() < 0.5 else thick * 0.3
        built.add(box(w, d, thick, bevel), look, 1, place(z=h - thick))
        if draw < 0.35:
            for side in (-1, 1):
                built.add(box(0.03, d * 0.95, h - thick), look, 1, place(side * (w / 2 - 0.02)))
            built.add(box(w - 0.06, 0.02, h * 0.4), look, 1, place(y=d * 0.3, z=h * 0.5))
        else:
            _legs(built, rng, style, w * 0.96, d * 0.94, h - thick)
            if rng.random() < 0.6:
                rail = box_between((-w * 0.45, -d * 0.43, h - thick - 0.08),
                                   (w * 0.45, d * 0.43, h - thick))  # fmt: skip
                built.add(rail, look, 1)
        if rng.random() < 0.15:
            hang = box_between((-w / 2 - 0.004, -d / 2 - 0.004, h - rng.uniform(0.05, 0.4)),
                               (w / 2 + 0.004, d / 2 + 0.004, h + 0.003))  # fmt: skip
            built.add(hang, style.soft, 1)
            h += 0.003
    count = int(rng.integers(0, 7)) if things is None else things
    built.add_all(scatter(rng, style, count, w * 0.85, d * 0.85, 0.4), place(z=h))
    return built


def coffee_table(rng: Rng, style: Style) -> Builder:
    """A low table."""
    return table(rng, style, rng.uniform(0.6, 1.2), rng.uniform(0.45, 0.7), rng.uniform(0.3, 0.5),
                 int(rng.integers(0, 4)))  # fmt: skip


def desk(rng: Rng, style: Style) -> Builder:
    """A desk with a computer, papers and clutter; its user sits at -y."""
    width, depth, height = rng.uniform(1.0, 1.8), rng.uniform(0.6, 0.8), rng.uniform(0.7, 0.78)
    built = table(rng, style, width, depth, height, 0)
    low, high = built.bounds()
    width, depth, top = *(high - low)[:2], float(high[2])
    if rng.random() < 0.6:
        x = rng.choice((-1, 1)) * (width / 2 - 0.25)
        for k in range(3):
            level = top * (0.08 + 0.29 * k)
            built.add(box(0.4, depth * 0.85, top * 0.28, 0.004), style.wood, 1, place(x, 0, level))
            handle = box(0.12, 0.02, 0.012)
            built.add(handle, style.metal, 1, place(x, -depth * 0.43, level + top * 0.2))
    draw = rng.random()
    if draw < 0.6:
        for k in range(1 + int(rng.random() < 0.3)):
            turn = place(-0.15 + 0.62 * k, depth * 0.2, top, yaw=rng.normal(0, 0.15))
            built.add_all(monitor(rng, style), turn)
        built.add_all(keyboard(rng), place(-0.1, -depth * 0.15, top, yaw=rng.normal(0, 0.1)))
    elif draw < 0.85:
        built.add_all(laptop(rng, style), place(z=top, yaw=rng.normal(0, 0.2)))
    sheets = np.array((rng.uniform(-0.4, 0.4, 4) * width, rng.uniform(-0.4, 0.1, 4) * depth)).T
    paper = materials.plain(materials.white(rng))
    for k, (x, y) in enumerate(sheets[: int(rng.integers(0, 5))]):
        built.add(box(0.21, 0.297, 0.001 * (k + 1)), paper, 1, place(x, y, top, yaw=rng.normal()))
    for maker, x in ((cup, 0.35), (book_pile, -0.42), (table_lamp, 0.42)):
        if rng.random() < 0.4:
            y = rng.uniform(-0.1, 0.25) * depth
            built.add_all(maker(rng, style), place(x * width, y, top, yaw=rng.normal()))
    return built


def bed(rng: Rng, style: Style) -> Builder:
    """A bed, its head at +y: mattress, pillows, blanket in folds, sometimes a bunk above."""
    width, length = float(rng.choice((0.9, 1.2, 1.4, 1.6, 1.8))), rng.uniform(1.95, 2.1)
    seat, board = rng.uniform(0.2, 0.4), rng.uniform(0.6, 1.2)
    built, look = Builder(), style.any_wood(rng)
    levels = (0.0, 1.25) if width < 1.0 and rng.random() < 0.3 else (0.0,)
    cover = style.soft if rng.random() < 0.6 else materials.fabric(rng, style.photo_share)
    for lift in levels:
        top = lift + seat
        built.add(box(width, length, 0.16, 0.02), look, 1, place(z=top - 0.14))
        sheet = box(width - 0.02, length - 0.04, 0.2, 0.06, 3)
        built.add(sheet, materials.plain(materials.white(rng)), 1, place(z=top))
        count = 2 if width > 1.3 else 1
        for k in range(count):
            x = (k - (count - 1) / 2) * width * 0.48
            turn = place(x, length / 2 - 0.3, top + 0.18, yaw=rng.normal(0, 0.15), pitch=0.15)
            built.add(cushion(0.62, 0.42, 0.16, 18), style.soft, 1, turn)
        reach = length * rng.uniform(0.45, 0.75)
        spread = box(width + 0.04, reach, 0.2, 0.07, 3)
        built.add(spread, cover, 1, place(y=-length / 2 + reach / 2 - 0.01, z=top + 0.03))
        folds = cloth(rng, width * 0.9, reach * 0.9, rng.uniform(0.02, 0.12), 20)
        built.add(folds, cover, 1, place(y=-length / 2 + reach / 2, z=top + 0.215))
    x, y = width / 2, length / 2
    if len(levels) > 1:
        corners = np.array(((-x, -y, 0), (x, -y, 0), (-x, y, 0), (x, y, 0)))
        built.add(boxes(corners - 0.03, np.add(corners, (0.03, 0.03, 1.9))), look, 1)
        rungs = np.array([(-x - 0.04, -y + 0.1, z) for z in np.arange(0.3, 1.6, 0.28)])
        built.add(bars(rungs, np.add(rungs, (0, 0.4, 0)), 0.015), look, 1)
        return built
    _legs(built, rng, style, width * 0.96, length * 0.96, seat - 0.1)
    head = style.seat(rng) if rng.random() < 0.3 else look
    built.add(box(width + 0.06, 0.07, board, 0.02), head, 1, place(y=y + 0.035))
    if rng.random() < 0.3:
        built.add(box(width, 0.05, seat + 0.25, 0.02), look, 1, place(y=-y - 0.04))
    return built
