# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""House fronts with windows set back, frames, sills, doors, shop windows, balconies.

A front is written in its own axes: it stands on z = 0 along x, centred, its wall in front of the
plane y = 0 towards -y; the panes lie in that plane.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.shapes import boxes
from anyview.data.synthetic.world import FloatArray, Material

Rng = np.random.Generator
Array = npt.NDArray[np.floating]
Span = tuple[float | Array, float | Array]


@dataclass(frozen=True)
class FrontStyle:
    """Looks and proportions that the fronts of one house share.

    Attributes:
        wall: The wall above.
        base: The ground floor's wall.
        trim: Sills, cornices, balconies.
        frame: Window frames and shutters' lighter parts.
        shutter: Shutters and doors.
        glass: Panes.
        floor_m: Height of a floor.
        pitch_m: Distance of windows.
        open_share: Window width and height as shares of pitch and floor.
        recess_m: How far panes are set back.
    """

    wall: Material
    base: Material
    trim: Material
    frame: Material
    shutter: Material
    glass: Material
    floor_m: float
    pitch_m: float
    open_share: tuple[float, float]
    recess_m: float
    has_sills: bool
    has_shutters: bool
    has_balconies: bool
    has_shop: bool
    has_bands: bool
    crossbars: int


def draw_front_style(rng: Rng, photo_share: float) -> FrontStyle:
    """A random style."""
    wall = house_wall(rng, photo_share)
    base = wall if rng.random() < 0.5 else house_wall(rng, photo_share)
    modern = rng.random() < 0.25
    dark_glass = materials.colour(rng, (0.5, 0.65), (0.05, 0.4), (0.08, 0.45))
    return FrontStyle(
        wall=wall,
        base=base,
        trim=materials.plain(materials.white(rng) if rng.random() < 0.6 else materials.grey(rng)),
        frame=materials.plain(materials.white(rng) if rng.random() < 0.7 else materials.dark(rng)),
        shutter=materials.plain(
            materials.muted(rng) if rng.random() < 0.7 else materials.dark(rng)
        ),
        glass=materials.plain(dark_glass, 0.9),
        floor_m=float(rng.uniform(2.6, 4.0)),
        pitch_m=float(rng.uniform(1.6, 3.6)),
        open_share=(
            float(rng.uniform(0.6, 0.92) if modern else rng.uniform(0.32, 0.6)),
            float(rng.uniform(0.45, 0.8) if modern else rng.uniform(0.42, 0.62)),
        ),
        recess_m=float(rng.uniform(0.08, 0.35)),
        has_sills=bool(rng.random() < 0.6) and not modern,
        has_shutters=bool(rng.random() < 0.3) and not modern,
        has_balconies=bool(rng.random() < 0.25),
        has_shop=bool(rng.random() < 0.35),
        has_bands=bool(rng.random() < 0.4),
        crossbars=int(rng.choice((0, 1, 1, 2, 3))),
    )


def house_wall(rng: Rng, photo_share: float) -> Material:
    """Outside wall: plaster, brick, stone, boards, concrete."""
    if rng.random() < 0.45 * photo_share:
        return materials.photo(rng, (1.5, 6.0))
    draw = rng.random()
    if draw < 0.42:
        base = materials.pale(rng) if rng.random() < 0.6 else materials.white(rng)
        return materials.textured(
            rng, "noise", base, materials.shade(base, 0.7), (0.1, 3.0), (0.1, 0.6)
        )
    if draw < 0.68:
        brick = materials.colour(rng, (0.0, 0.08), (0.25, 0.65), (0.35, 0.8))
        return materials.textured(
            rng, "bricks", brick, materials.grey(rng), (0.22, 0.7), (0.5, 1.0)
        )
    if draw < 0.82:
        return materials.stone(rng)
    if draw < 0.92:
        base = materials.muted(rng) if rng.random() < 0.5 else materials.brown(rng)
        return materials.textured(rng, "planks", base, materials.shade(base, 0.6), (0.15, 0.4))
    grey = materials.grey(rng)
    return materials.textured(
        rng, "tiles", grey, materials.shade(grey, 0.6), (0.8, 2.5), (0.3, 0.9)
    )


def front_boxes(
    walls: "WallBoxes", rng: Rng, style: FrontStyle, size: tuple[float, int], detail: bool = True
) -> None:
    """Add one front to the boxes of a house.

    Args:
        walls: Receives it, where ``walls.turn_to`` says.
        rng: For doors and what differs from window to window.
        style: The house's.
        size: Width in metres and number of floors.
        detail: Without it, only the wall around the windows.
    """
    front = _Front(walls, style)
    width, floors = size
    columns = max(1, int(width / style.pitch_m))
    pitch, half, thick = width / columns, width / 2, style.recess_m
    opening = pitch * style.open_share[0]
    centre = (np.arange(columns) + 0.5) * pitch - half
    sill = style.floor_m * (1 - style.open_share[1]) * 0.55
    bottom = np.arange(floors) * style.floor_m + sill
    top = bottom + style.floor_m * style.open_share[1]
    if style.has_shop:
        bottom[0], top[0] = 0.35, style.floor_m - 0.45
    # The wall: bands below, between and above the rows of windows, piers beside each window.
    low, high = np.r_[0.0, top], np.r_[bottom, floors * style.floor_m]
    left, right = np.r_[-half, centre + opening / 2], np.r_[centre - opening / 2, half]
    front.add((-half, half), (-thick, 0.0), (low[1:], high[1:]), style.wall)
    front.add((-half, half), (-thick, 0.0), (low[0], high[0]), style.base)
    front.add((left, right), (-thick, 0.0), (bottom[0], top[0]), style.base)
    x, z = (grid.ravel() for grid in np.meshgrid(left, bottom[1:]))
    end, above = (grid.ravel() for grid in np.meshgrid(right, top[1:]))
    front.add((x, end), (-thick, 0.0), (z, above), style.wall)
    if not detail:
        return
    x, z = (grid.ravel() for grid in np.meshgrid(centre, bottom))
    front.add_windows(rng, x, z, np.repeat(top - bottom, columns), opening)
    door = float(rng.choice(centre))
    wide = min(0.55, opening * 0.6)
    front.add(
        (door - wide, door + wide), (-thick - 0.02, -thick + 0.03), (0.05, 2.15), style.shutter
    )
    if style.has_bands:
        level = np.arange(1, floors + 1) * style.floor_m
        front.add((-half, half), (-thick - 0.06, 0.0), (level - 0.12, level + 0.06), style.trim)
    if style.has_shop:
        look = materials.printed(rng) if rng.random() < 0.5 else style.shutter
        reach, low_edge = float(rng.uniform(0.05, 1.0)), style.floor_m - 0.35
        awning = (low_edge, low_edge + float(rng.uniform(0.1, 0.35)))
        front.add((-half, half), (-thick - reach, 0.0), awning, look)
    if style.has_balconies and floors > 1:
        front.add_balconies(rng, centre, floors)


