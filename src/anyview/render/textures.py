# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Procedural solid textures: colour as a function of a point in the frame of the thing.

Solid (three-dimensional) textures need no surface coordinates and look the same from every
view. All randomness is a hash of whole numbers and a seed, so that a texture is the same on every
machine and in every version of torch. Colours are sRGB in [0, 1].
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from anyview.render.shapes import Vector

Color = tuple[float, float, float]


@runtime_checkable
class Texture(Protocol):
    """A colour everywhere."""

    def __call__(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """sRGB in [0, 1] at points in the frame of the thing, in scene units."""
        ...


def cell_noise(cell: Iterable[Int[Tensor, "..."]], seed: int) -> Float[Tensor, "..."]:
    """A random number in [0, 1) for each cell of a grid of whole numbers.

    A multiply-and-shift hash modulo 2^32, in int64 so that nothing overflows.

    Args:
        cell: One tensor for each axis of the grid; shapes broadcast.
        seed: Another seed gives unrelated numbers.
    """
    bits = torch.tensor((seed * 0x9E3779B1 + 0x85EBCA6B) & _MASK)
    for axis in cell:
        bits = _scramble(bits ^ (axis & _MASK))
    return _scramble(bits).to(torch.float32) / 2**32


_MASK = 0xFFFFFFFF


def _scramble(bits: Tensor) -> Tensor:
    bits = ((bits ^ (bits >> 16)) * 0x45D9F3B) & _MASK
    return bits ^ (bits >> 15)


def value_noise(point: Float[Tensor, "3 N"], seed: int, octaves: int = 1) -> Float[Tensor, " N"]:
    """Smooth noise in [0, 1] with features about 1 unit in size, plus finer octaves.

    Each octave halves the size and the weight.
    """
    total = torch.zeros_like(point[0])
    ends = torch.tensor([0, 1])
    for octave in range(octaves):
        scaled = point * 2**octave
        corner = scaled.floor()
        blend = scaled - corner
        blend = blend * blend * (3 - 2 * blend)
        x, y, z = corner.long()
        around = (x + ends[:, None, None, None], y + ends[:, None, None], z + ends[:, None])
        value = cell_noise(around, seed + octave)  # [2, 2, 2, N]
        for share in blend:
            value = torch.lerp(value[0], value[1], share)
        total = total + value * 0.5**octave
    return total / (2 - 0.5 ** (octaves - 1))


@dataclass(frozen=True)
class Plain:
    """One colour."""

    color: Color

    def __call__(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """sRGB in [0, 1] at points in the frame of the thing, in scene units."""
        return _color(self.color, point).expand_as(point)


@dataclass(frozen=True)
class Checker:
    """Cubes of two colours in turn, ``size`` wide."""

    color: Color
    other: Color
    size: float

    def __call__(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """sRGB in [0, 1] at points in the frame of the thing, in scene units."""
        # Shifted a little: faces of boxes often lie exactly between two cells.
        odd = (point / self.size + 0.01).floor().sum(dim=0) % 2
        return _mix(self.color, self.other, odd)


@dataclass(frozen=True)
class Stripes:
    """Slabs of two colours across ``axis``, or rings around the y axis if ``axis`` is None."""

    color: Color
    other: Color
    width: float
    axis: int | None = 0

    def __call__(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """sRGB in [0, 1] at points in the frame of the thing, in scene units."""
        along = (point[0] ** 2 + point[2] ** 2).sqrt() if self.axis is None else point[self.axis]
        return _mix(self.color, self.other, (along / self.width + 0.01).floor() % 2)


@dataclass(frozen=True)
class Noise:
    """Clouds from one colour to the other.

    Attributes:
        size: Size of the largest features along each axis, in scene units.
        octaves: How many halvings of that size are added.
        contrast: 1 leaves the noise as it is, more pushes it to the two colours.
    """

    color: Color
    other: Color
    size: Vector
    seed: int
    octaves: int = 4
    contrast: float = 1.6

    def __call__(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """sRGB in [0, 1] at points in the frame of the thing, in scene units."""
        noise = value_noise(point / _color(self.size, point), self.seed, self.octaves)
        return _mix(self.color, self.other, ((noise - 0.5) * self.contrast + 0.5).clamp(0, 1))


@dataclass(frozen=True)
class Wood:
    """Boards along ``axis`` with grain; each board has its own tone.

    Attributes:
        board: Width of a board in scene units, across the two other axes.
        length: Length of a board.
    """

    color: Color
    other: Color
    seed: int
    board: float = 0.12
    length: float = 1.4
    axis: int = 0

    def __call__(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """sRGB in [0, 1] at points in the frame of the thing, in scene units."""
        x, y, z = point.roll(-self.axis, dims=0)  # boards along x
        row = torch.stack([(y / self.board + 0.5).floor(), (z / self.board).floor()]).long()
        shift = cell_noise(row, self.seed) * self.length
        column = ((x + shift) / self.length).floor()
        tone = cell_noise([*row, column.long()], self.seed + 1)
        grain = value_noise(
            torch.stack([x * 2.5 + 40 * tone, y * 24, z * 24 + 40 * tone]), self.seed + 2, 3
        )
        rings = 0.5 + 0.5 * torch.sin(2 * math.pi * (z * 14 + 3.0 * grain + 7 * tone))
        mixed = _mix(
            self.color, self.other, (0.55 * grain + 0.25 * rings + 0.35 * tone).clamp(0, 1)
        )
        across = (z / self.board) % 1
        along = ((x + shift) / self.length) % 1
        gap = ((across - 0.5).abs() > 0.5 - 0.003 / self.board) | (
            (along - 0.5).abs() > 0.5 - 0.003 / self.length
        )
        return torch.where(gap, mixed * 0.45, mixed)


@dataclass(frozen=True)
class Bricks:
    """Bricks in running bond on walls: rows along y, joints along x and z.

    Attributes:
        color: One end of the bricks' colours.
        other: The other end.
        mortar: Colour of the joints.
        size: Length and height of a brick with its joint, in scene units.
        joint: Width of a joint.
    """

    color: Color
    other: Color
    mortar: Color
    seed: int
    size: tuple[float, float] = (0.25, 0.085)
    joint: float = 0.012

    def __call__(self, point: Float[Tensor, "3 N"]) -> Float[Tensor, "3 N"]:
        """sRGB in [0, 1] at points in the frame of the thing, in scene units."""
        length, height = self.size
        row = (point[1] / height).floor()
        along = (point[0] + point[2]) / length + 0.5 * (row % 2)
        tone = cell_noise([along.floor().long(), row.long()], self.seed)
        grain = value_noise(point * 45, self.seed + 1, 2)
        brick = _mix(self.color, self.other, (0.7 * tone + 0.3 * grain).clamp(0, 1))
        is_joint = (along % 1 < self.joint / length) | (point[1] / height % 1 < self.joint / height)
        return torch.where(is_joint, _color(self.mortar, point) * (0.85 + 0.15 * grain), brick)


def _color(color: Color, like: Tensor) -> Tensor:
    return torch.tensor(color, dtype=like.dtype, device=like.device)[:, None]


def _mix(color: Color, other: Color, share: Tensor) -> Tensor:
    """From ``color`` at share 0 to ``other`` at share 1."""
    return torch.lerp(_color(color, share), _color(other, share), share)
