# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Rotations: matrices, quaternions (scalar first) and axis-angle vectors, all differentiable.

A rotation acts on column vectors: ``y = R @ x``. Conventions: docs/reference/conventions.md.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor


def matrix_from_quaternion_wxyz(
    quaternion_wxyz: Float[Tensor, "*batch 4"],
) -> Float[Tensor, "*batch 3 3"]:
    """Rotation matrix of a quaternion of any length but zero.

    The length is divided out by the factor 2 / |q|^2, so raw network outputs need no
    normalisation and q, -q and 5 q give the same matrix. A zero quaternion gives NaN.
    """
    w, x, y, z = quaternion_wxyz.unbind(-1)
    two_s = 2.0 / quaternion_wxyz.square().sum(-1)
    rows = [
        1 - two_s * (y * y + z * z),
        two_s * (x * y - z * w),
        two_s * (x * z + y * w),
        two_s * (x * y + z * w),
        1 - two_s * (x * x + z * z),
        two_s * (y * z - x * w),
        two_s * (x * z - y * w),
        two_s * (y * z + x * w),
        1 - two_s * (x * x + y * y),
    ]
    return torch.stack(rows, dim=-1).unflatten(-1, (3, 3))


def quaternion_wxyz_from_matrix(
    rotation: Float[Tensor, "*batch 3 3"],
) -> Float[Tensor, "*batch 4"]:
    """Unit quaternion with w >= 0 of a rotation matrix.

    For a rotation the outer product 4 q q^T is linear in the matrix entries. The row with the
    largest diagonal entry (>= 1) is taken and normalised, which loses no digits at any angle and
    keeps gradients finite (Shepperd 1978, without its square roots of small numbers).
    """
    (m00, m01, m02), (m10, m11, m12), (m20, m21, m22) = (
        row.unbind(-1) for row in rotation.unbind(-2)
    )
    entries = [
        *(1 + m00 + m11 + m22, m21 - m12, m02 - m20, m10 - m01),
        *(m21 - m12, 1 + m00 - m11 - m22, m10 + m01, m02 + m20),
        *(m02 - m20, m10 + m01, 1 - m00 + m11 - m22, m21 + m12),
        *(m10 - m01, m02 + m20, m21 + m12, 1 - m00 - m11 + m22),
    ]
    outer = torch.stack(entries, dim=-1).unflatten(-1, (4, 4))
    best = outer.detach().diagonal(dim1=-2, dim2=-1).argmax(-1)
    row = outer.gather(-2, best[..., None, None].expand(*best.shape, 1, 4)).squeeze(-2)
    unit = row / torch.linalg.vector_norm(row, dim=-1, keepdim=True)
    return torch.where(unit[..., :1] < 0, -unit, unit)


def multiply_quaternions_wxyz(
    left_wxyz: Float[Tensor, "*#batch 4"], right_wxyz: Float[Tensor, "*#batch 4"]
) -> Float[Tensor, "*batch 4"]:
    """Hamilton product: the matrix of the product is the product of the matrices."""
    a, b, c, d = left_wxyz.unbind(-1)
    w, x, y, z = right_wxyz.unbind(-1)
    parts = [
        a * w - b * x - c * y - d * z,
        a * x + b * w + c * z - d * y,
        a * y - b * z + c * w + d * x,
        a * z + b * y - c * x + d * w,
    ]
    return torch.stack(parts, dim=-1)


def conjugate_quaternion_wxyz(
    quaternion_wxyz: Float[Tensor, "*batch 4"],
) -> Float[Tensor, "*batch 4"]:
    """The quaternion of the inverse rotation, of the same length."""
    return quaternion_wxyz * quaternion_wxyz.new_tensor([1.0, -1.0, -1.0, -1.0])


def rotation_from_axis_angle(vector: Float[Tensor, "*batch 3"]) -> Float[Tensor, "*batch 3 3"]:
    """Exponential map: rotation about ``vector`` by its length in radians (Rodrigues)."""
    square = vector.square().sum(-1)[..., None, None]
    small = square < 1e-4
    angle = torch.where(small, 1.0, square).sqrt()
    # Half-angle form: 1 - cos(x) would cancel. The series serve value and gradient at zero.
    sine_ratio = torch.where(
        small, 1 - square / 6 + square.square() / 120, torch.sin(angle) / angle
    )
    versine_ratio = torch.where(
        small,
        0.5 - square / 24 + square.square() / 720,
        2 * (torch.sin(angle / 2) / angle).square(),
    )
    skew = skew_matrix(vector)
    identity = torch.eye(3, dtype=vector.dtype, device=vector.device)
    return identity + sine_ratio * skew + versine_ratio * (skew @ skew)


