# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A picture of a point cloud: square dots, the nearest one wins."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int, UInt8
from torch import Tensor

from anyview.geometry.projection import project_world


@dataclass(frozen=True)
class Dots:
    """Points that are drawn with squares of one size.

    Attributes:
        points: World positions; those behind the viewer or not finite are left out.
        colors: RGB of each.
        size_px: Side of a square.
    """

    points: Float[Tensor, "N 3"]
    colors: UInt8[Tensor, "N 3"]
    size_px: int = 2


def draw_points(
    layers: Sequence[Dots],
    cam_from_world: Float[Tensor, "4 4"],
    intrinsics: Float[Tensor, "3 3"],
    height: int,
    width: int,
    *,
    background: tuple[int, int, int] = (255, 255, 255),
) -> UInt8[Tensor, "3 H W"]:
    """Draw points as a camera sees them; the same input gives the same picture.

    Args:
        layers: What to draw, at least one; near hides far across layers.
        cam_from_world: The viewer.
        intrinsics: K in pixels of the picture.
        height: Of the picture.
        width: Of the picture.
        background: RGB where there is no point.
    """
    cells, depths, colors = [], [], []
    for layer in layers:
        pixels, depth = project_world(layer.points, cam_from_world, intrinsics)
        cell, index = _covered(pixels, depth, layer.size_px, height, width)
        cells.append(cell)
        depths.append(depth[index])
        colors.append(layer.colors[index])
    cell, depth, color = torch.cat(cells), torch.cat(depths), torch.cat(colors)

    nearest = torch.full((height * width,), torch.inf, dtype=depth.dtype)
    nearest.scatter_reduce_(0, cell, depth, "amin")
    winners = (depth == nearest[cell]).nonzero()[:, 0]
    # Points at the same depth: the first one, or the picture would depend on the order of writes.
    first = torch.full((height * width,), len(depth))
    first.scatter_reduce_(0, cell[winners], winners, "amin")
    seen = first < len(depth)
    picture = torch.tensor(background, dtype=torch.uint8).repeat(height * width, 1)
    picture[seen] = color[first[seen]]
    return picture.reshape(height, width, 3).permute(2, 0, 1).contiguous()


def _covered(
    pixels: Float[Tensor, "N 2"], depth: Float[Tensor, " N"], size_px: int, height: int, width: int
) -> tuple[Int[Tensor, " M"], Int[Tensor, " M"]]:
    """The cells of the picture that squares cover, and the point that each belongs to."""
    in_front = ((depth > 0) & pixels.isfinite().all(dim=-1)).nonzero()[:, 0]
    corner = (pixels[in_front] - size_px / 2).round()
    near = ((corner > -size_px) & (corner < torch.tensor([width, height]))).all(dim=-1)
    in_front, corner = in_front[near], corner[near].int()
    side = torch.arange(size_px, dtype=torch.int32)
    rows = corner[:, 1, None, None] + side[:, None]
    columns = corner[:, 0, None, None] + side
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    cell = (rows * width + columns)[inside].long()
    return cell, in_front[:, None, None].expand_as(inside)[inside]
