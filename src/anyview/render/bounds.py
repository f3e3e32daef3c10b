# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Things as tensors, and which rays may meet which thing.

Rays of a camera, or towards one light, are places on a plane: image plane or a plane across the
light. A ray can meet a thing only if its place lies within the thing's shadow on that plane.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from anyview.render.scene import Thing
from anyview.render.shapes import Vector


@dataclass(frozen=True)
class PlacedThings:
    """Where the things of a scene are.

    Attributes:
        world_from_thing: Rotations.
        positions: Of the things' origins in the world.
        corners: Of the box around each thing, in the world; NaN for endless things.
    """

    things: tuple[Thing, ...]
    world_from_thing: Float[Tensor, "T 3 3"]
    positions: Float[Tensor, "T 3 1"]
    corners: Float[Tensor, "T 3 8"]

    def to_local(self, index: int, points: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """World points in the frame of a thing."""
        return self.world_from_thing[index].T @ (points - self.positions[index])

    def intersect(
        self, index: int, origins: Float[Tensor, "3 #N"], directions: Float[Tensor, "3 N"]
    ) -> Float[Tensor, " N"]:
        """The ray parameter of the first hit of world rays with a thing, or infinity."""
        thing_from_world = self.world_from_thing[index].T
        return self.things[index].shape.intersect(
            thing_from_world @ (origins - self.positions[index]), thing_from_world @ directions
        )


def place(things: tuple[Thing, ...], like: Tensor) -> PlacedThings:
    """Things as tensors of the type and device of ``like``."""

    def stack(values: list[Vector], columns: int) -> Tensor:
        flat = torch.tensor(values, dtype=torch.float64).to(like)
        return flat.reshape(len(things), 3, columns)

    turns = stack([row for thing in things for row in _rotation(thing)], 3)
    positions = stack([thing.position for thing in things], 1)
    half = stack([thing.shape.half_extent for thing in things], 1)
    signs = torch.cartesian_prod(*[torch.tensor([-1.0, 1.0])] * 3).T.to(like)
    return PlacedThings(things, turns, positions, turns @ (half * signs) + positions)


def _rotation(thing: Thing) -> list[Vector]:
    """World from thing: the tilt, then the yaw."""
    yaw, tilt = math.radians(thing.yaw_deg), math.radians(thing.tilt_deg)
    cy, sy, ct, st = math.cos(yaw), math.sin(yaw), math.cos(tilt), math.sin(tilt)
    return [(cy * ct, -cy * st, -sy), (st, ct, 0.0), (sy * ct, -sy * st, cy)]


class RaysOnPlane:
    """Rays by their place on a plane, sorted along one axis so that a range is found fast.

    Args:
        places: Where each ray is.
    """

    def __init__(self, places: Float[Tensor, "2 N"]) -> None:
        self.order = places[0].argsort()
        self._x, self._y = places[:, self.order]

    def candidates(
        self, corners: Float[Tensor, "T 2 8"], is_bounded: Bool[Tensor, " T"]
    ) -> Iterator[tuple[int, slice | Int[Tensor, " M"]]]:
        """Each thing that some ray may meet, with those rays by position in ``order``.

        Args:
            corners: Of the boxes around the things, on the plane.
            is_bounded: False for a thing that has no such box on the plane: any ray may meet it.
        """
        low, high = corners.amin(dim=-1), corners.amax(dim=-1)
        margin = 1e-4 * (high - low) + 1e-6  # rounding
        low, high = low - margin, high + margin
        first = torch.searchsorted(self._x, low[:, 0].contiguous()).tolist()
        last = torch.searchsorted(self._x, high[:, 0].contiguous(), right=True).tolist()
        for index, bounded in enumerate(is_bounded.tolist()):
            if not bounded:
                yield index, slice(0, len(self._x))
                continue
            y = self._y[first[index] : last[index]]
            near = ((y >= low[index, 1]) & (y <= high[index, 1])).nonzero()[:, 0]
            if len(near):
                yield index, near + first[index]
