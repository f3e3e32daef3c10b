# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where the things of a room stand: against walls, free, hung up, never in each other's way.

A part of the floor is kept for cameras; only what is lower than they are may stand there.
"""

from dataclasses import dataclass

import numpy as np

from anyview.data.synthetic.parts import Builder, place
from anyview.data.synthetic.room_shell import Shell, Wall
from anyview.data.synthetic.world import FloatArray

Rng = np.random.Generator
Rectangle = tuple[float, float, float, float]
"""x0, y0, x1, y1."""


@dataclass(frozen=True)
class CameraZone:
    """The part of a room in which cameras may be.

    Attributes:
        floor: Rectangle of it.
        low: Lowest camera, metres.
        high: Highest camera, metres.
    """

    floor: Rectangle
    low: float
    high: float

    @property
    def clearance(self) -> float:
        """What may stand below the cameras, metres."""
        return self.low - 0.15


def draw_zone(rng: Rng, shell: Shell) -> CameraZone:
    """A zone at eye heights: from a child's or a robot's to a tall person's."""
    floor = (0.3, 0.3, 1.2, 1.2)
    for _ in range(8):
        wide = min(max(1.1, shell.width * rng.uniform(0.25, 0.5)), shell.width - 0.7)
        deep = min(max(1.1, shell.depth * rng.uniform(0.25, 0.5)), shell.depth - 0.7)
        # Photographs are taken from the sides of a room, to get much of it into the picture.
        across, along = rng.beta(0.6, 0.6, 2)
        x = 0.25 + float(across) * (shell.width - wide - 0.5)
        y = 0.25 + float(along) * (shell.depth - deep - 0.5)
        floor = (x, y, x + wide, y + deep)
        if shell.notch is None or not _overlap(floor, shell.notch, 0.2):
            break
    else:
        # The corner at the origin is never cut out.
        floor = (0.25, 0.25, shell.width * 0.5, shell.depth * 0.5)
    low = float(rng.choice((0.3, 0.7, 1.0, 1.3), p=(0.12, 0.2, 0.4, 0.28)) + rng.uniform(0, 0.25))
    high = min(low + rng.uniform(0.25, 0.7), shell.height - 0.35)
    return CameraZone(floor, low, max(high, low + 0.15))


