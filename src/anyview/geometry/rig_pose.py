# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras that are fixed to each other, made so: one pose a frame, and one scale for all.

Predicted cameras of a rig are near the truth, each with an error of its own. With c the centre of a
view's camera, Q its orientation (world from camera), o and P the same in the rig, and R, p the
rig's pose in the world at the view's frame, the parts are found one after the other:

- R is the chordal mean of Q P^T over the views of the frame;
- the scale s makes predicted baselines fit the rig's, ``s (c_i - c_j) = R (o_i - o_j)``, by the
  weighted median of their ratios along the rig's baselines, so that noise across them, and views
  that are quite wrong, have little say;
- p is the mean of s c - R o over the views of the frame, the least-squares answer.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64, Int
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.rotations import rotation_of_largest_trace
from anyview.geometry.se3 import invert, rigid_transform

MIN_BASELINE_AGREEMENT = 0.5
"""Smallest median cosine between predicted baselines and the rig's from which a scale is read."""

_MIN_BASELINE_SHARE = 1e-6


@dataclass(frozen=True, eq=False)
class RigFit:
    """Poses of a rig that fit predicted cameras best.

    Attributes:
        rig_from_world: At each frame, in the unit of the rig; NaN for frames without a view.
        scale: What predicted lengths are multiplied by to be in the unit of the rig.
        scale_ok: Whether predicted baselines determine it, or it was given.
        reason: Why they do not, or empty.
        rms: Root mean square distance between predicted centres, scaled, and those of the fit.
        angle_rms_rad: The same of the angles between orientations.
        baseline_spread: Median deviation of the baselines' ratios from their median, as a share of
            it; 0 where the scale was given.
    """

    rig_from_world: Float64[Tensor, "F 4 4"]
    scale: float
    scale_ok: bool
    reason: str
    rms: float
    angle_rms_rad: float
    baseline_spread: float = 0.0


def fit_rig(
    cam_from_world: Float[Tensor, "V 4 4"],
    cam_from_rig: Float[Tensor, "V 4 4"],
    frame_of_view: Int[Tensor, " V"],
    *,
    scale: float | None = None,
) -> RigFit:
    """Find the poses of a rig from cameras that were predicted one by one.

    The world frame stays that of the predicted cameras, its unit becomes the rig's.

    Args:
        cam_from_world: Predicted, in any unit; finite.
        cam_from_rig: Of the camera that took each view.
        frame_of_view: Views of one frame share the pose of the rig; numbers from 0.
        scale: The unit of the rig in predicted lengths, if it is known.

    Returns:
        The fit. Where no frame has two views apart the scale is 1 and not ok. Where predicted
        baselines point elsewhere than the rig's it is that of their lengths alone, and not ok.

    Raises:
        InputError: If there is no view.
    """
    if not len(cam_from_world):
        raise InputError("A rig cannot be fitted to no views: at least one is needed.")
    world_from_cam = invert(cam_from_world.detach().double().cpu())
    rig_from_cam = invert(cam_from_rig.detach().double().cpu())
    frame = frame_of_view.detach().long().cpu()
    turns = world_from_cam[:, :3, :3] @ rig_from_cam[:, :3, :3].mT
    rotation = _mean_rotations(turns, frame)
    arms = (rotation[frame] @ rig_from_cam[:, :3, 3:])[..., 0]
    centres = world_from_cam[:, :3, 3]
    if scale is None:
        factor, scale_ok, reason, spread = _scale_from_baselines(centres, arms, frame)
    else:
        factor, scale_ok, reason, spread = scale, True, "", 0.0
    position = _means(factor * centres - arms, frame)
    distance = (factor * centres - arms - position[frame]).norm(dim=-1)
    # |A - B| of two rotations is 2 sqrt(2) sin(angle / 2).
    chord = (turns - rotation[frame]).flatten(1).norm(dim=-1) / 8**0.5
    angle = 2 * torch.asin(chord.clamp_max(1.0))
    return RigFit(
        rig_from_world=invert(rigid_transform(rotation, position)),
        scale=factor,
        scale_ok=scale_ok,
        reason=reason,
        rms=float(distance.square().mean().sqrt()),
        angle_rms_rad=float(angle.square().mean().sqrt()),
        baseline_spread=spread,
    )


