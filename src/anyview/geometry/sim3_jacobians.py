# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Small steps of similarities, and how errors between them move; for solvers.

Steps are (shift 3, axis-angle 3, log scale 1) in the frame of the transform. Unlike those of
``Sim3.exp`` their parts do not mix, which needs no matrix exponential; to first order both agree.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.geometry.rotations import (
    axis_angle_from_rotation,
    rotation_from_axis_angle,
    skew_matrix,
)
from anyview.geometry.sim3 import Sim3


def step(transform: Sim3, vector: Float[Tensor, "*batch 7"]) -> Sim3:
    """``transform @ Sim3(e^sigma, exp(w), v)`` for the vector (v, w, sigma)."""
    shift, axis_angle, log_scale = vector.split([3, 3, 1], dim=-1)
    return transform @ Sim3(log_scale[..., 0].exp(), rotation_from_axis_angle(axis_angle), shift)


def difference(transform: Sim3) -> Float[Tensor, "*batch 7"]:
    """How far a transform is from the identity: the vector whose ``step`` it is."""
    axis_angle = axis_angle_from_rotation(transform.rotation)
    log_scale = transform.scale.log()[..., None]
    return torch.cat((transform.translation, axis_angle, log_scale), dim=-1)


def adjoint(transform: Sim3) -> Float[Tensor, "*batch 7 7"]:
    """The matrix A with ``S step(x) S^-1 = step(A x)`` for small x."""
    s, R, t = transform.scale, transform.rotation, transform.translation
    out = torch.zeros(*s.shape, 7, 7, dtype=R.dtype, device=R.device)
    out[..., :3, :3] = s[..., None, None] * R
    out[..., :3, 3:6] = skew_matrix(t) @ R
    out[..., :3, 6] = -t
    out[..., 3:6, 3:6] = R
    out[..., 6, 6] = 1
    return out


def difference_jacobian(transform: Sim3) -> Float[Tensor, "*batch 7 7"]:
    """The matrix J with ``difference(step(S, x)) = difference(S) + J x`` for small x.

    For rotations to third order in their angle: the series 1 + a / 2 + a^2 / 12.
    """
    s, R = transform.scale, transform.rotation
    w = skew_matrix(axis_angle_from_rotation(R))
    out = torch.zeros(*s.shape, 7, 7, dtype=R.dtype, device=R.device)
    out[..., :3, :3] = s[..., None, None] * R
    out[..., 3:6, 3:6] = torch.eye(3, dtype=R.dtype, device=R.device) + w / 2 + w @ w / 12
    out[..., 6, 6] = 1
    return out