class Layout:
    """Fills a room.

    Args:
        built: Receives the things.
        shell: The room; its doors are kept clear.
        zone: Of the cameras.
    """

    def __init__(self, built: Builder, shell: Shell, zone: CameraZone) -> None:
        self.built = built
        self.shell = shell
        self.zone = zone
        self._taken: list[Rectangle] = [] if shell.notch is None else [shell.notch]
        self._hung: list[tuple[int, float, float, float, float]] = []
        lengths = np.cumsum([wall.length for wall in shell.walls])
        self._shares = lengths[:-1] / lengths[-1]
        for wall in shell.walls:
            for x0, x1, z0, _ in wall.openings:
                if z0 <= 0:
                    corners = np.array(((x0, -0.7, 0), (x1, 0, 0)), dtype=np.float32)
                    self._taken.append(_footprint(corners[0], corners[1], wall.world_from_wall))

    def against_wall(
        self,
        thing: Builder,
        rng: Rng,
        *,
        tries: int = 5,
        gap: float = 0.03,
        wall: int | None = None,
    ) -> FloatArray | None:
        """Stand a thing with its back to a wall.

        Args:
            thing: On z = 0, its front towards -y.
            rng: Chooses wall and place.
            tries: Places tried.
            gap: Distance to the wall, metres.
            wall: Number of the wall; None: any, longer ones more often.

        Returns:
            [4, 4] where it is now, or None if it fits nowhere.
        """
        low, high = thing.bounds()
        width, tall = float(high[0] - low[0]), float(high[2])
        shares = self._shares
        for _ in range(tries):
            number = int(np.searchsorted(shares, rng.random())) if wall is None else wall
            side = self.shell.walls[number]
            room = side.length - width - 0.02
            if room <= 0:
                continue
            left = 0.01 + rng.uniform(0, room)
            if rng.random() < 0.35:  # things like corners
                left = 0.01 if rng.random() < 0.5 else 0.01 + room
            local = place(left - float(low[0]), -gap - float(high[1]))
            where = side.world_from_wall @ local
            if self._covers(side, number, (left, left + width), (0.0, tall)):
                continue
            if self._fits(_footprint(low, high, where), tall):
                self._put(thing, where, low, high)
                self._hung.append((number, left, left + width, 0.0, tall))
                return where
        return None

    def stand(
        self,
        thing: Builder,
        rng: Rng,
        *,
        near: FloatArray | None = None,
        spread: float = 0.5,
        yaw: float | None = None,
        tries: int = 6,
    ) -> FloatArray | None:
        """Stand a thing free on the floor.

        Args:
            thing: On z = 0.
            rng: Chooses the place.
            near: [2] or [3] about where; None: anywhere.
            spread: Standard deviation about ``near``, metres.
            yaw: Its turn; None: any, mostly along the walls.
            tries: Places tried.

        Returns:
            [4, 4] where it is now, or None if it fits nowhere.
        """
        low, high = thing.bounds()
        for _ in range(tries):
            turn = float(rng.integers(4) * np.pi / 2 + rng.normal(0, 0.08)) if yaw is None else yaw
            if near is None:
                x, y = rng.uniform((0, 0), (self.shell.width, self.shell.depth))
            else:
                x, y = near[:2] + rng.normal(0, spread, 2)
            where = place(float(x), float(y), yaw=turn)
            if self._fits(_footprint(low, high, where), float(high[2])):
                self._put(thing, where, low, high)
                return where
        return None

    def hang(self, thing: Builder, rng: Rng, level: float, *, tries: int = 4) -> bool:
        """Hang a thing on a wall with its z = 0 at ``level``; False if it fits nowhere."""
        low, high = thing.bounds()
        width, bottom, top = float(high[0] - low[0]), level + float(low[2]), level + float(high[2])
        if top > self.shell.height - 0.05:
            return False
        for _ in range(tries):
            number = int(rng.integers(len(self.shell.walls)))
            side = self.shell.walls[number]
            if side.length < width + 0.1:
                continue
            left = rng.uniform(0.05, side.length - width - 0.05)
            span = (left, left + width)
            if self._covers(side, number, span, (bottom, top)):
                continue
            where = side.world_from_wall @ place(left - float(low[0]), -0.002, level)
            deep = _footprint(low, high, where)
            if bottom < self.zone.high + 0.15 and _overlap(deep, self.zone.floor, 0.1):
                continue
            self.built.add_all(thing, where, self.built.new_object())
            self._hung.append((number, *span, bottom, top))
            return True
        return False

    def lay(self, thing: Builder, where: FloatArray) -> None:
        """Something flat that other things may stand on (rugs); nothing if it does not fit."""
        low, high = thing.bounds()
        if self._within(_footprint(low, high, where)):
            self.built.add_all(thing, where, self.built.new_object())

    def is_inside(self, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a point of the floor is in the room."""
        spot = (x - margin, y - margin, x + margin, y + margin)
        return self._within(spot)

    def _put(self, thing: Builder, where: FloatArray, low: FloatArray, high: FloatArray) -> None:
        self.built.add_all(thing, where)
        self._taken.append(_footprint(low, high, where))

    def _within(self, spot: Rectangle) -> bool:
        inside = (
            spot[0] >= 0
            and spot[1] >= 0
            and spot[2] <= self.shell.width
            and spot[3] <= self.shell.depth
        )
        return inside and (self.shell.notch is None or not _overlap(spot, self.shell.notch, 0.0))

    def _fits(self, spot: Rectangle, tall: float) -> bool:
        if tall > self.shell.height + 1e-3 or not self._within(spot):
            return False
        if tall > self.zone.clearance and _overlap(spot, self.zone.floor, 0.05):
            return False
        return not any(_overlap(spot, other, -0.01) for other in self._taken)

    def _covers(
        self, side: Wall, number: int, span: tuple[float, float], level: tuple[float, float]
    ) -> bool:
        """Whether it would hide an opening of the wall or meet what is there."""
        meets = any(
            span[0] < x1 and span[1] > x0 and level[1] > z0 and level[0] < z1
            for x0, x1, z0, z1 in side.openings
        )
        return meets or any(
            number == other and span[0] < x1 and span[1] > x0 and level[1] > z0 and level[0] < z1
            for other, x0, x1, z0, z1 in self._hung
        )


def _footprint(low: FloatArray, high: FloatArray, where: FloatArray) -> Rectangle:
    """Around the corners of the footprint of a thing in the room; plain numbers are faster here."""
    (xx, xy, _, x), (yx, yy, _, y) = where[:2].tolist()
    (x0, y0, _), (x1, y1, _) = low.tolist(), high.tolist()
    across = (xx * x0, xx * x1), (xy * y0, xy * y1)
    along = (yx * x0, yx * x1), (yy * y0, yy * y1)
    return (
        x + min(across[0]) + min(across[1]),
        y + min(along[0]) + min(along[1]),
        x + max(across[0]) + max(across[1]),
        y + max(along[0]) + max(along[1]),
    )


def _overlap(a: Rectangle, b: Rectangle, margin: float) -> bool:
    """Whether two rectangles come closer than ``margin``; below 0 they may overlap by as much."""
    apart = (
        a[0] >= b[2] + margin
        or a[2] <= b[0] - margin
        or a[1] >= b[3] + margin
        or a[3] <= b[1] - margin
    )
    return not apart
