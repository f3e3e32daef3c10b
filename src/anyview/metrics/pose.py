# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How far camera poses are from the truth: relative poses of pairs, and whole paths.

Errors of pairs do not depend on the world frame, the global scale or which view comes first in
the frame. The translation of a pair has no scale, so only its direction is compared. What the
published tables do differently is given beside: they take the direction without its sign and
average a histogram of 1-degree bins.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from anyview.geometry import se3
from anyview.geometry.precision import widen
from anyview.geometry.rotations import rotation_angle
from anyview.geometry.umeyama import align_points
from anyview.metrics.rays import angle_between_deg

NO_DIRECTION_DEG = 90.0
"""Error of a pair that is predicted to stand in one place: that of a random direction on average
(and the worst there is where the sign does not count)."""


@dataclass(frozen=True)
class PairErrors:
    """Errors of the relative poses of pairs of views.

    Attributes:
        rotation_deg: Angle between predicted and true relative rotation, [0, 180].
        direction_deg: Angle between the translation directions, [0, 180]; NaN without a direction.
        has_direction: Whether the two true cameras stand far enough apart to speak of one.
    """

    rotation_deg: Float[Tensor, "*batch P"]
    direction_deg: Float[Tensor, "*batch P"]
    has_direction: Bool[Tensor, "*batch P"]

    @property
    def worst_deg(self) -> Float[Tensor, " N"]:
        """The larger of both angles, of the pairs that have a direction."""
        return torch.maximum(self.rotation_deg, self.direction_deg)[self.has_direction]

    @property
    def worst_unsigned_deg(self) -> Float[Tensor, " N"]:
        """The same with directions that are equal up to sign taken for equal (published)."""
        unsigned = torch.minimum(self.direction_deg, 180 - self.direction_deg)
        return torch.maximum(self.rotation_deg, unsigned)[self.has_direction]


@dataclass(frozen=True)
class PoseScores:
    """What many pairs come to. Areas and recalls are in [0, 1]; NaN without pairs.

    Attributes:
        auc3: Exact area under the recall curve of the larger error up to 3 degrees, over 3.
        auc5: Up to 5 degrees.
        auc15: Up to 15 degrees.
        auc30: Up to 30 degrees.
        auc3_published: From 1-degree bins and without the sign of the direction, up to 3 degrees.
        auc30_published: The same up to 30 degrees.
        rra15: Share of pairs whose rotation is off by less than 15 degrees.
        rta15: Share of pairs with a direction whose direction is off by less than 15 degrees.
        median_rotation_deg: Median rotation error.
        median_direction_deg: Median direction error.
        pairs: Number of pairs.
        pairs_with_direction: Those that the areas and the directions are taken over.
    """

    auc3: float
    auc5: float
    auc15: float
    auc30: float
    auc3_published: float
    auc30_published: float
    rra15: float
    rta15: float
    median_rotation_deg: float
    median_direction_deg: float
    pairs: int
    pairs_with_direction: int


@dataclass(frozen=True)
class TrajectoryErrors:
    """Distances between camera centres after the best similarity.

    Attributes:
        rmse: Root mean square distance (ATE), in the unit of the truth; NaN where not ``ok``.
        distances: Of every camera; NaN where not ``ok``.
        ok: Whether the similarity is determined: not for fewer than three cameras, nor for
            cameras on a line, which leave it free to roll.
    """

    rmse: Float[Tensor, "*batch"]
    distances: Float[Tensor, "*batch V"]
    ok: Bool[Tensor, "*batch"]


def all_pairs(views: int, device: torch.device | None = None) -> Int[Tensor, "P 2"]:
    """Every pair (i, j) with i < j."""
    return torch.combinations(torch.arange(views, device=device), 2)


def relative_poses(
    cam_from_world: Float[Tensor, "*batch V 4 4"], pairs: Int[Tensor, "P 2"]
) -> Float[Tensor, "*batch P 4 4"]:
    """``cam_j_from_cam_i`` of every pair (i, j)."""
    first, second = (cam_from_world[..., pairs[:, side], :, :] for side in (0, 1))
    return second @ se3.invert(first)


