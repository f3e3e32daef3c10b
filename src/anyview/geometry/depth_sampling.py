# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth between the pixels of a depth map: smooth on surfaces, one side or the other at edges.

Interpolation is of disparity 1 / depth, which is affine on planes. Where a surface is torn,
a mixture of both sides is a point in thin air; there the side that is nearer in the image is taken.
Which of these is better was measured: docs/experiments/LOG.md, ``benchmarks/upsampling.py``.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional

from anyview.geometry.projection import sample_map

DepthSampling = Literal["sharp", "bilinear", "nearest"]

TORN_SHARE = 0.05
"""Neighbours whose depths differ by more than this share may lie on two sides of an edge."""

TORN_STEEPNESS = 3.0
"""They do if they also differ by this many times the slope of the flatter side of the pair."""

COLOR_SIGMA = 40.0
"""Distance in RGB (0 to 255) at which a neighbour of another colour counts 0.6 times as much."""


def sample_depth(
    depth: Float[Tensor, "h w"],
    pixels: Float[Tensor, "*points 2"],
    *,
    method: DepthSampling = "sharp",
    guide: Float[Tensor, "3 h w"] | None = None,
    colors: Float[Tensor, "*points 3"] | None = None,
) -> Float[Tensor, "*points"]:
    """Read a depth map at pixel positions.

    Within half a pixel of the border the outermost value is continued. Neighbours without depth
    have no say, but where the nearest pixel has none the result has none.

    Args:
        depth: z-depth; not positive or not finite is none.
        pixels: Positions (x, y) in pixels of the map, centres at +0.5.
        method: ``"bilinear"`` mixes the four neighbours everywhere, ``"nearest"`` never;
            ``"sharp"`` mixes those on one side of an edge.
        guide: Image on the grid of the map, 0 to 255: sides of an edge are told by colour too.
        colors: Of the positions, in the image that ``guide`` is the small version of.

    Returns:
        Depth, NaN where there is none and outside [0, w] x [0, h].
    """
    height, width = depth.shape
    known = torch.where(torch.isfinite(depth) & (depth > 0), 1 / depth, torch.nan)
    shape, flat = pixels.shape[:-1], pixels.reshape(-1, 2)
    x, y = flat.unbind(-1)
    inside = (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    mode: Literal["nearest", "bilinear"] = "nearest" if method == "nearest" else "bilinear"
    disparity = sample_map(known[None], flat[None], mode=mode)[0, 0]
    if method == "nearest":
        return (1 / disparity).reshape(shape)
    # Few pixels lie beside an edge or a hole; the others are done.
    careful = inside & disparity.isnan()
    if method == "sharp":
        cells = (torch.where(inside[:, None], flat, 0) + 0.5).floor().long()
        careful |= inside & torn_cells(known)[cells[:, 1], cells[:, 0]]
    chosen = careful.nonzero()[:, 0]
    told = None
    if guide is not None and colors is not None:
        told = _Colors(guide, colors.reshape(-1, 3)[chosen])
    disparity[chosen] = _carefully(known, flat[chosen], told, sharp=method == "sharp")
    return (1 / disparity).reshape(shape)


@dataclass(frozen=True)
class _Colors:
    """An image on the grid of a map, and the colours of positions in its large version."""

    guide: Float[Tensor, "3 h w"]
    colors: Float[Tensor, "N 3"]


def _carefully(
    known: Float[Tensor, "h w"],
    pixels: Float[Tensor, "N 2"],
    colors: _Colors | None,
    *,
    sharp: bool,
) -> Float[Tensor, " N"]:
    """Disparity at positions inside the map; NaN where the nearest pixel has none."""
    padded = functional.pad(known[None, None], (1, 1, 1, 1), mode="replicate")[0, 0]
    # Of the cell between four pixel centres: its upper left pixel in the padded map.
    column, row = (pixels + 0.5).floor().long().unbind(-1)
    right, below = (pixels + 0.5 - torch.stack((column, row), -1)).to(known.dtype).unbind(-1)
    values = _corners(padded, row, column)
    shares = torch.stack(
        ((1 - right) * (1 - below), right * (1 - below), (1 - right) * below, right * below)
    )
    nearest = values.gather(0, shares.argmax(0, keepdim=True))[0]
    weights = torch.where(values.isnan(), 0, shares)
    values = values.nan_to_num(0)
    if sharp:
        votes = weights
        if colors is not None:
            votes = weights * _likeness(colors.guide, colors.colors, row, column)
        torn = torn_cells(known)[row, column]
        weights = torch.where(torn, _one_side(values, weights, votes), weights)
    disparity = (weights * values).sum(0) / weights.sum(0)
    return torch.where(nearest.isnan(), torch.nan, disparity)


def torn_cells(disparity: Float[Tensor, "h w"]) -> Bool[Tensor, "h1 w1"]:
    """Cells between four pixel centres that an edge of depth runs through.

    A pair of neighbours is torn if their disparities differ by more than ``TORN_SHARE`` of the
    smaller and by more than the slope of the surface explains: ``TORN_STEEPNESS`` times the
    difference two pairs farther on, on the side where it is smaller. One pair is skipped because
    a network smears a step over two.

    Args:
        disparity: NaN where unknown; unknown pixels tear nothing.

    Returns:
        [h + 1, w + 1]: the outermost cells reach half a pixel over the border.
    """
    across = functional.pad(_torn_pairs(disparity), (1, 1, 1, 1))
    down = functional.pad(_torn_pairs(disparity.mT).mT, (1, 1, 1, 1))
    return across[:-1] | across[1:] | down[:, :-1] | down[:, 1:]


def _torn_pairs(disparity: Float[Tensor, "h w"]) -> Bool[Tensor, "h w1"]:
    """For each pixel and its right neighbour."""
    first, second = disparity[:, :-1], disparity[:, 1:]
    jump = (second - first).abs()
    if jump.shape[1] == 0:
        return torch.zeros_like(jump, dtype=torch.bool)
    slopes = functional.pad(jump[None, None], (2, 2, 0, 0), mode="replicate")[0, 0].nan_to_num(0)
    slope = torch.minimum(slopes[:, :-4], slopes[:, 4:])
    return (jump > TORN_SHARE * torch.minimum(first, second)) & (jump > TORN_STEEPNESS * slope)


def _corners(padded: Tensor, row: Int[Tensor, " N"], column: Int[Tensor, " N"]) -> Tensor:
    """The four pixels of each cell, [4, ..., N]."""
    return torch.stack(
        [padded[..., row + down, column + right] for down in (0, 1) for right in (0, 1)]
    )


def _likeness(guide: Tensor, colors: Tensor, row: Tensor, column: Tensor) -> Tensor:
    """In (0, 1]: how alike the colours of the four pixels and of the position are."""
    padded = functional.pad(guide.float()[None], (1, 1, 1, 1), mode="replicate")[0]
    square = (_corners(padded, row, column) - colors.movedim(-1, 0)).square().sum(1)
    # A floor, so that a colour like none of the four still leaves the vote to the distances.
    return torch.exp(-square / (2 * COLOR_SIGMA**2)) + 1e-6


def _one_side(values: Tensor, weights: Tensor, votes: Tensor) -> Tensor:
    """Weights of the side, near or far, that has more votes; 0 for the other."""
    known = weights > 0
    low = torch.where(known, values, torch.inf).amin(0)
    high = torch.where(known, values, 0).amax(0)
    near = values.square() >= low * high
    take_near = (votes * near).sum(0) >= (votes * ~near).sum(0)
    return torch.where(near == take_near, weights, 0)
