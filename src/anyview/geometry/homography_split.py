# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Rotation and intrinsics from a homography ``H = s R K^-1`` of the image plane to directions.

Pixels are in units where the image spans [-1, 1] along both axes, so that a centred principal
point is (0, 0) and focal lengths are in half image sizes. R is world-from-camera. Batched; no
input raises: what cannot be split gives NaN, infinite or absurd values.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.geometry.rotations import rotation_from_axis_angle, skew_matrix

NUM_STEPS = 5
"""Gauss-Newton steps of the centred fit; the third already moves it by less than 1e-6."""

_Split = tuple[Float[Tensor, "M 3 3"], Float[Tensor, "M 2"], Float[Tensor, "M 2"]]


def split_upper(H: Float[Tensor, "M 3 3"]) -> _Split:
    """QR: rotation, focal lengths and principal point, for any principal point.

    The principal point is exact with skew too: it is the pixel whose ray is the optical axis,
    where ``K^-1 (cx, cy, 1) ~ (0, 0, 1)``. The skew itself is dropped.
    """
    rotation, upper = _positive_diagonal(*torch.linalg.qr(H))
    focal = 1 / upper.diagonal(dim1=-2, dim2=-1)[..., :2]
    y = -upper[..., 1, 2] * focal[..., 1]
    x = -(upper[..., 0, 2] + upper[..., 0, 1] * y) * focal[..., 0]
    return rotation, focal, torch.stack((x, y), dim=-1)


def split_lower(H: Float[Tensor, "M 3 3"]) -> _Split:
    """QL, as published: L is taken for K^-1 and its last row for the principal point.

    QUIRK-08: K^-1 is upper triangular, so all three are wrong off a centred principal point.
    """
    rotation, upper = torch.linalg.qr(H.flip(-1))
    rotation, lower = _positive_diagonal(rotation.flip(-1), upper.flip((-2, -1)))
    return rotation, 1 / lower.diagonal(dim1=-2, dim2=-1)[..., :2], lower[..., 2, :2]


def fit_centred(H: Float[Tensor, "M 3 3"], moments: Float[Tensor, "M 9 9"]) -> _Split:
    """The centred camera of least cost: Gauss-Newton over rotation and focal lengths.

    With the principal point known, the view direction is found several times more accurately: to
    first order a shift of the principal point looks like a turn of the camera.

    Args:
        H: Homography to start from, in a frame that looks roughly along the view.
        moments: Normal matrix of the points, cost ``vec(H)^T moments vec(H)``.

    Returns:
        Rotation, focal lengths and a principal point of zeros.
    """
    rotation, focal, _ = split_lower(H)
    inverse_focal = 1 / focal
    turns = skew_matrix(torch.eye(3, dtype=H.dtype, device=H.device))
    stretches = torch.diag_embed(torch.eye(3, dtype=H.dtype, device=H.device)[:2])
    damping = 1e-12 * torch.eye(5, dtype=H.dtype, device=H.device)
    for _ in range(NUM_STEPS):
        inverse = torch.diag_embed(torch.nn.functional.pad(inverse_focal, (0, 1), value=1.0))
        value = rotation @ inverse
        # Derivatives by a turn of the camera and by the logarithm of each inverse focal length.
        changes = torch.cat((turns @ inverse[:, None], stretches @ inverse[:, None]), dim=1)
        jacobian = (rotation[:, None] @ changes).flatten(-2)
        weighted = jacobian @ moments
        normal = weighted @ jacobian.mT
        normal = normal + damping * normal.diagonal(dim1=-2, dim2=-1).sum(-1)[:, None, None]
        step, _ = torch.linalg.solve_ex(normal, -(weighted @ value.flatten(-2)[..., None]))
        rotation = rotation @ rotation_from_axis_angle(step[:, :3, 0])
        inverse_focal = inverse_focal * step[:, 3:, 0].clamp(-1, 1).exp()
    return rotation, 1 / inverse_focal, torch.zeros_like(focal)


def _positive_diagonal(rotation: Tensor, triangle: Tensor) -> tuple[Tensor, Tensor]:
    """The split with a positive diagonal, scaled to 1 in the last corner."""
    diagonal = triangle.diagonal(dim1=-2, dim2=-1)
    sign = torch.where(diagonal < 0, -1.0, 1.0).to(diagonal)  # not 0, where H is singular
    triangle = triangle * sign[..., :, None]
    return rotation * sign[..., None, :], triangle / triangle[..., 2:, 2:]
