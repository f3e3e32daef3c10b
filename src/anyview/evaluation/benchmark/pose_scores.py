# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras of an answer against the truth: pairs of views, the whole path, fields of view."""

import math
from collections.abc import Sequence
from types import MappingProxyType

import torch
from jaxtyping import Bool, Float64
from torch import Tensor

from anyview.evaluation.benchmark.protocols import PoseSpec
from anyview.evaluation.benchmark.task import Answer, Truth
from anyview.evaluation.benchmark.task_scores import MOST_POINTS, TaskScores, quantile_curve
from anyview.geometry import se3
from anyview.metrics.pose import (
    area_under_recall,
    area_under_recall_binned,
    pair_errors,
    recall_at,
    trajectory_errors,
)
from anyview.metrics.rays import lens_errors

DEGREES = (3, 5, 15, 30)
"""Up to where recall curves are integrated."""

WORST_DEG = 180.0
"""The largest angle there is."""

MOST_PAIRED = 300
"""Of longer sequences so many cameras, spread evenly, are paired: 300 make 44,850 pairs."""

LEAST_CAMERAS = 3
"""A path of fewer cameras has no trajectory error."""


def known_rows(matrices: Float64[Tensor, "V n m"]) -> Bool[Tensor, " V"]:
    """Which matrices are known: finite in every entry."""
    return matrices.isfinite().all(-1).all(-1)


def score_pose(answer: Answer, truth: Truth, spec: PoseSpec) -> TaskScores:
    """Score relative poses of all pairs of views whose true poses are known; empty below two.

    A pair with a view that the answer does not place counts as missed. ``auc...`` are exact and
    over pairs whose true cameras stand apart; ``auc..._published`` are binned and without the sign
    of the direction; ``rotation_auc...`` are of the rotation alone, over all pairs.
    """
    chosen = _posed(truth)
    if chosen is None:
        return TaskScores()
    assert truth.cam_from_world is not None, "there are poses"
    real = truth.cam_from_world[chosen]
    said = torch.full_like(real, torch.nan)
    if answer.cam_from_world is not None:
        said = answer.cam_from_world[chosen]
    placed = known_rows(said)
    if len(real) > MOST_PAIRED:
        spread = torch.linspace(0, len(real) - 1, MOST_PAIRED).round().long()
        real, said, placed = real[spread], said[spread], placed[spread]
    said = torch.where(placed[:, None, None], said, torch.nan)
    errors = pair_errors(said, real, min_baseline=spec.min_baseline_share * _median_depth(truth))
    rotation, worst = errors.rotation_deg.flatten(), errors.worst_deg
    unsigned = errors.worst_unsigned_deg
    direction = errors.direction_deg[errors.has_direction]
    numbers: dict[str, float] = {"pose/placed": float(placed.double().mean())}
    curves: dict[str, tuple[float, ...]] = {}
    for degrees in DEGREES:
        numbers[f"pose/rotation_auc{degrees}"] = area_under_recall(rotation, degrees)
        if len(worst):
            numbers[f"pose/auc{degrees}"] = area_under_recall(worst, degrees)
            binned = area_under_recall_binned(unsigned, degrees)
            numbers[f"pose/auc{degrees}_published"] = binned
    numbers["pose/rra15"] = recall_at(rotation, 15)
    numbers["pose/median_rotation_deg"] = _median(rotation)
    curves["pose/rotation_deg"] = _sorted(rotation)
    if len(worst):
        numbers["pose/rta15"] = recall_at(direction, 15)
        numbers["pose/median_direction_deg"] = _median(direction)
        curves["pose/worst_deg"] = _sorted(worst)
    return TaskScores(numbers, MappingProxyType(curves))


def score_trajectory(answer: Answer, truth: Truth) -> TaskScores:
    """Absolute trajectory error after the best similarity; empty below three known cameras.

    ``trajectory/ate`` is over the cameras that the answer places; ``trajectory/ate_full`` counts
    the others, and a path of which nothing is determined, as far off as the true path is from its
    middle: what the similarity makes of cameras that all stand in one place.
    """
    chosen = _posed(truth)
    if chosen is None or int(chosen.sum()) < LEAST_CAMERAS:
        return TaskScores()
    assert truth.cam_from_world is not None, "there are poses"
    real = truth.cam_from_world[chosen]
    centres = se3.camera_centres(real)
    off = torch.linalg.vector_norm(centres - centres.mean(0), dim=-1)
    worst = float(off.square().mean().sqrt())
    numbers = {"trajectory/ate_full": worst, "trajectory/path_radius": worst}
    if answer.cam_from_world is None:
        return TaskScores(numbers)
    said = answer.cam_from_world[chosen]
    placed = known_rows(said)
    if int(placed.sum()) < LEAST_CAMERAS:
        return TaskScores(numbers)
    found = trajectory_errors(said[placed], real[placed])
    if not bool(found.ok):
        return TaskScores(numbers)
    distances = off.clone()
    distances[placed] = found.distances
    numbers["trajectory/ate"] = float(found.rmse)
    numbers["trajectory/ate_full"] = float(distances.square().mean().sqrt())
    curve = quantile_curve(found.distances, min(MOST_POINTS, len(distances)))
    return TaskScores(numbers, MappingProxyType({"trajectory/distances": curve}))


def score_lens(answer: Answer, truth: Truth, sizes: Sequence[tuple[int, int]]) -> TaskScores:
    """Error of the fields of view; empty where the answer or the truth has no K.

    Args:
        answer: K in pixels of the images.
        truth: The same.
        sizes: Height and width of the images.
    """
    if answer.intrinsics is None or truth.intrinsics is None:
        return TaskScores()
    both = known_rows(answer.intrinsics) & known_rows(truth.intrinsics)
    errors = [
        lens_errors(answer.intrinsics[i], truth.intrinsics[i], sizes[i], sizes[i])
        for i in both.nonzero()[:, 0].tolist()
    ]
    if not errors:
        return TaskScores()
    fov = torch.stack([error.mean_abs_deg for error in errors])
    focal = torch.stack([error.focal_relative.abs() for error in errors])
    numbers = {"lens/fov_deg": float(fov.mean()), "lens/focal_relative": float(focal.median())}
    return TaskScores({name: value for name, value in numbers.items() if math.isfinite(value)})


def _posed(truth: Truth) -> Bool[Tensor, " V"] | None:
    """Which true poses are known; None if there are no two."""
    if truth.cam_from_world is None:
        return None
    known = known_rows(truth.cam_from_world)
    return known if int(known.sum()) > 1 else None


def _median_depth(truth: Truth) -> float:
    """Median over views of their median true depth; 0 where no depth is known."""
    medians = [
        float(depth[depth > 0].median())
        for depth in truth.depth or ()
        if depth is not None and bool((depth > 0).any())
    ]
    return float(torch.tensor(medians).median()) if medians else 0.0


def _median(angles: Tensor) -> float:
    """The median, angles that are not there taken for the largest."""
    return float(angles.nan_to_num(nan=WORST_DEG).quantile(0.5)) if len(angles) else WORST_DEG


def _sorted(angles: Tensor) -> tuple[float, ...]:
    return quantile_curve(angles.nan_to_num(nan=WORST_DEG), min(MOST_POINTS, len(angles)))
