# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How far points are from the truth: pixel by pixel, and cloud against cloud."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.core.errors import InputError, OptionError
from anyview.geometry.precision import widen
from anyview.geometry.umeyama import align_points, align_points_robust

_DISTANCES_AT_ONCE = 4_000_000
"""Distances held in memory at a time: 32 MB in float64."""


@dataclass(frozen=True)
class CloudErrors:
    """Distances between two clouds, each point to the nearest of the other one.

    Attributes:
        accuracy: Mean distance from predicted points to the truth.
        completeness: Mean distance from true points to the prediction.
        chamfer: Mean of both.
        precision: Share of predicted points nearer to the truth than the threshold, in [0, 1].
        recall: Share of true points nearer to the prediction than the threshold, in [0, 1].
        f1: Harmonic mean of precision and recall; 0 if both are.
    """

    accuracy: float
    completeness: float
    chamfer: float
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class PointMapErrors:
    """Errors of corresponding points after alignment.

    Attributes:
        distances: Of every point, in the unit of the truth; NaN where not valid or not ``ok``.
        relative: Mean distance over the mean distance of the true points to their centroid.
        ok: Whether the similarity is determined.
        reasons: Why not, for each scene in row-major order; empty where it is.
    """

    distances: Float[Tensor, "*batch N"]
    relative: Float[Tensor, "*batch"]
    ok: Bool[Tensor, "*batch"]
    reasons: tuple[str, ...]


def point_map_errors(
    predicted: Float[Tensor, "*batch N 3"],
    truth: Float[Tensor, "*batch N 3"],
    valid: Bool[Tensor, "*batch N"],
    *,
    robust: bool = False,
    generator: torch.Generator | None = None,
) -> PointMapErrors:
    """Distances between corresponding points after the best similarity.

    Args:
        predicted: Points in any frame at any scale, such as all pixels of all views of a scene.
        truth: The same points; may hold anything where not valid.
        valid: Points that count.
        robust: Whether the similarity leaves out points that disagree; their distances count.
        generator: Source of randomness of the robust fit; None uses a fixed seed.
    """
    p, t = widen(predicted), widen(truth)
    weights = valid.to(p.dtype)
    fit = (
        align_points_robust(p, t, weights, generator=generator)
        if robust
        else align_points(p, t, weights)
    )
    distances = torch.linalg.vector_norm(fit.sim3.apply(p) - t, dim=-1)
    count = weights.sum(-1)
    kept = torch.where(valid[..., None], t, 0.0)
    centroid = kept.sum(-2) / count[..., None]
    radius = torch.linalg.vector_norm(t - centroid[..., None, :], dim=-1)
    relative = torch.where(valid, distances, 0.0).sum(-1) / torch.where(valid, radius, 0.0).sum(-1)
    return PointMapErrors(
        distances=torch.where(valid, distances, torch.nan),
        relative=relative,
        ok=fit.ok,
        reasons=fit.reasons,
    )


def nearest_distances(
    source: Float[Tensor, "N 3"], target: Float[Tensor, "M 3"]
) -> Float[Tensor, " N"]:
    """Distance of every source point to the nearest target point.

    By brute force in blocks, exact and without further packages: meant for some ten thousand
    points (10 k by 10 k take about a second).

    Raises:
        InputError: If there is no target point.
    """
    if not len(target):
        raise InputError("There are no points to measure the distance to.")
    # The product form of the distance cancels far from the origin, so both are moved there.
    centre = widen(target).mean(0)
    x, y = widen(source) - centre, widen(target) - centre
    block = max(1, _DISTANCES_AT_ONCE // len(target))
    exact = "donot_use_mm_for_euclid_dist"
    parts = [
        torch.cdist(part, y, compute_mode=exact).amin(1) for part in x.split(block) if len(part)
    ]
    return torch.cat(parts) if parts else x.new_zeros(0)


def cloud_errors(
    predicted: Float[Tensor, "N 3"], truth: Float[Tensor, "M 3"], threshold: int | float
) -> CloudErrors:
    """Accuracy, completeness and F1 of a cloud that lies in the frame of the truth.

    Args:
        predicted: At least one point.
        truth: At least one point.
        threshold: Distance within which a point counts as right, in the unit of both.

    Raises:
        InputError: If a cloud is empty.
        OptionError: If the threshold is not positive.
    """
    if not threshold > 0:
        raise OptionError(f"threshold is {threshold}; give a positive distance.")
    if not len(predicted):
        raise InputError("The predicted cloud has no points.")
    return errors_of_distances(
        nearest_distances(predicted, truth), nearest_distances(truth, predicted), threshold
    )


def errors_of_distances(
    to_truth: Float[Tensor, " N"], to_predicted: Float[Tensor, " M"], threshold: int | float
) -> CloudErrors:
    """The errors that nearest distances come to.

    Args:
        to_truth: Of predicted points, at least one.
        to_predicted: Of true points, at least one.
        threshold: Distance within which a point counts as right.
    """
    accuracy, completeness = float(to_truth.mean()), float(to_predicted.mean())
    precision = float((to_truth < threshold).double().mean())
    recall = float((to_predicted < threshold).double().mean())
    total = precision + recall
    return CloudErrors(
        accuracy=accuracy,
        completeness=completeness,
        chamfer=(accuracy + completeness) / 2,
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / total if total else 0.0,
    )