def axis_angle_from_rotation(rotation: Float[Tensor, "*batch 3 3"]) -> Float[Tensor, "*batch 3"]:
    """Logarithm map: axis times angle, the angle in [0, pi] rad.

    Accurate at all angles because it goes through the quaternion; at exactly pi one of the two
    opposite axes is returned.
    """
    quaternion = quaternion_wxyz_from_matrix(rotation)
    w, xyz = quaternion[..., :1], quaternion[..., 1:]
    square = xyz.square().sum(-1, keepdim=True)
    small = square < 1e-5
    sine = torch.where(small, 1.0, square).sqrt()
    tangent_square = square / torch.where(small, w, 1.0).square()
    series = 2 * (1 - tangent_square / 3 + tangent_square.square() / 5) / torch.where(small, w, 1.0)
    return torch.where(small, series, 2 * torch.atan2(sine, w) / sine) * xyz


def skew_matrix(vector: Float[Tensor, "*batch 3"]) -> Float[Tensor, "*batch 3 3"]:
    """The matrix of the cross product: ``skew_matrix(a) @ b = a x b``."""
    x, y, z = vector.unbind(-1)
    zero = torch.zeros_like(x)
    entries = [zero, -z, y, z, zero, -x, -y, x, zero]
    return torch.stack(entries, dim=-1).unflatten(-1, (3, 3))


def rotation_angle(rotation: Float[Tensor, "*batch 3 3"]) -> Float[Tensor, "*batch"]:
    """Angle of a rotation in rad, in [0, pi].

    From sine and cosine together: the arc cosine of the trace alone loses half of the digits
    near 0 and pi.
    """
    skew = rotation - rotation.mT
    twice_sine = torch.linalg.vector_norm(
        torch.stack([skew[..., 2, 1], skew[..., 0, 2], skew[..., 1, 0]], dim=-1), dim=-1
    )
    twice_cosine = rotation.diagonal(dim1=-2, dim2=-1).sum(-1) - 1
    return torch.atan2(twice_sine, twice_cosine)


def nearest_rotation(matrix: Float[Tensor, "*batch 3 3"]) -> Float[Tensor, "*batch 3 3"]:
    """The rotation closest to a finite matrix in the Frobenius norm, determinant +1.

    It is also the rotation R of largest trace(R^T M). ``rotation_of_largest_trace`` says as well
    whether it is the only one.
    """
    return rotation_of_largest_trace(matrix)[0]


def rotation_of_largest_trace(
    matrix: Float[Tensor, "*batch 3 3"],
) -> tuple[Float[Tensor, "*batch 3 3"], Float[Tensor, "*batch"]]:
    """The rotation R of largest trace(R^T M), and how well it is determined.

    Args:
        matrix: M, finite (torch.linalg.svd raises otherwise).

    Returns:
        R = U diag(1, 1, d) V^T with d = det(U V^T), and the margin s2 + d s3 of the singular
        values s1 >= s2 >= s3: trace(R^T M) falls by at least margin * (1 - cos a) when R is
        turned by an angle a. At margin 0 other rotations are as good. Unit: that of M.
    """
    left, values, right = torch.linalg.svd(matrix)
    sign = torch.where(torch.linalg.det(left @ right) < 0, -1.0, 1.0).to(matrix.dtype)
    flipped = torch.cat([left[..., :2], left[..., 2:] * sign[..., None, None]], dim=-1)
    return flipped @ right, values[..., 1] + sign * values[..., 2]


def random_rotation(
    shape: Sequence[int], generator: torch.Generator, *, dtype: torch.dtype = torch.float32
) -> Float[Tensor, "*batch 3 3"]:
    """Rotations drawn uniformly (Haar), on the generator's device.

    Args:
        shape: Batch shape of the result.
        generator: Source of randomness.
        dtype: Float type of the result.
    """
    normal = torch.randn(*shape, 4, generator=generator, dtype=dtype, device=generator.device)
    return matrix_from_quaternion_wxyz(normal)
