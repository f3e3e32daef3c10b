# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A frame's depth with its camera, ready to be lifted into the world and seen by other frames."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.data.scene import Frame
from anyview.geometry.cameras import resize_intrinsics
from anyview.geometry.projection import project_world
from anyview.geometry.se3 import invert, transform_points


@dataclass(frozen=True)
class PosedDepth:
    """Depth of one view and its camera, in float64.

    Attributes:
        depth: z-depth; anything not positive and finite is unknown.
        intrinsics: K in pixels of ``depth``.
        cam_from_world: Its pose.
    """

    depth: Float[Tensor, "H W"]
    intrinsics: Float[Tensor, "3 3"]
    cam_from_world: Float[Tensor, "4 4"]


def posed_depth(frame: Frame, size: tuple[int, int] | None = None) -> PosedDepth:
    """Read a posed frame's dense depth.

    Args:
        frame: With K, pose and dense depth.
        size: Height and width of the grid that depth is read off by nearest neighbour, None for
            its own.

    Raises:
        InputError: If one of the three is missing, or the file is damaged.
    """
    if frame.read_depth is None or frame.intrinsics is None or frame.cam_from_world is None:
        raise InputError(f"Frame {frame.name}: needs dense depth, K and cam_from_world.")
    depth = torch.from_numpy(frame.read_depth().astype(np.float64))
    if size is not None:
        depth = resize_nearest(depth, *size)
    scale_y, scale_x = depth.shape[0] / frame.size[0], depth.shape[1] / frame.size[1]
    intrinsics = resize_intrinsics(torch.from_numpy(frame.intrinsics), scale_x, scale_y)
    return PosedDepth(depth, intrinsics, torch.from_numpy(frame.cam_from_world))


def resize_nearest(values: Tensor, height: int, width: int) -> Tensor:
    """Read a map off another grid over the same image plane, mixing nothing.

    Args:
        values: [..., H, W] of any type: depth, masks.
        height: New rows.
        width: New columns.

    Returns:
        [..., height, width]; each value is the one of the old pixel that holds the new centre.
    """
    old_height, old_width = values.shape[-2:]
    rows = ((torch.arange(height, dtype=torch.float64) + 0.5) * old_height / height).long()
    columns = ((torch.arange(width, dtype=torch.float64) + 0.5) * old_width / width).long()
    return values[..., rows[:, None], columns]


def known_pixels(
    view: PosedDepth, count: int, generator: torch.Generator
) -> tuple[Float[Tensor, "P 2"], Float[Tensor, " P"]]:
    """Centres of up to ``count`` pixels with known depth, drawn at random, and their depth."""
    rows, columns = ((view.depth > 0) & view.depth.isfinite()).nonzero(as_tuple=True)
    chosen = torch.randperm(len(rows), generator=generator)[:count]
    rows, columns = rows[chosen], columns[chosen]
    pixels = torch.stack((columns, rows), dim=-1).to(view.depth) + 0.5
    return pixels, view.depth[rows, columns]


def lift(
    pixels: Float[Tensor, "P 2"],
    depth: Float[Tensor, " P"],
    intrinsics: Float[Tensor, "3 3"],
    cam_from_world: Float[Tensor, "4 4"],
) -> Float[Tensor, "P 3"]:
    """Points in the world from pixels and z-depth."""
    rays = torch.cat((pixels, torch.ones_like(depth)[:, None]), dim=-1)
    points_cam = rays @ torch.linalg.inv(intrinsics).mT * depth[:, None]
    return transform_points(invert(cam_from_world), points_cam)


def land(
    points: Float[Tensor, "P 3"], view: PosedDepth
) -> tuple[Float[Tensor, " P"], Float[Tensor, " P"]]:
    """What a view has where points fall.

    Returns:
        The points' z-depth in the view, and the view's own depth there: NaN outside the image,
        behind the camera and where depth is unknown.
    """
    pixels, z = project_world(points, view.cam_from_world, view.intrinsics)
    height, width = view.depth.shape
    x, y = pixels.unbind(dim=-1)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    column = torch.where(inside, x, 0).long()
    row = torch.where(inside, y, 0).long()
    found = view.depth[row, column]
    return z, torch.where(inside & (found > 0) & found.isfinite(), found, torch.nan)
