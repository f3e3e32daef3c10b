# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Openings of a room: windows and doors, what fills them and what lies beyond."""

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.fittings import curtains, door_leaf, window_insert
from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.room_shell import Shell, Wall
from anyview.data.synthetic.shapes import box_between, boxes, sphere
from anyview.data.synthetic.soft_shapes import lumpy
from anyview.data.synthetic.storage import cabinet
from anyview.data.synthetic.style import Style
from anyview.data.synthetic.world import Material

Rng = np.random.Generator


def cut_doors(built: Builder, rng: Rng, shell: Shell, style: Style) -> None:
    """One or two doors: closed, half open, or open onto another room."""
    for _ in range(1 + int(rng.random() < 0.3)):
        wall = shell.walls[int(rng.integers(len(shell.walls)))]
        width, height = rng.uniform(0.8, 1.0), min(rng.uniform(1.95, 2.15), shell.height - 0.1)
        if rng.random() < 0.15:
            width *= 1.8
        left = wall.free_span(rng, width, 0.1)
        if left is None:
            continue
        wall.openings.append((left, left + width, 0.0, height))
        middle = wall.world_from_wall @ place(left + width / 2)
        if rng.random() < 0.65:
            built.add_all(door_leaf(rng, style, width, height), middle)
        _room_beyond(built, rng, style, wall, left + width / 2)


def _room_beyond(built: Builder, rng: Rng, style: Style, wall: Wall, x: float) -> None:
    """A plain room behind a door: five sides and perhaps a cabinet at its end."""
    wide, deep, tall = rng.uniform(1.2, 3.5), rng.uniform(1.2, 5.0), rng.uniform(2.3, 2.8)
    thick = 0.1
    near, far = wall.thickness, wall.thickness + deep
    x0, x1 = x - wide / 2, x + wide / 2
    floor = box_between((x0, 0, -thick), (x1, far, 0))
    built.add(floor, materials.floor_material(rng), 0, wall.world_from_wall)
    low = [(x0 - thick, near, 0), (x1, near, 0), (x0 - thick, far, 0), (x0, near, tall)]
    high = [(x0, far, tall), (x1 + thick, far, tall), (x1 + thick, far + thick, tall),
            (x1, far, tall + thick)]  # fmt: skip
    paint = materials.wall_material(rng)
    built.add(boxes(np.array(low), np.array(high)), paint, 0, wall.world_from_wall)
    if rng.random() < 0.6:
        piece = cabinet(rng, style)
        spot = place(x + rng.uniform(-0.3, 0.3), far - float(piece.bounds()[1][1]))
        built.add_all(piece, wall.world_from_wall @ spot)


def cut_windows(built: Builder, rng: Rng, shell: Shell, style: Style, share: float) -> list[Wall]:
    """Windows with frames, glass that glows or none, curtains; the walls that have any."""
    walls: list[Wall] = []
    sill, top = rng.uniform(0.6, 1.1), shell.height - rng.uniform(0.2, 0.5)
    if rng.random() < 0.12:
        sill = 0.15  # down to the floor
    pane = _pane(rng)
    hung = rng.random() < 0.45
    for wall in shell.walls:
        if rng.random() > share:
            continue
        width = rng.uniform(0.6, 2.2)
        for _ in range(int(rng.integers(1, 4))):
            left = wall.free_span(rng, width, 0.3)
            if left is None:
                continue
            wall.openings.append((left, left + width, sill, top))
            if wall not in walls:
                walls.append(wall)
            middle = wall.world_from_wall @ place(left + width / 2, 0, sill)
            insert = window_insert(rng, style, width, top - sill, wall.thickness)
            built.add_all(insert, middle)
            if pane is not None:
                deep = wall.thickness * 0.7
                glass = box_between((-width / 2, deep, 0), (width / 2, deep + 0.01, top - sill))
                built.add(glass, pane, 0, middle)
            if hung:
                rail = top + 0.1
                cloth = curtains(rng, style, width, rail - 0.02)
                below = wall.world_from_wall @ place(left + width / 2)
                built.add_all(cloth, below, built.new_object())
    return walls


def _pane(rng: Rng) -> Material | None:
    """Bright frosted glass, a dark night, or nothing."""
    draw = rng.random()
    if draw < 0.3:
        return materials.glowing(rng, (0.8, 2.5), warm=False)
    if draw < 0.4:
        return materials.plain((0.005, 0.006, 0.01), 0.8)
    return None


def add_outside(built: Builder, rng: Rng, shell: Shell) -> None:
    """Ground, houses and trees around the room, some storeys below or level with it."""
    level = -0.3 if rng.random() < 0.5 else -rng.uniform(3, 15)
    ground = materials.textured(
        rng, "grass", materials.green(rng), materials.green(rng), (0.2, 1.0)
    )
    if rng.random() < 0.5:
        ground = materials.stone(rng)
    reach = 120.0
    plate = box_between((-reach, -reach, level - 1), (reach, reach, level))
    built.add(plate, ground)
    centre = np.array((shell.width, shell.depth)) / 2
    away = max(shell.width, shell.depth)
    for _ in range(int(rng.integers(3, 10))):
        angle, far = rng.uniform(0, 2 * np.pi), away + rng.uniform(6, 50)
        x, y = centre + far * np.array((np.cos(angle), np.sin(angle)))
        if rng.random() < 0.5:
            wide, deep, tall = rng.uniform((6, 6, 3), (20, 15, 18))
            front = materials.textured(
                rng, "windows", materials.pale(rng), materials.dark(rng), (2.0, 3.5), (0.8, 1.0)
            )
            house = box_between((-wide / 2, -deep / 2, level), (wide / 2, deep / 2, level + tall))
            far_enough = max(far, away + wide)
            x, y = centre + far_enough * np.array((np.cos(angle), np.sin(angle)))
            built.add(house, front, 0, place(x, y, yaw=angle))
        else:
            size = rng.uniform(1.5, 4.0)
            crown = lumpy(sphere(size, 16), rng, 0.35, size)
            built.add(crown, materials.leaf_material(rng), 0, place(x, y, level + size * 1.5))
            trunk = box_between((-0.2, -0.2, level), (0.2, 0.2, level + size))
            built.add(trunk, materials.bark(rng), 0, place(x, y))
