# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth times direction plus origin against points (DA3, section 3.3: L_P).

Depth lives on the image grid and rays on their own, coarser one (8 x the patch grid against
14 x). Both are compared on the ray grid. The centre of ray cell r lies at (r + 0.5) H / Hr in
pixels of the image; the true ray there is exact, and depth, predicted and true alike, is the
bilinear mean of the four pixels around that very position. A cell counts if all pixels that
enter its mean are valid, so that the loss of the truth itself is 0. Depth that is known at a few
points only leaves hardly such a cell: it is compared at its own pixels, with predicted rays
between the cells.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.training.losses.closed_form import (
    mean_weights,
    vector_length_,
    weighted_sum,
    with_gradient,
)
from anyview.training.losses.reduction import Norm, masked_mean, vector_length

_ALL = 1 - 1e-4  # of the weights of a mean; they add up to 1 but for rounding


def points_loss(
    depth: Float[Tensor, "B V H W"],
    ray_map: Float[Tensor, "B V Hr Wr 6"],
    truth_depth: Float[Tensor, "B V H W"],
    truth_ray_map: Float[Tensor, "B V Hr Wr 6"],
    valid: Bool[Tensor, "B V H W"],
    *,
    norm: Norm = "l1",
) -> Float[Tensor, ""]:
    """Mean over valid ray cells of the length of ``D^ d^ + t^ - (D d + t)``.

    Args:
        depth: Predicted z-depth.
        ray_map: Predicted rays, origin first.
        truth_depth: Normalised z-depth; finite where not valid.
        truth_ray_map: ``NormalizedTruth.ray_map(Hr, Wr)``.
        valid: Where depth is known, and False in views whose camera is not.
        norm: Length of a difference.
    """
    rows, columns = ray_map.shape[2:4]
    kind = truth_depth.dtype
    cell_depth = _at_cells(depth.to(kind), rows, columns)
    with torch.no_grad():
        weight = mean_weights(_at_cells(valid.to(kind), rows, columns) > _ALL, kind)
        directions = ray_map[..., 3:].to(kind)
        difference = torch.addcmul(ray_map[..., :3].to(kind), cell_depth[..., None], directions)
        truth = _at_cells(truth_depth, rows, columns)[..., None]
        difference = difference.sub_(truth_ray_map[..., :3])
        difference = difference.addcmul_(truth, truth_ray_map[..., 3:], value=-1)
        error, by_point = vector_length_(difference, norm)
        value = weighted_sum(weight, error)
        by_point = by_point.mul_(weight[..., None])
        by_depth = (by_point * directions) @ by_point.new_ones(3)
        by_rays = torch.cat((by_point, by_point * cell_depth[..., None]), dim=-1)
    return with_gradient(value, (cell_depth, by_depth), (ray_map, by_rays))


def points_loss_at_pixels(
    depth: Float[Tensor, "B V H W"],
    ray_map: Float[Tensor, "B V Hr Wr 6"],
    truth: Float[Tensor, "B V H W 3"],
    valid: Bool[Tensor, "B V H W"],
    *,
    norm: Norm = "l1",
) -> Float[Tensor, ""]:
    """The same on the image grid, for sparse truth: mean over valid pixels.

    Rays of a pinhole camera are linear in the pixel, so that the bilinear mean of true rays is the
    true ray; pixels outside the outermost centres of cells, where there is no such mean, are left
    out.

    Args:
        depth: Predicted z-depth.
        ray_map: Predicted rays, origin first.
        truth: ``NormalizedTruth.points()``; finite where not valid.
        valid: Where depth is known, and False in views whose camera is not.
        norm: Length of a difference.
    """
    rows, columns = ray_map.shape[2:4]
    height, width = depth.shape[-2:]
    planes = ray_map.to(truth.dtype).flatten(0, 1).permute(0, 3, 1, 2)  # [B V, 6, Hr, Wr]
    rays = F.interpolate(planes, (height, width), mode="bilinear").permute(0, 2, 3, 1)
    rays = rays.unflatten(0, depth.shape[:2])  # [B, V, H, W, 6]
    down = _between_centres(height, rows, valid)
    inside = down[:, None] & _between_centres(width, columns, valid)
    points = torch.addcmul(rays[..., :3], depth.to(truth.dtype)[..., None], rays[..., 3:])
    return masked_mean(vector_length(points - truth, norm), valid & inside)


def _between_centres(pixels: int, cells: int, like: Tensor) -> Tensor:
    """Pixels along one side whose centre lies between the centres of two cells."""
    place = (torch.arange(pixels, device=like.device) + 0.5) * (cells / pixels)
    return (place >= 0.5 - 1e-6) & (place <= cells - 0.5 + 1e-6)


def _at_cells(values: Tensor, rows: int, columns: int) -> Tensor:
    """Values at the centres of the cells, without smoothing."""
    return F.interpolate(values, (rows, columns), mode="bilinear")