def _mean_rotations(turns: Tensor, frame: Tensor) -> Float64[Tensor, "F 3 3"]:
    """Chordal mean over the views of each frame; NaN for frames without one."""
    sums = _sums(turns.flatten(1), frame).unflatten(1, (3, 3))
    seen = torch.bincount(frame, minlength=len(sums)) > 0
    identity = torch.eye(3, dtype=turns.dtype).expand_as(sums)
    rotation, _ = rotation_of_largest_trace(torch.where(seen[:, None, None], sums, identity))
    return torch.where(seen[:, None, None], rotation, torch.nan)


def _scale_from_baselines(
    centres: Float64[Tensor, "V 3"], arms: Float64[Tensor, "V 3"], frame: Int[Tensor, " V"]
) -> tuple[float, bool, str, float]:
    """Scale, whether it is determined, why not, and the spread of the ratios."""
    first, second = _pairs(frame)
    predicted, rig = centres[first] - centres[second], arms[first] - arms[second]
    length = rig.norm(dim=-1)
    used = length > _MIN_BASELINE_SHARE * max(1e-12, float(arms.norm(dim=-1).max()))
    if not bool(used.any()):
        return 1.0, False, "no frame has views of two cameras that stand apart", 0.0
    predicted, rig, length = predicted[used], rig[used], length[used]
    along = (predicted * rig).sum(-1)
    cosine = along / (length * predicted.norm(dim=-1)).clamp_min(1e-300)
    # Predicted over the rig's and not the other way round: noise is in the predicted.
    ratio = along / length.square()
    middle = float(_weighted_median(ratio, length))
    agreement = float(_weighted_median(cosine, length))
    if middle <= 0 or agreement < MIN_BASELINE_AGREEMENT:
        reason = (
            "the predicted baselines contradict the rig's (median cosine between them "
            f"{agreement:.2f})"
        )
        lengths = float(_weighted_median(predicted.norm(dim=-1) / length, length))
        return (1 / lengths if lengths > 0 else 1.0), False, reason, 0.0
    spread = float(_weighted_median((ratio - middle).abs(), length)) / middle
    return 1 / middle, True, "", spread


def _pairs(frame: Int[Tensor, " V"]) -> tuple[Tensor, Tensor]:
    """All pairs of views of one frame, each once."""
    order = torch.argsort(frame, stable=True)
    groups = torch.split(order, torch.bincount(frame).tolist())
    pairs = [torch.combinations(group) for group in groups if len(group) > 1]
    if not pairs:
        nothing = torch.zeros(0, dtype=torch.int64)
        return nothing, nothing
    first, second = torch.cat(pairs).unbind(-1)
    return first, second


def _weighted_median(values: Float64[Tensor, " N"], weights: Float64[Tensor, " N"]) -> Tensor:
    """The value below which half of the weight lies; the mean of two that meet there."""
    order = values.argsort()
    share = weights[order].cumsum(0) / weights.sum()
    low = int(torch.searchsorted(share, torch.tensor(0.5 - 1e-12, dtype=share.dtype)))
    high = int(torch.searchsorted(share, torch.tensor(0.5 + 1e-12, dtype=share.dtype)))
    last = len(values) - 1
    return (values[order[min(low, last)]] + values[order[min(high, last)]]) / 2


def _sums(values: Float64[Tensor, "V K"], frame: Int[Tensor, " V"]) -> Float64[Tensor, "F K"]:
    total = torch.zeros(int(frame.max()) + 1, values.shape[1], dtype=values.dtype)
    return total.index_add(0, frame, values)


def _means(values: Float64[Tensor, "V 3"], frame: Int[Tensor, " V"]) -> Float64[Tensor, "F 3"]:
    """Mean over the views of each frame; NaN for frames without one."""
    sums = _sums(values, frame)
    return sums / torch.bincount(frame, minlength=len(sums))[:, None]