class WallBoxes:
    """Boxes of one house, collected by material and added in one go.

    Fronts stand at right angles to each other, so their boxes stay boxes when they are turned.
    """

    def __init__(self) -> None:
        self._corners: dict[Material, list[Array]] = {}
        self._transform = np.eye(4, dtype=np.float32)

    def turn_to(self, transform: FloatArray) -> None:
        """Where the boxes that follow stand; turned by quarters only."""
        self._transform = transform

    def add(self, x: Span, y: Span, z: Span, look: Material) -> None:
        """Boxes between the ends of three spans."""
        count = max(np.size(end) for span in (x, y, z) for end in span)
        if min(np.size(end) for span in (x, y, z) for end in span) == 0:
            return
        corners = np.empty((2, count, 3))
        for axis, span in enumerate((x, y, z)):
            corners[0, :, axis], corners[1, :, axis] = span
        turned = corners @ self._transform[:3, :3].T + self._transform[:3, 3]
        self._corners.setdefault(look, []).append(np.sort(turned, axis=0))

    def add_to(self, built: Builder, thing: int) -> None:
        """Add everything to a builder as parts of one thing."""
        for look, parts in self._corners.items():
            low, high = np.concatenate(parts, axis=1).astype(np.float32)
            built.add(boxes(low, high), look, thing)


class _Front:
    """Adds the parts of one front."""

    def __init__(self, walls: WallBoxes, style: FrontStyle) -> None:
        self._style = style
        self.add = walls.add

    def add_windows(self, rng: Rng, x: Array, z: Array, height: Array, width: float) -> None:
        """Frames, crossbars, sills, shutters and drawn curtains of windows at x, from z up."""
        style, thick, rim, y = self._style, self._style.recess_m, 0.06, (-0.06, 0.01)
        left, right, top = x - width / 2, x + width / 2, z + height
        sides = np.r_[left, right - rim]
        self.add((sides, sides + rim), y, (np.r_[z, z], np.r_[top, top]), style.frame)
        rows = np.r_[z, top - rim]
        self.add((np.r_[left, left], np.r_[right, right]), y, (rows, rows + rim), style.frame)
        if style.crossbars in (1, 3):
            self.add((x - 0.03, x + 0.03), y, (z, top), style.frame)
        if style.crossbars in (2, 3):
            level = z + 0.62 * height
            self.add((left, right), y, (level - 0.025, level + 0.025), style.frame)
        drawn = rng.random(len(x)) < 0.4
        drop = (rng.uniform(0.2, 1.0, len(x)) * height)[drawn]
        curtain = (top[drawn] - drop, top[drawn])
        self.add((left[drawn], right[drawn]), (-0.012, 0.01), curtain, style.trim)
        if style.has_sills:
            self.add((left - 0.08, right + 0.08), (-thick - 0.1, 0.0), (z - 0.08, z), style.trim)
        if style.has_shutters:
            up = z > style.floor_m * 0.8
            span, y = (z[up], top[up]), (-thick - 0.05, -thick)
            self.add((left[up] - width / 2, left[up] - 0.02), y, span, style.shutter)
            self.add((right[up] + 0.02, right[up] + width / 2), y, span, style.shutter)

    def add_balconies(self, rng: Rng, centre: Array, floors: int) -> None:
        """Slabs with railings below some columns of windows."""
        style = self._style
        chosen = centre[rng.random(len(centre)) < 0.5]
        x, z = (g.ravel() for g in np.meshgrid(chosen, np.arange(1, floors) * style.floor_m))
        half = 0.46 * style.pitch_m
        front = -style.recess_m - float(rng.uniform(0.7, 1.4))
        self.add((x - half, x + half), (front, 0.0), (z - 0.15, z), style.trim)
        if rng.random() < 0.4:
            self.add((x - half, x + half), (front, front + 0.06), (z, z + 1.0), style.shutter)
            return
        posts = (x[:, None] + np.linspace(-half, half - 0.03, 10)).ravel()
        foot = np.repeat(z, 10)
        y = (front, front + 0.03)
        self.add((posts, posts + 0.03), y, (foot, foot + 1.0), style.shutter)
        self.add((x - half, x + half), (front, front + 0.05), (z + 0.97, z + 1.02), style.shutter)
