# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Pose encodings against those of known cameras (DA3, section 3.3: L_C), and what helps beside.

An encoding holds camera centre (3), quaternion world-from-camera x y z w (4), vertical and
horizontal field of view in radians (2). Raw L1 of it is what the paper uses. The angle of the
rotation and the direction of the translation are our own additions: they do not depend on the
scale of the scene, which a small network guesses late.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.geometry.rotations import conjugate_quaternion_wxyz, multiply_quaternions_wxyz
from anyview.training.losses.reduction import Norm, masked_mean, vector_length

MIN_BASELINE = 1e-3
"""Pairs of true centres nearer than this, in units of the mean distance, have no direction."""

_SHORTEST_STEP = 1e-2  # predicted steps below this count as this long: bounds the gradient by 100


@dataclass(frozen=True)
class PoseErrors:
    """Means over views, each to be weighed as the trainer likes.

    Attributes:
        translation: Of camera centres, units of the mean distance.
        rotation: Of quaternions.
        fov: Of fields of view, radians.
    """

    translation: Float[Tensor, ""]
    rotation: Float[Tensor, ""]
    fov: Float[Tensor, ""]

    def total(
        self, translation: int | float = 1.0, rotation: int | float = 1.0, fov: int | float = 1.0
    ) -> Float[Tensor, ""]:
        """Sum with these weights; the paper's are all 1."""
        return translation * self.translation + rotation * self.rotation + fov * self.fov


def pose_encoding_loss(
    encoding: Float[Tensor, "B V 9"],
    truth: Float[Tensor, "B V 9"],
    views: Bool[Tensor, "B V"] | None = None,
    *,
    fov_views: Bool[Tensor, "B V"] | None = None,
    norm: Norm = "l1",
    either_sign: bool = True,
) -> PoseErrors:
    """L_C in its three parts.

    The predicted quaternion is compared as it comes, so that it learns unit length too.

    Args:
        encoding: Predicted.
        truth: ``NormalizedTruth.pose_encoding``.
        views: Views whose pose is known; None takes all.
        fov_views: Views whose intrinsics are known, if others.
        norm: Length of a difference.
        either_sign: q and -q are the same rotation: take the nearer. False insists on w >= 0,
            which tears the target apart at half turns.
    """
    encoding = encoding.to(truth.dtype)
    difference = encoding - truth
    rotation = vector_length(difference[..., 3:7], norm)
    if either_sign:
        mirrored = vector_length(encoding[..., 3:7] + truth[..., 3:7], norm)
        rotation = torch.minimum(rotation, mirrored)
    return PoseErrors(
        translation=masked_mean(vector_length(difference[..., :3], norm), views),
        rotation=masked_mean(rotation, views),
        fov=masked_mean(
            vector_length(difference[..., 7:], norm), views if fov_views is None else fov_views
        ),
    )


def relative_rotation_loss(
    encoding: Float[Tensor, "B V 9"],
    truth: Float[Tensor, "B V 9"],
    views: Bool[Tensor, "B V"] | None = None,
) -> Float[Tensor, ""]:
    """Mean angle in radians between predicted and true relative rotations of all pairs of views.

    The length of predicted quaternions does not matter. 0 with a single view.

    Args:
        encoding: Predicted.
        truth: ``NormalizedTruth.pose_encoding``.
        views: Views whose pose is known; None takes all.
    """
    first, second = _pairs(encoding)

    def relative(values: Tensor) -> Tensor:
        wxyz = values[..., 3:7].roll(1, dims=-1)
        return multiply_quaternions_wxyz(conjugate_quaternion_wxyz(wxyz[:, first]), wxyz[:, second])

    predicted, true = relative(encoding.to(truth.dtype)), relative(truth)
    error = multiply_quaternions_wxyz(conjugate_quaternion_wxyz(true), predicted)
    sine, cosine = vector_length(error[..., 1:], "l2"), error[..., 0].abs()
    # A dead quaternion has no angle; a harmless one in its place keeps gradients free of NaN.
    dead = (sine == 0) & (cosine == 0)
    angle = 2 * torch.atan2(sine, torch.where(dead, 1, cosine))
    return masked_mean(angle, _pair_mask(views, first, second))


def translation_direction_loss(
    encoding: Float[Tensor, "B V 9"],
    truth: Float[Tensor, "B V 9"],
    views: Bool[Tensor, "B V"] | None = None,
) -> Float[Tensor, ""]:
    """Mean of 1 - cosine between predicted and true steps of all pairs of camera centres.

    The length of steps does not matter; pairs without a true baseline are left out. 0 with a
    single view.

    Args:
        encoding: Predicted.
        truth: ``NormalizedTruth.pose_encoding``.
        views: Views whose pose is known; None takes all.
    """
    first, second = _pairs(encoding)
    predicted, true = (
        values[:, second, :3] - values[:, first, :3] for values in (encoding.to(truth.dtype), truth)
    )
    length, baseline = vector_length(predicted, "l2"), vector_length(true, "l2")
    mask = baseline > MIN_BASELINE
    product = length.clamp_min(_SHORTEST_STEP) * baseline.clamp_min(MIN_BASELINE)
    pairs = _pair_mask(views, first, second)
    return masked_mean(
        1 - (predicted * true).sum(dim=-1) / product, mask if pairs is None else mask & pairs
    )


def _pairs(encoding: Tensor) -> tuple[Tensor, Tensor]:
    """Indices of the two views of every pair."""
    views = encoding.shape[1]
    first, second = torch.triu_indices(views, views, offset=1, device=encoding.device)
    return first, second


def _pair_mask(views: Tensor | None, first: Tensor, second: Tensor) -> Tensor | None:
    return None if views is None else views[:, first] & views[:, second]
