# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Whole houses: a body with fronts on its sides, a roof, chimneys.

A house stands on z = 0; its front wall is in the plane y = 0 and it extends towards +y, centred
in x.
"""

from dataclasses import dataclass, replace

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.facades import FrontStyle, WallBoxes, draw_front_style, front_boxes
from anyview.data.synthetic.parts import Builder, Mesh, place
from anyview.data.synthetic.shapes import box_between
from anyview.data.synthetic.world import Material

Rng = np.random.Generator


@dataclass(frozen=True)
class HousePlan:
    """Size of a house.

    Attributes:
        width: Along the front, metres.
        depth: Away from it.
        floors: Number.
        sides: Which walls have windows: 0 front, 1 right, 2 back, 3 left.
        detail: Frames, doors and balconies; without, only openings.
        painted: Windows are a texture, for houses far away.
    """

    width: float
    depth: float
    floors: int
    sides: tuple[int, ...] = (0,)
    detail: bool = True
    painted: bool = False


def house(rng: Rng, plan: HousePlan, photo_share: float) -> Builder:
    """A random house of a given size."""
    style = draw_front_style(rng, photo_share)
    built, thing = Builder(), 1
    height = plan.floors * style.floor_m
    half, inset = plan.width / 2, style.recess_m
    walls = {
        0: (plan.width, place(0.0, inset, 0.0)),
        1: (plan.depth, place(half - inset, plan.depth / 2, 0.0, yaw=np.pi / 2)),
        2: (plan.width, place(0.0, plan.depth - inset, 0.0, yaw=np.pi)),
        3: (plan.depth, place(-half + inset, plan.depth / 2, 0.0, yaw=-np.pi / 2)),
    }
    if plan.painted:
        built.add(
            box_between((-half, 0.0, 0.0), (half, plan.depth, height)), _painted(rng, style), thing
        )
        _add_roof(built, rng, style, plan, height, photo_share)
        return built
    # The body is what is seen through the openings: glass. Blind walls hide it on other sides.
    core = box_between((-half + inset, inset, 0.0), (half - inset, plan.depth - inset, height))
    built.add(core, style.glass, thing)
    blind = _blind_walls(plan, height, inset)
    fronts = WallBoxes()
    for side, (width, transform) in walls.items():
        if side in plan.sides:
            fronts.turn_to(transform)
            front_boxes(fronts, rng, style, (width, plan.floors), plan.detail)
        else:
            built.add(blind[side], style.wall, thing)
    fronts.add_to(built, thing)
    _add_roof(built, rng, style, plan, height, photo_share)
    return built


def _painted(rng: Rng, style: FrontStyle) -> Material:
    """The wall with windows drawn on it."""
    look = materials.textured(
        rng, "windows", style.wall.first, style.glass.first, (1.0, 1.0), (0.8, 1.0)
    )
    return replace(look, scale_m=style.floor_m)


def _blind_walls(plan: HousePlan, height: float, thick: float) -> dict[int, Mesh]:
    half, deep = plan.width / 2, plan.depth
    return {
        0: box_between((-half, 0.0, 0.0), (half, thick, height)),
        1: box_between((half - thick, 0.0, 0.0), (half, deep, height)),
        2: box_between((-half, deep - thick, 0.0), (half, deep, height)),
        3: box_between((-half, 0.0, 0.0), (-half + thick, deep, height)),
    }


def roof_material(rng: Rng, photo_share: float) -> Material:
    """Red, brown or grey tiles, slate, metal."""
    if rng.random() < 0.3 * photo_share:
        return materials.photo(rng, (1.0, 4.0))
    base = (
        materials.colour(rng, (0.0, 0.07), (0.4, 0.75), (0.3, 0.75))
        if rng.random() < 0.55
        else materials.grey(rng)
    )
    if rng.random() < 0.8:
        return materials.textured(rng, "bricks", base, materials.shade(base, 0.5), (0.3, 1.0))
    return materials.plain(base)


def _add_roof(
    built: Builder,
    rng: Rng,
    style: FrontStyle,
    plan: HousePlan,
    height: float,
    photo_share: float,
) -> None:
    look = roof_material(rng, photo_share)
    eaves = float(rng.uniform(0.15, 0.6))
    half, deep = plan.width / 2 + eaves * 0.3, plan.depth
    kind = rng.choice(("gable", "across", "hip", "flat"), p=(0.4, 0.15, 0.2, 0.25))
    if kind == "flat":
        rim = float(rng.uniform(0.2, 0.9))
        built.add(box_between((-half, -0.05, height), (half, deep + 0.05, height + 0.15)), look, 1)
        built.add(box_between((-half, -0.1, height), (half, 0.2, height + rim)), style.trim, 1)
        return
    rise = float(np.tan(np.deg2rad(rng.uniform(22, 50))))
    if kind == "across":  # gable towards the street
        peak = rise * half
        ridge = np.array([(0, -eaves, peak), (0, deep + eaves, peak)])
        outline = np.array([(-half, -eaves), (half, -eaves), (half, deep + eaves)])
        gables = [(0, 1, 4), (2, 3, 5), (1, 2, 5), (1, 5, 4), (3, 0, 4), (3, 4, 5)]
    else:
        peak = min(rise * deep / 2, 6.0)
        inset = min(half * 0.8, deep / 2) if kind == "hip" else 0.0
        ridge = np.array([(-half + inset, deep / 2, peak), (half - inset, deep / 2, peak)])
        outline = np.array([(-half, -eaves), (half, -eaves), (half, deep + eaves)])
        gables = [(0, 1, 5), (0, 5, 4), (2, 3, 4), (2, 4, 5), (1, 2, 5), (3, 0, 4)]
    corners = np.concatenate((outline, [(-half, deep + eaves)]))
    base = np.concatenate((corners, np.zeros((4, 1))), axis=1)
    points = np.concatenate((base, ridge)) + np.array((0, 0, height))
    vertices = points.astype(np.float32)
    under = [(0, 2, 1), (0, 3, 2)]
    faces = np.array(gables + under, dtype=np.int32)
    built.add(Mesh(vertices, faces[:6]), look, 1)
    built.add(Mesh(vertices, faces[6:]), style.trim, 1)
    if kind == "gable":  # the triangles at the ends are wall
        built.add(Mesh(vertices * np.array((0.999, 1, 1), np.float32), faces[4:6]), style.wall, 1)
    for _ in range(int(rng.integers(0, 3))):
        x, y = rng.uniform(-half * 0.8, half * 0.8), rng.uniform(0.3, 0.7) * deep
        wide, tall = rng.uniform(0.25, 0.5), peak * rng.uniform(0.8, 1.1) + 0.6
        chimney = box_between((x - wide, y - 0.25, height), (x + wide, y + 0.25, height + tall))
        built.add(chimney, style.base, 1)
    if kind != "across" and rng.random() < 0.4:
        slope = peak / (deep / 2 + eaves)
        count = max(1, int(plan.width / 4))
        for x in (np.arange(count) + 0.5) / count * plan.width - plan.width / 2:
            low, high = 0.3, min(1.7, peak * 0.7)
            back = (high / slope) - eaves
            dormer = box_between((x - 0.6, 0.2, height + low), (x + 0.6, back, height + high))
            built.add(dormer, style.wall, 1)
            pane = box_between((x - 0.4, 0.17, height + 0.5), (x + 0.4, 0.25, height + high - 0.2))
            built.add(pane, style.glass, 1)
