# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Real spherical harmonics up to degree 2: evaluate and rotate.

Order and signs are those of 3-D Gaussian splatting (Kerbl et al. 2023): degree 1 is
(-y, z, -x), degree 2 is (xy, -yz, 2zz - xx - yy, -xz, xx - yy), each with its orthonormal factor.
A splatting renderer adds 0.5 to the sum and clamps below at 0; that is not done here.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError

C0 = 0.5 / math.sqrt(math.pi)
"""Degree 0: 1 / (2 sqrt(pi))."""

C1 = math.sqrt(0.75 / math.pi)
"""Degree 1: sqrt(3 / (4 pi))."""

C2 = math.sqrt(3.75 / math.pi)
"""Degree 2: sqrt(15 / (4 pi)), of the entries xy, yz and xz."""

_DEGREE_OF = {1: 0, 4: 1, 9: 2}


def harmonic_basis(directions: Float[Tensor, "*batch 3"], degree: int) -> Float[Tensor, "*batch K"]:
    """Values of the (degree + 1)^2 harmonics.

    Args:
        directions: Of unit length.
        degree: 0, 1 or 2.

    Raises:
        InputError: If the degree is another number.
    """
    if degree not in (0, 1, 2):
        raise InputError(f"Spherical harmonics have degree {degree}; accepted are 0, 1 and 2.")
    x, y, z = directions.unbind(-1)
    values = [torch.full_like(x, C0)]
    if degree >= 1:
        values += [-C1 * y, C1 * z, -C1 * x]
    if degree >= 2:
        values += [
            C2 * x * y,
            -C2 * y * z,
            C2 / math.sqrt(12) * (2 * z * z - x * x - y * y),
            -C2 * x * z,
            C2 / 2 * (x * x - y * y),
        ]
    return torch.stack(values, dim=-1)


def evaluate_harmonics(
    coefficients: Float[Tensor, "*#batch K"], directions: Float[Tensor, "*#batch 3"]
) -> Float[Tensor, "*batch"]:
    """Sum of coefficients times harmonics.

    Args:
        coefficients: 1, 4 or 9 of them; a colour channel is a batch axis.
        directions: Of unit length; batch axes broadcast.

    Raises:
        InputError: If there are not 1, 4 or 9 coefficients.
    """
    values = harmonic_basis(directions, _degree(coefficients))
    return (coefficients * values).sum(-1)


def rotate_harmonics(
    coefficients: Float[Tensor, "*batch K"], rotation: Float[Tensor, "*leading 3 3"]
) -> Float[Tensor, "*batch K"]:
    """Turn the function with the frame: its value at R d becomes what it was at d.

    Exact: degree 1 is a vector and degree 2 a symmetric matrix without trace, which turn into
    R v and R Q R^T.

    Args:
        coefficients: 1, 4 or 9 of them; a colour channel is a batch axis.
        rotation: For example world-from-camera; its batch axes belong to the leading ones of the
            coefficients, so ``[V, 3, 3]`` suits coefficients ``[V, N, 3, K]``.

    Raises:
        InputError: If there are not 1, 4 or 9 coefficients.
    """
    degree = _degree(coefficients)
    missing = coefficients.dim() + 1 - rotation.dim()
    rotation = rotation.reshape(*rotation.shape[:-2], *[1] * missing, 3, 3)
    bands = [coefficients[..., :1]]
    if degree >= 1:
        vectors = coefficients.new_tensor([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]])
        turn = vectors @ rotation @ vectors.mT
        bands.append(_mix(coefficients[..., 1:4], turn))
    if degree >= 2:
        forms = _quadratic_forms(coefficients)
        turned = rotation[..., None, :, :] @ forms @ rotation[..., None, :, :].mT
        turn = (forms[:, None] * turned[..., None, :, :, :]).sum((-2, -1))
        bands.append(_mix(coefficients[..., 4:9], turn))
    return torch.cat(bands, dim=-1)


def _degree(coefficients: Tensor) -> int:
    count = coefficients.shape[-1]
    if count not in _DEGREE_OF:
        raise InputError(
            f"There are {count} spherical-harmonic coefficients; accepted are 1, 4 and 9 "
            "(degrees 0, 1 and 2) in the last axis."
        )
    return _DEGREE_OF[count]


def _mix(band: Tensor, matrix: Tensor) -> Tensor:
    """``matrix @ band`` one column at a time: matmul would copy the matrix for each Gaussian."""
    result = matrix[..., :, 0] * band[..., :1]
    for i in range(1, band.shape[-1]):
        result = result + matrix[..., :, i] * band[..., i : i + 1]
    return result


def _quadratic_forms(like: Tensor) -> Float[Tensor, "5 3 3"]:
    """Degree 2 as symmetric matrices of Frobenius norm 1: the harmonic is C2 / sqrt(2) d^T Q d.

    All five share that factor, so it cancels in a rotation.
    """
    h, s = math.sqrt(0.5), math.sqrt(1 / 6)
    forms = [
        [[0.0, h, 0.0], [h, 0.0, 0.0], [0.0, 0.0, 0.0]],
        [[0.0, 0.0, 0.0], [0.0, 0.0, -h], [0.0, -h, 0.0]],
        [[-s, 0.0, 0.0], [0.0, -s, 0.0], [0.0, 0.0, 2 * s]],
        [[0.0, 0.0, -h], [0.0, 0.0, 0.0], [-h, 0.0, 0.0]],
        [[h, 0.0, 0.0], [0.0, -h, 0.0], [0.0, 0.0, 0.0]],
    ]
    return like.new_tensor(forms)
