# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The surface that an answer's depth and cameras make, against true points.

``accuracy``, ``completeness`` and ``chamfer`` are in the protocol's unit (that of the truth, or the
median true depth); ``precision``, ``recall`` and ``f1`` are at its threshold.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.evaluation.benchmark.nearest_points import distances_to_nearest
from anyview.evaluation.benchmark.posed_depth import PosedDepth, posed_depth
from anyview.evaluation.benchmark.protocols import Fusion, ReconstructionSpec
from anyview.evaluation.benchmark.surface_points import (
    all_points,
    consistent_points,
    fused_points,
    thinned,
)
from anyview.evaluation.benchmark.task import Answer, Truth
from anyview.evaluation.benchmark.task_scores import TaskScores
from anyview.metrics.points import errors_of_distances

CURVE_AT = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""F1 is shown at these multiples of the threshold."""

_SHARES = ("precision", "recall", "f1")
_PREFIX = "reconstruction"


def score_reconstruction(
    answer: Answer,
    truth: Truth,
    spec: ReconstructionSpec,
    sizes: Sequence[tuple[int, int]],
    *,
    given: bool = False,
) -> TaskScores:
    """Score the surface; empty if the truth has no points.

    Args:
        answer: With depth, and cameras unless they were given.
        truth: With points and cameras.
        spec: How.
        sizes: Height and width of the images.
        given: Whether the true cameras were given to the method.
    """
    unit = _unit(truth, spec)
    if truth.points is None or not len(truth.points) or unit is None:
        return TaskScores()
    views = posed_depth(answer, truth, sizes, spec.camera_fit, given=given)
    limit = spec.max_depth * unit
    views = [replace(v, depth=torch.where(v.depth <= limit, v.depth, 0.0)) for v in views]
    points, voxel = _surface(views, spec, unit, spec.posed_fusion if given else spec.fusion)
    points = _judged(points, truth, spec, unit)
    if not len(points):
        return reconstruction_failure(truth, spec)
    exact = thinned(truth.points, spec.thinning * unit)
    to_truth = distances_to_nearest(points, exact) / unit
    to_answer = distances_to_nearest(exact, points) / unit
    numbers, curves = _numbers(to_truth, to_answer, spec)
    if voxel > spec.voxel * unit * 1.001:
        numbers[f"{_PREFIX}/voxel_growth"] = voxel / (spec.voxel * unit)
    return TaskScores(numbers, MappingProxyType(curves))


def reconstruction_failure(truth: Truth, spec: ReconstructionSpec) -> TaskScores:
    """What no surface comes to: no point is right, none is found."""
    if truth.points is None or not len(truth.points) or _unit(truth, spec) is None:
        return TaskScores()
    if spec.threshold is None:
        return TaskScores()
    return TaskScores(MappingProxyType({f"{_PREFIX}/{name}": 0.0 for name in _SHARES}))


def _numbers(
    to_truth: Float[Tensor, " N"], to_answer: Float[Tensor, " M"], spec: ReconstructionSpec
) -> tuple[dict[str, float], dict[str, tuple[float, ...]]]:
    near, close = to_truth, to_answer
    if spec.outlier is not None:
        near, close = near[near < spec.outlier], close[close < spec.outlier]
    numbers = {}
    if len(near) and len(close):
        accuracy, completeness = float(near.mean()), float(close.mean())
        numbers[f"{_PREFIX}/accuracy"] = accuracy
        numbers[f"{_PREFIX}/completeness"] = completeness
        numbers[f"{_PREFIX}/chamfer"] = (accuracy + completeness) / 2
    if spec.threshold is None:
        return numbers, {}
    errors = errors_of_distances(to_truth, to_answer, spec.threshold)
    numbers |= {f"{_PREFIX}/{name}": getattr(errors, name) for name in _SHARES}
    curve = tuple(
        errors_of_distances(to_truth, to_answer, share * spec.threshold).f1 for share in CURVE_AT
    )
    return numbers, {f"{_PREFIX}/f1_at": curve}


def _surface(
    views: Sequence[PosedDepth], spec: ReconstructionSpec, unit: float, fusion: Fusion
) -> tuple[Float[Tensor, "N 3"], float]:
    """Points on the surface, and the side of the voxels that it was made with (0 without)."""
    if fusion == "tsdf":
        return fused_points(views, spec.voxel * unit, spec.truncation * unit, spec.samples)
    if fusion == "points":
        return all_points(views, spec.samples), 0.0
    agreed = consistent_points(views, spec.consistency * unit, spec.consistent_views, spec.samples)
    return agreed, 0.0


def _judged(
    points: Float[Tensor, "N 3"], truth: Truth, spec: ReconstructionSpec, unit: float
) -> Float[Tensor, "M 3"]:
    """The points that count, thinned."""
    points = points[points.isfinite().all(-1)]
    if spec.box_margin is not None and truth.points is not None:
        margin = spec.box_margin * unit
        low, high = truth.points.amin(0) - margin, truth.points.amax(0) + margin
        points = points[((points >= low) & (points <= high)).all(-1)]
    points = thinned(points, spec.thinning * unit)
    if truth.observed is not None and len(points):
        points = points[truth.observed(points)]
    return points


def _unit(truth: Truth, spec: ReconstructionSpec) -> float | None:
    """The protocol's unit in that of the truth; None if it cannot be told."""
    if spec.unit == "truth":
        return 1.0
    parts = [d[d.isfinite() & (d > 0)] for d in truth.depth or () if d is not None]
    known = torch.cat(parts) if parts else torch.zeros(0)
    unit = float(known.median()) if len(known) else math.nan
    return unit if unit > 0 else None
