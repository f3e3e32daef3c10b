# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth times direction plus origin against points (DA3, section 3.3: L_P).

Depth lives on the image grid and rays on their own, coarser one (8 x the patch grid against
14 x). Both are compared on the ray grid. The centre of ray cell r lies at (r + 0.5) H / Hr in
pixels of the image; the true ray there is exact, and depth, predicted and true alike, is the
bilinear mean of the four pixels around that very position. A cell counts if all pixels that
enter its mean are valid, so that the loss of the truth itself is 0.
"""

import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor

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
    known = _at_cells(valid.to(kind), rows, columns) > _ALL
    predicted = _points(_at_cells(depth.to(kind), rows, columns), ray_map.to(kind))
    truth = _points(_at_cells(truth_depth, rows, columns), truth_ray_map)
    return masked_mean(vector_length(predicted - truth, norm), known)


def _at_cells(values: Tensor, rows: int, columns: int) -> Tensor:
    """Values at the centres of the cells, without smoothing."""
    return F.interpolate(values, (rows, columns), mode="bilinear")


def _points(depth: Tensor, ray_map: Tensor) -> Tensor:
    return ray_map[..., :3] + depth[..., None] * ray_map[..., 3:]
