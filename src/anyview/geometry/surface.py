# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a depth map says of the surface: where it is torn, and where it faces."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.geometry.rays import pixel_grid


def depth_edges(
    depth: Float[Tensor, "*batch H W"], relative_threshold: float = 0.05
) -> Bool[Tensor, "*batch H W"]:
    """Pixels beside a depth discontinuity.

    A pair of 8-connected neighbours is torn if the larger depth exceeds the smaller by more than
    ``relative_threshold`` of the smaller. Both pixels of a torn pair are marked: a network smears
    a depth step over the pixels on either side of it, and whoever removes these flying pixels
    wants both. The test is of a ratio, so it does not depend on the unit of depth.

    Args:
        depth: z-depth. Non-positive and non-finite pixels are never marked and mark no neighbour.
        relative_threshold: Positive.
    """
    known = torch.where(torch.isfinite(depth) & (depth > 0), depth, torch.nan)
    edges = torch.zeros_like(depth, dtype=torch.bool)
    below, above = slice(1, None), slice(None, -1)
    whole = slice(None)
    pairs = (
        ((whole, above), (whole, below)),
        ((above, whole), (below, whole)),
        ((above, above), (below, below)),
        ((above, below), (below, above)),
    )
    for first, second in pairs:
        a, b = known[(..., *first)], known[(..., *second)]
        torn = _is_jump(a, b, relative_threshold)
        edges[(..., *first)] |= torn
        edges[(..., *second)] |= torn
    return edges


def normals_from_depth(
    depth: Float[Tensor, "*batch H W"],
    intrinsics: Float[Tensor, "*batch 3 3"],
    *,
    relative_threshold: float = 0.05,
) -> Float[Tensor, "*batch H W 3"]:
    """Unit normals in the camera frame, facing the camera.

    On a plane, disparity 1 / z is an affine function of the pixel and its gradient gives the
    normal: ``n ~ K^T (p_u, p_v, p - u p_u - v p_v)`` with disparity p. So normals of planes are
    exact at any slant. The gradient is a central difference; across a jump in depth, at the
    border and beside invalid depth it is taken from the one side that is left.

    Args:
        depth: z-depth.
        intrinsics: K in pixels of the depth map.
        relative_threshold: Jumps in depth between neighbours above this share are not crossed.

    Returns:
        Normals, NaN for invalid depth and where no neighbour is left along an axis.
    """
    height, width = depth.shape[-2:]
    known = torch.where(torch.isfinite(depth) & (depth > 0), depth, torch.nan)
    gradient_u = _gradient(known, -1, relative_threshold)
    gradient_v = _gradient(known, -2, relative_threshold)
    u, v = pixel_grid(height, width, device=depth.device, dtype=depth.dtype).unbind(dim=-1)
    offset = 1 / known - u * gradient_u - v * gradient_v
    covector = torch.stack((gradient_u, gradient_v, offset), dim=-1)
    away = covector @ intrinsics[..., None, :, :]
    return -away / away.norm(dim=-1, keepdim=True)


def _gradient(depth: Tensor, axis: int, relative_threshold: float) -> Tensor:
    """Change of disparity per pixel along an axis, from the sides where the surface goes on."""
    size = depth.shape[axis]
    first, second = depth.narrow(axis, 0, size - 1), depth.narrow(axis, 1, size - 1)
    step = 1 / second - 1 / first
    step = torch.where(_is_jump(first, second, relative_threshold), torch.nan, step)
    missing = torch.full_like(depth.narrow(axis, 0, 1), torch.nan)
    ahead = torch.cat((step, missing), dim=axis)
    behind = torch.cat((missing, step), dim=axis)
    return torch.stack((ahead, behind)).nanmean(dim=0)


def _is_jump(a: Tensor, b: Tensor, relative_threshold: float) -> Tensor:
    """Whether two depths are too far apart in ratio; false where either is NaN."""
    return (a - b).abs() > relative_threshold * torch.minimum(a, b)
