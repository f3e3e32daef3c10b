# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What scoring one task gives, and the grids that it is done on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

MOST_POINTS = 101
"""Values of a curve at most."""


@dataclass(frozen=True)
class TaskScores:
    """Numbers and curves of one task, as ``task.Scored`` holds them.

    Attributes:
        numbers: Metric name to value; all finite.
        curves: Short lists.
    """

    numbers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    curves: Mapping[str, tuple[float, ...]] = field(default_factory=lambda: MappingProxyType({}))


def joined(parts: Sequence[TaskScores]) -> TaskScores:
    """All numbers and curves of several parts."""
    numbers = {name: value for part in parts for name, value in part.numbers.items()}
    curves = {name: curve for part in parts for name, curve in part.curves.items()}
    return TaskScores(MappingProxyType(numbers), MappingProxyType(curves))


def quantile_curve(values: Float[Tensor, " N"], points: int = 51) -> tuple[float, ...]:
    """Quantiles from the smallest to the largest value, evenly spaced; empty without values."""
    if not len(values):
        return ()
    ordered = values.double().sort().values
    place = torch.linspace(0, len(ordered) - 1, points, dtype=torch.float64).round().long()
    return tuple(ordered[place].tolist())


def on_grid(
    values: Float[Tensor, "h w"], size: tuple[int, int], *, smooth: bool
) -> Float[Tensor, "H W"]:
    """A map on a finer or coarser grid over the same image.

    Args:
        values: The map.
        size: Rows and columns wanted.
        smooth: Bilinear between pixel centres; otherwise the nearest pixel's value.
    """
    if tuple(values.shape) == size:
        return values
    if smooth:
        found = functional.interpolate(values[None, None], size=size, mode="bilinear")
    else:
        found = functional.interpolate(values[None, None], size=size, mode="nearest-exact")
    return found[0, 0]


def on_depth_grid(depth: Float[Tensor, "h w"], size: tuple[int, int]) -> Float[Tensor, "H W"]:
    """Depth on another grid, NaN where it is unknown.

    Dense maps are read bilinearly; those with holes at the nearest pixel, or the holes would grow.
    """
    known = depth.isfinite() & (depth > 0)
    marked = torch.where(known, depth.float(), torch.nan)
    return on_grid(marked, size, smooth=bool(known.all()))
