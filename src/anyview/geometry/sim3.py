# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Similarity transforms: ``apply(x) = scale * R x + t``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.rotations import (
    axis_angle_from_rotation,
    rotation_from_axis_angle,
    skew_matrix,
)
from anyview.geometry.se3 import rigid_transform


@dataclass(frozen=True, eq=False)
class Sim3:
    """One similarity transform, or a batch of them, between two world frames.

    Attributes:
        scale: Positive; multiplies lengths and therefore depth.
        rotation: Determinant +1.
        translation: In units of the target frame.
    """

    scale: Float[Tensor, "*batch"]
    rotation: Float[Tensor, "*batch 3 3"]
    translation: Float[Tensor, "*batch 3"]

    def __post_init__(self) -> None:
        """Check that the three parts have one batch shape."""
        batch = self.scale.shape
        if self.rotation.shape != (*batch, 3, 3) or self.translation.shape != (*batch, 3):
            raise InputError(
                f"The parts of a Sim3 do not agree: scale {tuple(batch)}, rotation "
                f"{tuple(self.rotation.shape)}, translation {tuple(self.translation.shape)}; "
                "expected [...], [..., 3, 3] and [..., 3] with the same leading axes."
            )

    @classmethod
    def identity(
        cls,
        shape: Sequence[int] = (),
        *,
        dtype: torch.dtype = torch.float32,
        device: torch.device | str | None = None,
    ) -> "Sim3":
        """Transforms of the given batch shape that change nothing."""
        ones = torch.ones(tuple(shape), dtype=dtype, device=device)
        eye = torch.eye(3, dtype=dtype, device=device).expand(*shape, 3, 3).clone()
        return cls(ones, eye, torch.zeros(*shape, 3, dtype=dtype, device=device))

    @classmethod
    def exp(cls, vector: Float[Tensor, "*batch 7"]) -> "Sim3":
        """Exponential map of (velocity 3, axis-angle 3 in rad, log scale 1).

        ``exp(0)`` is the identity and ``exp(a v) @ exp(b v) = exp((a + b) v)``.
        """
        velocity, axis_angle, log_scale = vector.split([3, 3, 1], dim=-1)
        mean = _mean_motion(axis_angle, log_scale[..., 0])
        return cls(
            log_scale[..., 0].exp(),
            rotation_from_axis_angle(axis_angle),
            (mean @ velocity[..., None])[..., 0],
        )

    def log(self) -> Float[Tensor, "*batch 7"]:
        """Inverse of ``exp``, with a rotation angle in [0, pi]."""
        axis_angle = axis_angle_from_rotation(self.rotation)
        log_scale = self.scale.log()
        mean = _mean_motion(axis_angle, log_scale)
        velocity = torch.linalg.solve(mean, self.translation[..., None])[..., 0]
        return torch.cat([velocity, axis_angle, log_scale[..., None]], dim=-1)

    def apply(self, points: Float[Tensor, "*points 3"]) -> Float[Tensor, "*points 3"]:
        """Move points of the source frame into the target frame.

        Args:
            points: The leading axes are the batch axes of this transform; any number of axes
                may follow, so ``[V, H, W, 3]`` suits a transform of batch shape ``()`` or ``(V,)``.

        Raises:
            InputError: If the leading axes of ``points`` are not those of this transform.
        """
        batch = self._leading(points.shape[:-1], "points")
        flat = points.reshape(*batch, -1, 3) if points.numel() else points.new_zeros(*batch, 0, 3)
        moved = flat @ (self.scale[..., None, None] * self.rotation).mT
        return (moved + self.translation[..., None, :]).reshape(points.shape)

    def apply_to_cameras(
        self, cam_from_world: Float[Tensor, "*cameras 4 4"]
    ) -> Float[Tensor, "*cameras 4 4"]:
        """Move cameras from the source world frame into the target world frame.

        Centres move as points do, orientations turn along, and the result is rigid again. A point
        seen at depth d by the old camera is seen at depth ``scale * d`` by the new one.

        Args:
            cam_from_world: Rigid; the leading axes are the batch axes of this transform.

        Raises:
            InputError: If the leading axes of ``cam_from_world`` are not those of this transform.
        """
        batch = self._leading(cam_from_world.shape[:-2], "cam_from_world")
        extra = (1,) * (cam_from_world.dim() - 2 - len(batch))
        scale = self.scale.reshape(*batch, *extra, 1)
        shift = self.translation.reshape(*batch, *extra, 3, 1)
        rotation = cam_from_world[..., :3, :3] @ self.rotation.reshape(*batch, *extra, 3, 3).mT
        return rigid_transform(
            rotation, scale * cam_from_world[..., :3, 3] - (rotation @ shift)[..., 0]
        )

    def __matmul__(self, other: "Sim3") -> "Sim3":
        """``(a @ b).apply(x) = a.apply(b.apply(x))``; batch shapes broadcast."""
        turned = (self.rotation @ other.translation[..., None])[..., 0]
        return Sim3(
            self.scale * other.scale,
            self.rotation @ other.rotation,
            self.scale[..., None] * turned + self.translation,
        )

    def __getitem__(self, index: Any) -> "Sim3":
        """Transforms of the batch under an index, slice or mask of its axes (no ellipsis)."""
        return Sim3(self.scale[index], self.rotation[index], self.translation[index])

    def inverse(self) -> "Sim3":
        """The transform back, from the target to the source frame."""
        scale, rotation = self.scale.reciprocal(), self.rotation.mT
        turned = (rotation @ self.translation[..., None])[..., 0]
        return Sim3(scale, rotation, -scale[..., None] * turned)

    def matrix(self) -> Float[Tensor, "*batch 4 4"]:
        """The 4 x 4 matrix [scale * R | t; 0 0 0 1] for homogeneous points."""
        return rigid_transform(self.scale[..., None, None] * self.rotation, self.translation)

    def to(
        self, device: torch.device | str | None = None, dtype: torch.dtype | None = None
    ) -> "Sim3":
        """The same transform on another device or in another float type."""
        parts = (self.scale, self.rotation, self.translation)
        scale, rotation, translation = (
            part.to(device=device or part.device, dtype=dtype or part.dtype) for part in parts
        )
        return Sim3(scale, rotation, translation)

    def _leading(self, shape: torch.Size, what: str) -> torch.Size:
        """The batch shape, after checking that ``shape`` starts with it."""
        batch = self.scale.shape
        if shape[: len(batch)] != batch:
            raise InputError(
                f"{what} has leading axes {tuple(shape)}, which do not start with the batch axes "
                f"{tuple(batch)} of the Sim3."
            )
        return batch


def _mean_motion(
    axis_angle: Float[Tensor, "*batch 3"], log_scale: Float[Tensor, "*batch"]
) -> Float[Tensor, "*batch 3 3"]:
    """Integral of e^(u sigma) exp(u [w]) over u from 0 to 1, which maps velocity to translation.

    Read off the exponential of the block matrix [[A, I], [0, 0]] with A = [w] + sigma I (Van Loan
    1978). The closed form divides by sigma and by the angle and needs four cases.
    """
    identity = torch.eye(3, dtype=axis_angle.dtype, device=axis_angle.device)
    generator = skew_matrix(axis_angle) + log_scale[..., None, None] * identity
    top = torch.cat([generator, identity.expand_as(generator)], dim=-1)
    return torch.linalg.matrix_exp(torch.cat([top, torch.zeros_like(top)], dim=-2))[..., :3, 3:]
