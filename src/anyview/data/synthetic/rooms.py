# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Furnished rooms: living rooms to libraries, empty to cluttered."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.fittings import ceiling_lamp, clock, radiator
from anyview.data.synthetic.indoor_light import indoor_sky, room_lamp, sun_through
from anyview.data.synthetic.layout import CameraZone, Layout, draw_zone
from anyview.data.synthetic.openings import add_outside, cut_doors, cut_windows
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.room_plans import ROOM_PLANS, RoomPlan
from anyview.data.synthetic.room_shell import Shell, add_shell, draw_shell
from anyview.data.synthetic.small_things import any_small_thing
from anyview.data.synthetic.style import Style, draw_style
from anyview.data.synthetic.world import FloatArray, Lamp, World

Rng = np.random.Generator


def build_room(rng: Rng, photo_share: float) -> World:
    """A furnished room, cameras in a part of it that is free at eye height.

    Args:
        rng: Everything random comes from it.
        photo_share: Probability of a photograph on a surface that may carry one, 0 to 1.
    """
    names = list(ROOM_PLANS)
    weights = np.array([ROOM_PLANS[name].weight for name in names])
    return build_room_of(str(rng.choice(names, p=weights / weights.sum())), rng, photo_share)


def build_room_of(name: str, rng: Rng, photo_share: float) -> World:
    """A room of one kind of ``ROOM_PLANS``; otherwise as ``build_room``."""
    plan = ROOM_PLANS[name]
    style = draw_style(rng, photo_share)
    width, depth = rng.uniform(*plan.width), rng.uniform(*plan.depth)
    if rng.random() < 0.5:
        width, depth = depth, width
    height = min(2.2 + rng.gamma(2.0, 0.22), plan.tall)
    if max(width, depth) > 7 and rng.random() < 0.3:
        height = min(height + 0.8, 4.0)
    shell = draw_shell(rng, width, depth, height)
    zone = draw_zone(rng, shell)
    built = Builder()
    cut_doors(built, rng, shell, style)
    sunny = cut_windows(built, rng, shell, style, plan.windows)
    layout = Layout(built, shell, zone)
    _furnish(layout, rng, plan, style)
    lamps = _lamps(built, rng, shell, zone, style)
    looks = (
        materials.floor_material(rng, photo_share),
        materials.wall_material(rng, photo_share),
        materials.ceiling_material(rng),
    )
    trim = style.white if rng.random() < 0.6 else style.wood
    add_shell(built, rng, shell, looks, trim)
    focus = _focus(built, rng, shell, zone)
    if sunny:
        add_outside(built, rng, shell)
    sun = sun_through(rng, sunny) if rng.random() < 0.6 else None
    dim = sun is None and rng.random() < 0.5
    if sun is not None:
        lamps = [sun, *lamps] if rng.random() < 0.4 else [sun]
    x0, y0, x1, y1 = zone.floor
    away = np.linalg.norm(focus - np.array(((x0 + x1) / 2, (y0 + y1) / 2, 1.0)), axis=1)
    return built.world(
        "room",
        lamps=lamps,
        sky=indoor_sky(rng, dim=dim),
        camera_box=((x0 + 0.15, y0 + 0.15, zone.low), (x1 - 0.15, y1 - 0.15, zone.high)),
        size_m=float(np.clip(np.median(away), 1.0, 6.0)),
        focus=focus,
    )


