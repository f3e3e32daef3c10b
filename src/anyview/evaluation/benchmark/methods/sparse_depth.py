# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth known at single pixels."""

import torch
from jaxtyping import Float, Float64, Int
from torch import Tensor


def depth_at_pixels(
    pixels: Float64[Tensor, "N 2"], depth: Float64[Tensor, " N"], height: int, width: int
) -> Float[Tensor, "{height} {width}"]:
    """A depth map that is 0 but where a point lies; of several in one pixel the nearest stays.

    Args:
        pixels: Positions (x, y), pixel centres at +0.5.
        depth: z-depth; points that are not in front of the camera are left out.
        height: Of the map.
        width: Of the map.
    """
    column, row = (pixels[:, axis].floor().long() for axis in (0, 1))
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    seen = inside & depth.isfinite() & (depth > 0)
    flat = torch.full((height * width,), torch.inf, dtype=torch.float64)
    index: Int[Tensor, " M"] = row[seen] * width + column[seen]
    flat = flat.scatter_reduce(0, index, depth[seen], "amin")
    return torch.where(flat.isfinite(), flat, 0.0).float().reshape(height, width)
