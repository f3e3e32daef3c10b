# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Primitives that a ray can meet, each in its own frame, centred at the origin.

The frame has y downwards, as all frames of this package: "top" is negative y. A ray is
``origin + t * direction`` with a direction of any length; every ``intersect`` returns the
smallest ``t`` beyond ``MIN_T``, or infinity. From within a closed shape its inner side is met.
"""

import math
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

Vector = tuple[float, float, float]

MIN_T = 1e-4
"""Hits nearer than this do not count, so that a ray that leaves a surface does not meet it."""


@runtime_checkable
class Shape(Protocol):
    """A primitive."""

    @property
    def half_extent(self) -> Vector:
        """Half the sides of the box around it, infinite where it has no end."""
        ...

    def intersect(
        self, origin: Float[Tensor, "3 #N"], direction: Float[Tensor, "3 N"]
    ) -> Float[Tensor, " N"]:
        """The ray parameter of the first hit, or infinity."""
        ...

    def normal(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """Outward unit normal at points of the surface."""
        ...


@dataclass(frozen=True)
class Plane:
    """The plane y = 0, facing up (towards negative y)."""

    @property
    def half_extent(self) -> Vector:
        """Infinite."""
        return (math.inf, math.inf, math.inf)

    def intersect(
        self, origin: Float[Tensor, "3 #N"], direction: Float[Tensor, "3 N"]
    ) -> Float[Tensor, " N"]:
        """The ray parameter of the first hit, or infinity."""
        return _beyond(-origin[1] / direction[1])

    def normal(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """Outward unit normal at points of the surface."""
        up = torch.zeros_like(point)
        up[1] = -1
        return up


@dataclass(frozen=True)
class Box:
    """A box along the axes.

    Attributes:
        size: Its three sides, in scene units.
    """

    size: Vector

    @property
    def half_extent(self) -> Vector:
        """Half the sides."""
        return (self.size[0] / 2, self.size[1] / 2, self.size[2] / 2)

    def intersect(
        self, origin: Float[Tensor, "3 #N"], direction: Float[Tensor, "3 N"]
    ) -> Float[Tensor, " N"]:
        """The ray parameter of the first hit, or infinity."""
        half = _column(self.half_extent, direction)
        # A component of exactly 0 would give 0 * inf = NaN on a face.
        slope = torch.where(direction == 0, torch.finfo(direction.dtype).tiny * 4, direction)
        one, other = (-half - origin) / slope, (half - origin) / slope
        enter = torch.minimum(one, other).amax(dim=0)
        leave = torch.maximum(one, other).amin(dim=0)
        first = torch.where(enter > MIN_T, enter, leave)
        return torch.where(enter <= leave, _beyond(first), math.inf)

    def normal(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """Outward unit normal at points of the surface."""
        inside = point.abs() - _column(self.half_extent, point)
        face = inside.argmax(dim=0, keepdim=True)
        return torch.zeros_like(point).scatter_(0, face, point.gather(0, face).sign())


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid along the axes; with three equal radii a sphere.

    Attributes:
        radii: Half axes, in scene units.
    """

    radii: Vector

    @property
    def half_extent(self) -> Vector:
        """The half axes."""
        return self.radii

    def intersect(
        self, origin: Float[Tensor, "3 #N"], direction: Float[Tensor, "3 N"]
    ) -> Float[Tensor, " N"]:
        """The ray parameter of the first hit, or infinity."""
        radii = _column(self.radii, direction)
        origin, direction = origin / radii, direction / radii
        # From the point nearest to the centre: the textbook b^2 - 4 a c loses half the digits.
        squared = (direction**2).sum(dim=0)
        middle = -(origin * direction).sum(dim=0) / squared
        nearest = origin + middle * direction
        half_chord = ((1 - (nearest**2).sum(dim=0)) / squared).sqrt()  # NaN for a miss
        near = middle - half_chord
        return _beyond(torch.where(near > MIN_T, near, middle + half_chord))

    def normal(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """Outward unit normal at points of the surface."""
        return unit(point / _column(self.radii, point) ** 2)


def sphere(radius: float) -> Ellipsoid:
    """A sphere of the radius, in scene units."""
    return Ellipsoid((radius, radius, radius))


@dataclass(frozen=True)
class Cylinder:
    """An upright, closed cylinder, or a truncated cone.

    Attributes:
        radius: Radius at the bottom (y = height / 2), in scene units.
        height: From bottom to top.
        top_radius: Radius at the top, the same as at the bottom if None.
    """

    radius: float
    height: float
    top_radius: float | None = None

    @property
    def half_extent(self) -> Vector:
        """Half the sides of the box around it."""
        widest = max(self.radius, self.radius if self.top_radius is None else self.top_radius)
        return (widest, self.height / 2, widest)

    @property
    def _profile(self) -> tuple[float, float]:
        """Radius at y = 0, and its growth with y."""
        top = self.radius if self.top_radius is None else self.top_radius
        return (self.radius + top) / 2, (self.radius - top) / self.height

    def intersect(
        self, origin: Float[Tensor, "3 #N"], direction: Float[Tensor, "3 N"]
    ) -> Float[Tensor, " N"]:
        """The ray parameter of the first hit, or infinity."""
        middle = -(origin * direction).sum(dim=0) / (direction**2).sum(dim=0)
        x, y, z = origin + middle * direction  # as for Ellipsoid: keep the digits
        dx, dy, dz = direction
        radius, growth = self._profile
        here = radius + growth * y
        a = dx**2 + dz**2 - (growth * dy) ** 2
        b = x * dx + z * dz - growth * dy * here
        root = (b**2 - a * (x**2 + z**2 - here**2)).sqrt()  # NaN where the line misses
        half = self.height / 2
        hits = []
        for step in ((-b - root) / a, (-b + root) / a):
            on_side = (y + step * dy).abs() <= half
            hits.append(torch.where(on_side, _beyond(middle + step), math.inf))
        for end in (-half, half):
            step = (end - y) / dy
            on_cap = (x + step * dx) ** 2 + (z + step * dz) ** 2 <= (radius + growth * end) ** 2
            hits.append(torch.where(on_cap, _beyond(middle + step), math.inf))
        return torch.stack(hits).amin(dim=0)

    def normal(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """Outward unit normal at points of the surface."""
        x, y, z = point
        radius, growth = self._profile
        from_axis = (x**2 + z**2).sqrt()
        side = torch.stack([x, -growth * from_axis, z])
        cap = torch.stack([torch.zeros_like(y), y.sign(), torch.zeros_like(y)])
        on_cap = self.height / 2 - y.abs() < (radius + growth * y - from_axis).abs()
        return unit(torch.where(on_cap, cap, side))


def unit(vectors: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
    """Vectors at length 1; much faster over the first axis than torch's own norm."""
    return vectors * (vectors * vectors).sum(dim=0).rsqrt()


def _column(values: Vector, like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=like.dtype, device=like.device)[:, None]


def _beyond(t: Tensor) -> Tensor:
    """``t`` where it counts as a hit, infinity where it does not or is not a number."""
    return torch.where(t > MIN_T, t, math.inf)