def _furnish(layout: Layout, rng: Rng, plan: RoomPlan, style: Style) -> None:
    """Groups, then things along the walls, on the walls, on the floor."""
    fullness = float(rng.choice((0.0, 0.35, 0.7, 1.0, 1.4), p=(0.04, 0.09, 0.22, 0.37, 0.28)))
    shell = layout.shell
    for group in plan.groups:
        if rng.random() < min(0.95, 0.3 + fullness):
            group(layout, rng, style)
    around = 2 * (shell.width + shell.depth)
    designs: list[Builder] = []
    missed = 0
    for _ in range(int(fullness * around * 0.8)):
        if missed > 8:
            break
        # One piece often stands in a room several times.
        if len(designs) < 3 or rng.random() < 0.5:
            designs.append(plan.by_wall[int(rng.integers(len(plan.by_wall)))](rng, style))
            thing = designs[-1]
        else:
            thing = designs[int(rng.integers(len(designs)))]
        missed += layout.against_wall(thing, rng, tries=3) is None
    if rng.random() < 0.4:
        layout.against_wall(radiator(rng, style), rng, gap=0.0)
    for _ in range(int((0.2 + fullness) * around * rng.uniform(0.1, 0.45))):
        thing = plan.hung[int(rng.integers(len(plan.hung)))](rng, style)
        layout.hang(thing, rng, rng.uniform(1.1, 1.7), tries=2)
    if rng.random() < 0.2:
        layout.hang(clock(rng, style), rng, 1.9)
    messy = rng.random() < 0.3
    for _ in range(int(fullness * rng.integers(1, 5) + messy * rng.integers(3, 14))):
        maker = any_small_thing if messy and rng.random() < 0.5 else (
            plan.floor[int(rng.integers(len(plan.floor)))]
        )  # fmt: skip
        layout.stand(maker(rng, style), rng, yaw=float(rng.uniform(0, 6.3)), tries=3)


def _lamps(built: Builder, rng: Rng, shell: Shell, zone: CameraZone, style: Style) -> list[Lamp]:
    """Ceiling lamps in a grid, equal ones; at most two give light."""
    hanging, drop = ceiling_lamp(rng, style)
    columns, rows = (max(1, round(side / rng.uniform(2.2, 4.0))) for side in
                     (shell.width, shell.depth))  # fmt: skip
    spots: list[tuple[float, float]] = []
    low = shell.height + float(hanging.bounds()[0][2])
    x0, y0, x1, y1 = zone.floor
    for i in range(columns):
        for j in range(rows):
            x = (i + 0.5) / columns * shell.width + rng.normal(0, 0.02)
            y = (j + 0.5) / rows * shell.depth + rng.normal(0, 0.02)
            notch = shell.notch
            if notch is not None and x > notch[0] - 0.3 and y > notch[1] - 0.3:
                continue
            spots.append((x, y))
            in_zone = x0 - 0.5 < x < x1 + 0.5 and y0 - 0.5 < y < y1 + 0.5
            if not (in_zone and low < zone.high + 0.2) and low > 1.5:
                built.add_all(hanging, place(x, y, shell.height), built.new_object())
    if not spots:
        spots = [(shell.width / 3, shell.depth / 3)]
    order = rng.permutation(len(spots))[: 2 if rng.random() < 0.5 else 1]
    level = max(shell.height - drop, 1.2)
    return [room_lamp(rng, (spots[k][0], spots[k][1], level)) for k in order]


def _focus(built: Builder, rng: Rng, shell: Shell, zone: CameraZone) -> FloatArray:
    """What photographs of rooms look at: furniture more often than small things, and groups.

    In empty rooms, the corners.
    """
    low, high = built.object_boxes()
    x0, y0, x1, y1 = zone.floor
    eye = np.array(((x0 + x1) / 2, (y0 + y1) / 2, zone.low))
    centres = 0.5 * (low + high)
    away = np.linalg.norm(centres[:, :2] - eye[:2], axis=1)
    inside = (centres[:, :2] >= 0).all(axis=1)
    inside &= (centres[:, 0] <= shell.width) & (centres[:, 1] <= shell.depth)
    near = inside & (away > 0.9) & (away < 6.5) & (centres[:, 2] < 2.0)
    if near.sum() < 3:
        corners = np.concatenate(
            (shell.polygon, np.full((len(shell.polygon), 1), 0.7, np.float32)), axis=1
        )
        pulled: FloatArray = (0.9 * corners + 0.1 * eye).astype(np.float32)
        return pulled
    places = centres[near]
    # Bulky things rather than thin ones (doors, pictures), across the room rather than beside.
    size = np.maximum(high - low, 0.01)[near].prod(axis=1) ** (1 / 3)
    share = np.clip(size, 0.08, 1.2) * np.clip(away[near] / 2, 0.4, 1.6)
    share[places[:, 2] > 1.3] *= 0.5
    chosen = places[rng.choice(len(places), size=48, p=share / share.sum())]
    # Half of the pictures show what is between two things.
    middles = 0.5 * (chosen[:24] + chosen[24:])
    focus: FloatArray = np.concatenate((chosen[:24], middles)).astype(np.float32)
    return focus
