# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Closed-form kernels of ``umeyama``: the best similarity, and why there is none.

They run batched in the widest float of the device and report failures as codes, so that a robust
fit can solve hundreds of small problems at once. Minimised, after Umeyama (1991):
sum_i w_i |y_i - (s R x_i + t)|^2.
"""

from dataclasses import dataclass
from enum import IntEnum

import torch
from jaxtyping import Float, Int
from torch import Tensor

from anyview.geometry.consensus import mark_failure, nonzero
from anyview.geometry.rotations import rotation_of_largest_trace
from anyview.geometry.sim3 import Sim3

LINE_RATIO = 1e-4
"""Points whose second extent is below this part of the first lie on a line for us."""

ORIENTATION_WEIGHT = 0.5
"""Weight of the mean orientation against the correlation of the centres in ``solve_cameras``.

At one half, centre errors of 1 % of the spread of the centres and orientation errors of 0.01 rad
count alike: the log-likelihood of R is tr(R^T C) / rho^2 + tr(R^T mean R_i) / (2 sigma^2).
"""

MAX_TURN_RAD = 0.5
"""Largest standard deviation of the rotation of ``solve_points``, estimated from the residuals."""

FIRM_VOTE = 1.0
"""Margin (at most 2) from which the mean orientation of cameras counts as one opinion."""

MIN_AGREEMENT = 0.5
"""Smallest correlation of aligned camera centres from which a scale is read."""


class Failure(IntEnum):
    """Why a fit, or its scale, is not determined; ``explain`` gives the sentence."""

    NONE = 0
    NOT_FINITE = 1
    NEGATIVE_WEIGHT = 2
    TOO_FEW_POINTS = 3
    SOURCE_COINCIDES = 4
    TARGET_COINCIDES = 5
    SOURCE_ON_LINE = 6
    TARGET_ON_LINE = 7
    AMBIGUOUS = 8
    WITHIN_NOISE = 9
    NO_CAMERA = 10
    ORIENTATIONS_DISAGREE = 11
    SINGLE_CAMERA = 12
    CENTRES_COINCIDE = 13
    CENTRES_DISAGREE = 14
    NO_CONSENSUS = 15

    def explain(self) -> str:
        """One clause for a person, empty for ``NONE``."""
        return _EXPLANATIONS[self]


_EXPLANATIONS = {
    Failure.NONE: "",
    Failure.NOT_FINITE: "a point, camera or weight is NaN or infinite",
    Failure.NEGATIVE_WEIGHT: "a weight is negative",
    Failure.TOO_FEW_POINTS: "fewer than 3 points have positive weight",
    Failure.SOURCE_COINCIDES: "the source points coincide",
    Failure.TARGET_COINCIDES: "the target points coincide",
    Failure.SOURCE_ON_LINE: "the source points are collinear: the turn about their line is free",
    Failure.TARGET_ON_LINE: "the target points are collinear: the turn about their line is free",
    Failure.AMBIGUOUS: "several rotations fit alike: the sets are unrelated or mirror images",
    Failure.WITHIN_NOISE: "the points are so close to a line that noise decides the turn about it",
    Failure.NO_CAMERA: "no camera has positive weight",
    Failure.ORIENTATIONS_DISAGREE: "the orientations of the cameras contradict one another",
    Failure.SINGLE_CAMERA: "one camera has no baseline: scale 1 is assumed",
    Failure.CENTRES_COINCIDE: "the camera centres coincide (no baseline): scale 1 is assumed",
    Failure.CENTRES_DISAGREE: "the camera centres of the sets are unrelated: scale 1 is assumed",
    Failure.NO_CONSENSUS: "too few items agree on one transform",
}


@dataclass(frozen=True)
class Fit:
    """Solutions of a batch of problems; numbers of failed ones mean nothing.

    Attributes:
        sim3: Target from source.
        failure: ``Failure`` code; not NONE where rotation or translation is undetermined.
        scale_failure: ``Failure`` code; not NONE where the scale was asked for and set to 1.
    """

    sim3: Sim3
    failure: Int[Tensor, "*batch"]
    scale_failure: Int[Tensor, "*batch"]


@dataclass(frozen=True)
class _Moments:
    """Weighted first and second moments of two point sets (spread = root mean square distance)."""

    source_mean: Float[Tensor, "*batch 3"]
    target_mean: Float[Tensor, "*batch 3"]
    source_spread: Float[Tensor, "*batch"]
    target_spread: Float[Tensor, "*batch"]
    correlation: Float[Tensor, "*batch 3 3"]
    source_line: Float[Tensor, "*batch"]
    target_line: Float[Tensor, "*batch"]
    source_roundoff: Float[Tensor, "*batch"]
    target_roundoff: Float[Tensor, "*batch"]


def solve_points(
    source: Float[Tensor, "*batch N 3"],
    target: Float[Tensor, "*batch N 3"],
    weights: Float[Tensor, "*batch N"],
    *,
    with_scale: bool,
    eps: float,
) -> Fit:
    """Weighted similarity (or rigid motion) of target on source points.

    Args:
        source: In the widest float; entries of weight 0 may be NaN.
        target: Likewise.
        weights: Relative; zero leaves a point out.
        with_scale: Whether the scale is free or 1.
        eps: Relative rounding of the numbers as they were given.
    """
    failure = _check(weights, source.isfinite().all(-1) & target.isfinite().all(-1))
    weights = _normalise(weights, failure)
    failure = mark_failure(failure, (weights > 0).sum(-1) < 3, Failure.TOO_FEW_POINTS)
    m = _moments(source, target, weights, eps)
    floor = max(LINE_RATIO, 4 * torch.finfo(source.dtype).eps ** 0.5)
    for bad, code in (
        (m.source_spread <= m.source_roundoff, Failure.SOURCE_COINCIDES),
        (m.target_spread <= m.target_roundoff, Failure.TARGET_COINCIDES),
        (
            m.source_line <= (floor * m.source_spread).maximum(m.source_roundoff),
            Failure.SOURCE_ON_LINE,
        ),
        (
            m.target_line <= (floor * m.target_spread).maximum(m.target_roundoff),
            Failure.TARGET_ON_LINE,
        ),
    ):
        failure = mark_failure(failure, bad, code)
    rotation, margin = rotation_of_largest_trace(m.correlation)
    failure = mark_failure(failure, margin <= 0.1 * LINE_RATIO**2, Failure.AMBIGUOUS)
    agreement = (rotation * m.correlation).sum((-2, -1))
    scale = torch.ones_like(margin)
    if with_scale:
        scale = agreement * m.target_spread / nonzero(m.source_spread)
    failure = mark_failure(
        failure, _turn_rad(m, weights, agreement) > MAX_TURN_RAD, Failure.WITHIN_NOISE
    )
    return Fit(_similarity(scale, rotation, m), failure, torch.zeros_like(failure))


def solve_cameras(
    source: Float[Tensor, "*batch V 4 4"],
    target: Float[Tensor, "*batch V 4 4"],
    weights: Float[Tensor, "*batch V"],
    *,
    with_scale: bool,
    eps: float,
) -> Fit:
    """Weighted similarity between two sets of cameras given as ``world_from_cam``.

    The rotation maximises the trace of R^T (C + a M), with C the normalised correlation of the
    centres, M the mean of the rotations that each single camera votes for, and a
    ``ORIENTATION_WEIGHT``: centres rule where they are spread out, orientations fill the rest.
    The scale is the least-squares one given that rotation.
    """
    finite = source.isfinite().all(dim=(-2, -1)) & target.isfinite().all(dim=(-2, -1))
    failure = _check(weights, finite)
    weights = _normalise(weights, failure)
    used = weights > 0
    failure = mark_failure(failure, ~used.any(-1), Failure.NO_CAMERA)
    m = _moments(source[..., :3, 3], target[..., :3, 3], weights, eps)
    votes = target[..., :3, :3] @ source[..., :3, :3].mT
    votes = torch.where(used[..., None, None], votes, 0.0)
    vote = (weights[..., None, None] * votes).sum(-3)
    still = (m.source_spread <= m.source_roundoff) | (m.target_spread <= m.target_roundoff)
    # Orientations that agree among themselves overrule centres that contradict them.
    turned, firmness = rotation_of_largest_trace(vote)
    contradicted = (turned * m.correlation).sum((-2, -1)) < MIN_AGREEMENT
    silent = still | (contradicted & (firmness > FIRM_VOTE))
    correlation = torch.where(silent[..., None, None], 0.0, m.correlation)
    rotation, margin = rotation_of_largest_trace(correlation + ORIENTATION_WEIGHT * vote)
    failure = mark_failure(failure, margin <= 1e-3, Failure.ORIENTATIONS_DISAGREE)

    agreement = (rotation * correlation).sum((-2, -1))
    scale = torch.ones_like(margin)
    scale_failure = torch.zeros_like(failure)
    if with_scale:
        scale_failure = mark_failure(scale_failure, used.sum(-1) < 2, Failure.SINGLE_CAMERA)
        scale_failure = mark_failure(scale_failure, still, Failure.CENTRES_COINCIDE)
        scale_failure = mark_failure(
            scale_failure, agreement < MIN_AGREEMENT, Failure.CENTRES_DISAGREE
        )
        fitted = agreement * m.target_spread / nonzero(m.source_spread)
        scale = torch.where(scale_failure == Failure.NONE, fitted, scale)
    return Fit(_similarity(scale, rotation, m), failure, scale_failure)


@torch.no_grad()
def _turn_rad(m: _Moments, weights: Tensor, agreement: Tensor) -> Tensor:
    """Standard deviation of the turn about the first principal axis, from the residuals.

    Residuals are those of the fit with free scale, so that a scale that is fixed to 1 does not
    pass for noise.
    """
    residual = m.target_spread.square() * (1 - agreement.square()).clamp(min=0)
    count = 1 / nonzero(weights.square().sum(-1))  # effective number of points
    freedom = (3 * count - 7).clamp(min=1)
    moved_line = agreement * m.target_spread / nonzero(m.source_spread) * m.source_line
    return (residual / freedom).sqrt() / nonzero(torch.minimum(moved_line, m.target_line))


def _check(weights: Tensor, finite: Tensor) -> Tensor:
    """Failure codes of unusable numbers; entries of weight 0 may be anything."""
    failure = torch.zeros(weights.shape[:-1], dtype=torch.long, device=weights.device)
    broken = ((weights != 0) & ~finite) | ~weights.isfinite()
    failure = mark_failure(failure, broken.any(-1), Failure.NOT_FINITE)
    return mark_failure(failure, (weights < 0).any(-1), Failure.NEGATIVE_WEIGHT)


def _normalise(weights: Tensor, failure: Tensor) -> Tensor:
    """Weights of sum 1, or all 0 where the numbers cannot be used (SVD refuses NaN)."""
    usable = torch.where((failure == Failure.NONE)[..., None], weights, 0.0)
    return usable / nonzero(usable.sum(-1, keepdim=True))


def _moments(source: Tensor, target: Tensor, weights: Tensor, eps: float) -> _Moments:
    """Moments over the points of positive weight."""
    weight = weights[..., None]

    def centre(points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        clean = torch.where(weight > 0, points, 0.0)
        mean = (weight * clean).sum(-2)
        # The added empty row lets the maximum of no points be 0.
        largest = torch.nn.functional.pad(clean.detach().abs(), (0, 0, 0, 1)).amax((-2, -1))
        return mean, torch.where(weight > 0, clean - mean[..., None, :], 0.0), 16 * eps * largest

    source_mean, source_centred, source_roundoff = centre(source)
    target_mean, target_centred, target_roundoff = centre(target)
    source_spread = (weight * source_centred.square()).sum((-2, -1)).sqrt()
    target_spread = (weight * target_centred.square()).sum((-2, -1)).sqrt()
    cross = (weight * target_centred).mT @ source_centred
    product = nonzero(source_spread * target_spread)
    return _Moments(
        source_mean,
        target_mean,
        source_spread,
        target_spread,
        cross / product[..., None, None],
        _second_extent(source_centred, weight),
        _second_extent(target_centred, weight),
        source_roundoff,
        target_roundoff,
    )


@torch.no_grad()
def _second_extent(centred: Tensor, weight: Tensor) -> Tensor:
    """Standard deviation along the second principal axis."""
    covariance = (weight * centred).mT @ centred
    return torch.linalg.eigvalsh(covariance)[..., 1].clamp(min=0).sqrt()


def _similarity(scale: Tensor, rotation: Tensor, m: _Moments) -> Sim3:
    """The transform that takes one mean to the other."""
    turned = (rotation @ m.source_mean[..., None])[..., 0]
    return Sim3(scale, rotation, m.target_mean - scale[..., None] * turned)
