# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Surface normals from a pixel and its four neighbours (DA3, section 4.1: L_N)."""

from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.geometry.rays import directions_cam
from anyview.training.losses.reduction import masked_mean


def normal_loss(
    depth: Float[Tensor, "*batch H W"],
    truth: Float[Tensor, "*batch H W"],
    intrinsics: Float[Tensor, "*batch 3 3"],
    valid: Bool[Tensor, "*batch H W"],
    *,
    stride: int = 1,
) -> Float[Tensor, ""]:
    """Mean over pixels of five angles in radians between predicted and true normals, added.

    The four triangles that a pixel makes with two adjacent neighbours have normals n_i, not
    normalised. Long ones come from far neighbours, often across an edge, so their weight
    w_i = sum_j |n_j| - |n_i| is small in the weighted mean of unit normals. The angle of that mean
    and the angles of the four are added.

    Normals do not depend on the scale of depth, but on its shift: a prediction known up to both is
    to be brought to the truth first (``AffineFit.apply``).

    Args:
        depth: Predicted z-depth > 0.
        truth: z-depth; any finite number where not valid.
        intrinsics: K in pixels of the depth map.
        valid: Where the truth is known. A pixel counts if it and its four neighbours are valid;
            border pixels do not.
        stride: Look at every stride-th pixel of every stride-th row only, at its true neighbours.
    """
    directions = directions_cam(intrinsics, *truth.shape[-2:]).movedim(-1, 0)
    predicted = _normals(directions, depth.to(truth.dtype), stride)
    with torch.no_grad():
        true = _normals(directions, torch.where(valid, truth, 1), stride)
        use = torch.stack(_cross_shape(valid, stride)).all(dim=0)
    mean_angle = _angle(_weighted_mean(predicted), _weighted_mean(true))
    return masked_mean(mean_angle[0] + _angle(predicted, true).sum(dim=0), use)


def _normals(directions: Tensor, depth: Tensor, stride: int) -> Tensor:
    """Normals of the four triangles of each pixel: [3, 4, *batch, rows, columns]."""
    depths, rays = _cross_shape(depth, stride), _cross_shape(directions, stride)
    centre, *neighbours = (r * d for r, d in zip(rays, depths, strict=True))
    edges = [(neighbour - centre).unbind() for neighbour in neighbours]
    normals = [_cross(a, b) for a, b in zip(edges, (*edges[1:], edges[0]), strict=True)]
    return torch.stack([n[axis] for axis in range(3) for n in normals]).unflatten(0, (3, 4))


def _weighted_mean(normals: Tensor) -> Tensor:
    """Direction of the mean of the unit normals [3, 4, ...], weighted by w_i: [3, 1, ...]."""
    length = _length(normals.unbind())
    weight = length.sum(dim=0) - length
    return (normals * (weight / length)).sum(dim=1, keepdim=True)


def _angle(a: Tensor, b: Tensor) -> Tensor:
    """Angle between vectors [3, n, ...] of any length: [n, ...]; gradient 0 where parallel."""
    return torch.atan2(_length(_cross(a.unbind(), b.unbind())), (a * b).sum(dim=0))


def _cross(a: Sequence[Tensor], b: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    (ax, ay, az), (bx, by, bz) = a, b
    return ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx


def _length(vector: Sequence[Tensor]) -> Tensor:
    """Never quite zero, so that the gradient at zero is zero and not NaN."""
    x, y, z = vector
    return (x * x + y * y + z * z + torch.finfo(x.dtype).tiny).sqrt()


def _cross_shape(values: Tensor, stride: int) -> tuple[Tensor, ...]:
    """Pixels that are not on the border, and their neighbours: up, left, down, right."""
    rows, columns = values.shape[-2:]

    def shifted(down: int, right: int) -> Tensor:
        return values[
            ...,
            1 + down : rows - 1 + down : stride,
            1 + right : columns - 1 + right : stride,
        ]

    return shifted(0, 0), shifted(-1, 0), shifted(0, -1), shifted(1, 0), shifted(0, 1)
