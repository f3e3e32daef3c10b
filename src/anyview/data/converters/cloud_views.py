# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which points of a cloud an image sees, where nobody recorded it.

A cloud without tracks has points behind walls. A point is taken as seen unless a clearly nearer
one falls close by in the image: a guess that errs on the side of leaving points out.
"""

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.data.converters.posed_frames import WorldPoints
from anyview.geometry.projection import project_world

CELLS_ACROSS = 48
"""Width of the coarse grid on which nearer points hide others."""

DEPTH_TOLERANCE = 0.1
"""A point is hidden if one of its or a neighbouring cell is nearer by this share."""


def points_in_view(
    xyz: Float64[Tensor, "N 3"],
    cam_from_world: Float64[Tensor, "4 4"],
    intrinsics: Float64[Tensor, "3 3"],
    size: tuple[int, int],
) -> WorldPoints:
    """The points of a cloud that are probably seen.

    Args:
        xyz: World coordinates.
        cam_from_world: World-to-camera, OpenCV axes.
        intrinsics: K of the (nearly) pinhole image.
        size: Height and width of the image in pixels.

    Returns:
        Those points; their ids are their rows in ``xyz``.
    """
    height, width = size
    pixels, depth = project_world(xyz, cam_from_world, intrinsics)
    limits = pixels.new_tensor([width, height])
    inside = (((pixels >= 0) & (pixels < limits)).all(dim=-1) & (depth > 0)).nonzero()[:, 0]
    cell = width / CELLS_ACROSS
    rows = int(np.ceil(height / cell))
    at = (pixels[inside] / cell).long()
    at[:, 0].clamp_(max=CELLS_ACROSS - 1)
    index = at[:, 1] * CELLS_ACROSS + at[:, 0]
    nearest = torch.full((rows * CELLS_ACROSS,), torch.inf, dtype=depth.dtype)
    nearest = nearest.scatter_reduce(0, index, depth[inside], "amin")
    grid = nearest.view(1, 1, rows, CELLS_ACROSS)
    around = -torch.nn.functional.max_pool2d(-grid, 3, stride=1, padding=1)
    seen = inside[depth[inside] <= (1 + DEPTH_TOLERANCE) * around.view(-1)[index]]
    return WorldPoints(xyz[seen], seen.numpy().astype(np.int64))
