# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The bare room: floor, ceiling, thick walls with openings, skirting, and what lies outside.

A wall has axes of its own: x along it from 0 to its length, y out of the room, z up.
"""

from dataclasses import dataclass, field

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.shapes import boxes, extrude, flat
from anyview.data.synthetic.world import FloatArray, Material

Rng = np.random.Generator


@dataclass(eq=False)
class Wall:
    """One wall of a room.

    Attributes:
        world_from_wall: [4, 4].
        length: Metres.
        thickness: Metres, outwards.
        openings: (x0, x1, z0, z1) each, beside each other.
        taken: (x0, x1) along the foot of the wall, kept free of things (doors).
    """

    world_from_wall: FloatArray
    length: float
    thickness: float
    openings: list[tuple[float, float, float, float]] = field(default_factory=list)
    taken: list[tuple[float, float]] = field(default_factory=list)

    def free_span(self, rng: Rng, width: float, margin: float = 0.15) -> float | None:
        """Left end of a stretch of ``width`` that no opening meets, or None."""
        room = self.length - width - 2 * margin
        if room <= 0:
            return None
        for _ in range(6):
            left = margin + rng.uniform(0, room)
            if all(
                left + width + margin < x0 or left > x1 + margin for x0, x1, _, _ in self.openings
            ):
                return left
        return None


@dataclass(frozen=True)
class Shell:
    """Outline and walls of a room.

    Attributes:
        polygon: [P, 2] counter-clockwise outline with right angles, metres.
        height: Of the ceiling, metres.
        walls: Between each corner and the next.
        notch: (x0, y0, x1, y1) cut out of the bounding rectangle for an L-shape, or None.
        width: Of the bounding rectangle from x = 0.
        depth: Of the bounding rectangle from y = 0.
    """

    polygon: FloatArray
    height: float
    walls: tuple[Wall, ...]
    notch: tuple[float, float, float, float] | None
    width: float
    depth: float


def draw_shell(
    rng: Rng, width: float, depth: float, height: float, *, may_notch: bool = True
) -> Shell:
    """A rectangular room, or an L-shaped one if it is large enough."""
    corners = [(0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth)]
    notch = None
    if may_notch and min(width, depth) > 3.2 and rng.random() < 0.2:
        x, y = width * rng.uniform(0.25, 0.45), depth * rng.uniform(0.25, 0.45)
        notch = (width - x, depth - y, width, depth)
        corners[2:3] = [(width, depth - y), (width - x, depth - y), (width - x, depth)]
    polygon = np.array(corners, dtype=np.float32)
    thickness = rng.uniform(0.12, 0.35)
    walls = tuple(
        _wall(polygon[k], polygon[(k + 1) % len(polygon)], thickness) for k in range(len(polygon))
    )
    return Shell(polygon, height, walls, notch, width, depth)


def _wall(start: FloatArray, end: FloatArray, thickness: float) -> Wall:
    length = float(np.linalg.norm(end - start))
    along = (start - end) / length
    frame = np.eye(4, dtype=np.float32)
    frame[:2, 0] = along
    frame[:2, 1] = (-along[1], along[0])
    frame[:2, 3] = end
    return Wall(frame, length, thickness)


def add_shell(
    built: Builder,
    rng: Rng,
    shell: Shell,
    looks: tuple[Material, Material, Material],
    trim: Material,
) -> None:
    """Draw the room once all openings are cut.

    Args:
        built: Receives it as object 0.
        rng: Decides on accent walls, panelling, skirting, beams.
        shell: The room.
        looks: Of floor, walls, ceiling.
        trim: Of skirting and cornice.
    """
    floor, paint, ceiling = looks
    built.add(flat(shell.polygon), floor)
    slab = extrude(shell.polygon, 0.3).moved(z=shell.height)
    built.add(slab, ceiling)
    accent = materials.wall_material(rng) if rng.random() < 0.2 else paint
    special = int(rng.integers(len(shell.walls)))
    skirting = rng.uniform(0.05, 0.14) if rng.random() < 0.75 else 0.0
    cornice = rng.uniform(0.05, 0.12) if rng.random() < 0.2 else 0.0
    dado = rng.uniform(0.9, 1.4) if rng.random() < 0.12 else 0.0
    below = materials.wall_material(rng)
    for k, wall in enumerate(shell.walls):
        look = accent if k == special else paint
        low, high = _panels(wall, shell.height + 0.05)
        built.add(boxes(low, high), look, 0, wall.world_from_wall)
        strips = [(skirting, 0.0, 0.015, trim), (cornice, shell.height - cornice, 0.06, trim)]
        if dado:
            strips.append((dado, 0.0, 0.008, below))
        for tall, level, deep, material in strips:
            if tall > 0:
                _strip(built, wall, (level, level + tall), deep, material)


def _panels(wall: Wall, height: float) -> tuple[FloatArray, FloatArray]:
    """Lower and upper corners of the boxes that make a wall around its openings."""
    low: list[tuple[float, float, float]] = []
    high: list[tuple[float, float, float]] = []
    left, thick = 0.0, wall.thickness
    for x0, x1, z0, z1 in sorted(wall.openings):
        low += [(left, 0, 0), (x0, 0, 0), (x0, 0, z1)]
        high += [(x0, thick, height), (x1, thick, z0), (x1, thick, height)]
        left = x1
    low.append((left, 0, 0))
    high.append((wall.length, thick, height))
    lower, upper = np.array(low, dtype=np.float32), np.array(high, dtype=np.float32)
    kept = ((upper - lower) > 1e-4).all(axis=1)
    return lower[kept], upper[kept]


def _strip(
    built: Builder, wall: Wall, levels: tuple[float, float], deep: float, look: Material
) -> None:
    """A strip along the wall, interrupted by openings."""
    pieces, left = [], 0.0
    for x0, x1, z0, z1 in sorted(wall.openings):
        if z0 < levels[1] and z1 > levels[0]:
            pieces.append((left, x0))
            left = x1
    pieces.append((left, wall.length))
    ends = np.array([piece for piece in pieces if piece[1] - piece[0] > 0.01])
    if not len(ends):
        return
    low = np.stack((ends[:, 0], 0 * ends[:, 0] - deep, 0 * ends[:, 0] + levels[0]), axis=-1)
    high = np.stack((ends[:, 1], 0 * ends[:, 0], 0 * ends[:, 0] + levels[1]), axis=-1)
    built.add(boxes(low, high), look, 0, wall.world_from_wall)
