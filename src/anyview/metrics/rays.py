# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Errors of what a lens and its direction say: ray directions, fields of view, focal lengths."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.cameras import fov_from_intrinsics
from anyview.geometry.precision import widen


@dataclass(frozen=True)
class LensErrors:
    """Errors of each view's lens.

    Attributes:
        vertical_deg: Predicted minus true vertical field of view, degrees.
        horizontal_deg: The same, horizontal.
        focal_relative: Predicted / true focal length - 1, mean of both axes.
    """

    vertical_deg: Float[Tensor, "*batch"]
    horizontal_deg: Float[Tensor, "*batch"]
    focal_relative: Float[Tensor, "*batch"]

    @property
    def mean_abs_deg(self) -> Float[Tensor, "*batch"]:
        """Mean of the absolute errors of the two fields of view, degrees."""
        return (self.vertical_deg.abs() + self.horizontal_deg.abs()) / 2


def angle_between_deg(
    first: Float[Tensor, "*batch 3"], second: Float[Tensor, "*batch 3"]
) -> Float[Tensor, "*batch"]:
    """Angle between vectors of any length, degrees in [0, 180]; NaN for a vector of length zero.

    From sine and cosine together: the arc cosine alone loses half of the digits near 0 and 180.
    """
    first, second = widen(first), widen(second)
    cross = torch.linalg.vector_norm(torch.linalg.cross(first, second), dim=-1)
    angle = torch.atan2(cross, (first * second).sum(-1)).rad2deg()
    lengths = torch.linalg.vector_norm(first, dim=-1) * torch.linalg.vector_norm(second, dim=-1)
    return torch.where(lengths > 0, angle, torch.nan)


def ray_direction_errors_deg(
    predicted: Float[Tensor, "*batch Hr Wr 6"], truth: Float[Tensor, "*batch Hr Wr 6"]
) -> Float[Tensor, "*batch Hr Wr"]:
    """Angle between predicted and true ray directions, degrees.

    Args:
        predicted: Ray map, origin first, direction (of any length) second.
        truth: Ray map in the same world frame on the same grid.
    """
    return angle_between_deg(predicted[..., 3:], truth[..., 3:])


def ray_origin_errors(
    predicted: Float[Tensor, "*batch Hr Wr 6"], truth: Float[Tensor, "*batch Hr Wr 6"]
) -> Float[Tensor, "*batch Hr Wr"]:
    """Distance between predicted and true ray origins, in the unit of both."""
    return torch.linalg.vector_norm(widen(predicted[..., :3]) - widen(truth[..., :3]), dim=-1)


def lens_errors(
    predicted: Float[Tensor, "*batch 3 3"],
    truth: Float[Tensor, "*batch 3 3"],
    predicted_size: tuple[int, int],
    truth_size: tuple[int, int],
) -> LensErrors:
    """Errors of the field of view and of the focal length.

    Args:
        predicted: K in pixels of a grid of ``predicted_size``.
        truth: K in pixels of a grid of ``truth_size``; both grids cover the same image.
        predicted_size: Height and width.
        truth_size: Height and width.

    Raises:
        InputError: If a size is not positive.
    """
    if min(*predicted_size, *truth_size) <= 0:
        raise InputError(f"sizes must be positive, got {predicted_size} and {truth_size}.")
    p, t = widen(predicted), widen(truth)
    p_vertical, p_horizontal = fov_from_intrinsics(p, *predicted_size)
    t_vertical, t_horizontal = fov_from_intrinsics(t, *truth_size)
    ratio_y = p[..., 1, 1] / predicted_size[0] / (t[..., 1, 1] / truth_size[0])
    ratio_x = p[..., 0, 0] / predicted_size[1] / (t[..., 0, 0] / truth_size[1])
    return LensErrors(
        vertical_deg=(p_vertical - t_vertical).rad2deg(),
        horizontal_deg=(p_horizontal - t_horizontal).rad2deg(),
        focal_relative=(ratio_x + ratio_y) / 2 - 1,
    )