def pair_errors(
    predicted: Float[Tensor, "*batch V 4 4"],
    truth: Float[Tensor, "*batch V 4 4"],
    pairs: Int[Tensor, "P 2"] | None = None,
    *,
    min_baseline: int | float | Float[Tensor, "*#batch"] = 0.0,
) -> PairErrors:
    """Errors of the relative poses of pairs of views.

    Args:
        predicted: World-to-camera in any frame at any scale.
        truth: World-to-camera.
        pairs: Which views; all pairs if None.
        min_baseline: True camera centres that are not farther apart than this (unit of the truth)
            have no direction worth scoring.
    """
    if pairs is None:
        pairs = all_pairs(truth.shape[-3], truth.device)
    found = relative_poses(widen(predicted), pairs)
    real = relative_poses(widen(truth), pairs)
    baseline = torch.linalg.vector_norm(real[..., :3, 3], dim=-1)
    limit = torch.as_tensor(min_baseline, dtype=baseline.dtype, device=baseline.device)
    has_direction = baseline > limit.clamp_min(0)[..., None]
    direction = angle_between_deg(found[..., :3, 3], real[..., :3, 3])
    stands_still = (found[..., :3, 3] == 0).all(-1)
    direction = torch.where(stands_still, NO_DIRECTION_DEG, direction)
    return PairErrors(
        rotation_deg=rotation_angle(found[..., :3, :3].mT @ real[..., :3, :3]).rad2deg(),
        direction_deg=torch.where(has_direction, direction, torch.nan),
        has_direction=has_direction,
    )


def recall_at(errors: Float[Tensor, " N"], threshold: int | float) -> float:
    """Share of errors below the threshold; NaN counts as missed. Of rotations RRA, else RTA.

    Args:
        errors: Not negative; NaN for an answer that is no pose.
        threshold: In the unit of the errors.
    """
    return float((errors < threshold).double().mean())


def area_under_recall(errors: Float[Tensor, " N"], threshold: int | float) -> float:
    """Exact area under the recall curve from 0 to the threshold, divided by the threshold.

    The recall curve steps up at every error, so the area is mean(max(0, 1 - error / threshold)).

    Args:
        errors: Not negative; NaN counts as never reached.
        threshold: In the unit of the errors, positive.
    """
    reached = errors.double().nan_to_num(nan=torch.inf)
    return float((1 - reached / threshold).clamp_min(0).mean())


def area_under_recall_binned(errors_deg: Float[Tensor, " N"], threshold_deg: int) -> float:
    """The published variant: the mean of the recalls at 1, 2, ... degrees.

    It is larger than the exact area, by half a bin on average. The last bin includes its end.
    """
    whole = torch.arange(1, threshold_deg + 1, dtype=torch.float64, device=errors_deg.device)
    below = errors_deg.double()[:, None] < whole
    below[:, -1] = errors_deg <= threshold_deg
    return float(below.double().mean(0).mean())


def pose_scores(errors: PairErrors) -> PoseScores:
    """Scores of many pairs, each counting alike."""
    rotation = errors.rotation_deg.flatten()
    direction = errors.direction_deg[errors.has_direction]
    worst, unsigned = errors.worst_deg, errors.worst_unsigned_deg
    return PoseScores(
        auc3=area_under_recall(worst, 3),
        auc5=area_under_recall(worst, 5),
        auc15=area_under_recall(worst, 15),
        auc30=area_under_recall(worst, 30),
        auc3_published=area_under_recall_binned(unsigned, 3),
        auc30_published=area_under_recall_binned(unsigned, 30),
        rra15=recall_at(rotation, 15),
        rta15=recall_at(direction, 15),
        median_rotation_deg=_median(rotation),
        median_direction_deg=_median(direction),
        pairs=len(rotation),
        pairs_with_direction=len(direction),
    )


def trajectory_errors(
    predicted: Float[Tensor, "*batch V 4 4"], truth: Float[Tensor, "*batch V 4 4"]
) -> TrajectoryErrors:
    """Absolute trajectory error after the least-squares similarity of the centres (Umeyama).

    Args:
        predicted: World-to-camera in any frame at any scale.
        truth: World-to-camera.
    """
    source = se3.camera_centres(widen(predicted))
    target = se3.camera_centres(widen(truth))
    fit = align_points(source, target)
    distances = torch.linalg.vector_norm(fit.sim3.apply(source) - target, dim=-1)
    return TrajectoryErrors(distances.square().mean(-1).sqrt(), distances, fit.ok)


def _median(values: Tensor) -> float:
    """The median, NaN taken for the largest; of an even number the mean of the middle two."""
    if not len(values):
        return float("nan")
    ordered = values.nan_to_num(nan=torch.inf).sort().values
    return float(ordered[(len(values) - 1) // 2] + ordered[len(values) // 2]) / 2
