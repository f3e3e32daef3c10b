# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Weighted homographies of many point sets at once: the direct linear transform in RANSAC.

The transform minimises ``sum w |h3.x|^2 |u - H(x)|^2`` over unit H (Hartley and Zisserman, Multiple
View Geometry, section 4.1). All sets share the source points x, so that everything is a few large
matrix products and batched 9 x 9 eigenproblems, without a loop over sets.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

DRAW_SIZE = 8
"""Points of a draw: twice the minimum, which tempers noise."""

NUM_DRAWS = 100
"""Draws; with 30 % outliers among the candidates about 6 of them are clean."""

SCORED_POINTS = 2048
"""Points that hypotheses are scored on; the choice among them needs no more."""

NUM_TIGHTENINGS = 2
"""Rounds of refitting under a threshold of the points' own."""

MIN_CUTOFF = 1e-6
"""Least tightened threshold / 3: the rounding of float32 targets."""

DRAWS_AT_ONCE = 10
"""Hypotheses scored together, which bounds the memory."""


@dataclass(frozen=True)
class HomographyFit:
    """Homographies of ``M`` point sets.

    Attributes:
        matrix: Unit Frobenius norm, determinant >= 0.
        fitted: Points that the matrix was fitted to.
        inliers: Points within the threshold of the matrix.
        moments: Normal matrix of the fit: the cost of any H is ``vec(H)^T moments vec(H)``, H
            row by row.
        eigenvalue_ratio: Second smallest over largest eigenvalue of ``moments``; about 0 if the
            points do not fix a homography.
    """

    matrix: Float[Tensor, "M 3 3"]
    fitted: Bool[Tensor, "M N"]
    inliers: Bool[Tensor, "M N"]
    moments: Float[Tensor, "M 9 9"]
    eigenvalue_ratio: Float[Tensor, " M"]


def estimate(
    source: Float[Tensor, "N 3"],
    target: Float[Tensor, "M N 2"],
    weights: Float[Tensor, "M N"],
    *,
    candidates: int,
    threshold: float,
    tighten: bool,
    generator: torch.Generator,
) -> HomographyFit:
    """Fit homographies robustly: draws, the best by weighted agreement, a fit to its inliers.

    A threshold wide enough for noisy points lets in outliers that are near by chance. With
    ``tighten`` the fit is repeated on the points within three median distances.

    Args:
        source: Homogeneous source points in random order, coordinates of about [-1, 1], float64.
        target: Target points of each set, finite.
        weights: Weights in [0, 1].
        candidates: Draw among this many points of each set, those of largest weight.
        threshold: Distance to the target point up to which a point agrees.
        tighten: Whether to refit under a threshold of the points' own.
        generator: CPU generator of the draws, which are the same for all sets.
    """
    keys = torch.rand(NUM_DRAWS, candidates, generator=generator)
    draws = keys.topk(DRAW_SIZE, dim=-1).indices.to(source.device)
    ranked = weights.topk(candidates, dim=-1).indices
    drawn = ranked[:, draws]  # M draws 8
    sets = torch.arange(len(target), device=source.device)[:, None, None]
    drawn_moments = _moments(source[drawn], target[sets, drawn], weights[sets, drawn])
    hypotheses, _ = _solve(drawn_moments)
    best = _most_agreed(hypotheses, source, target, weights, threshold)
    fitted = _distances(best, source, target) < threshold
    moments = _moments(source, target, weights * fitted)
    matrix, ratio = _solve(moments)
    for _ in range(NUM_TIGHTENINGS if tighten else 0):
        distances = _distances(matrix, source, target)
        counted = torch.where((distances < threshold) & (weights > 0), distances, torch.nan)
        cutoff = 3 * counted.nanmedian(dim=-1, keepdim=True).values.clamp_min(MIN_CUTOFF)
        fitted = distances < cutoff.clamp_max(threshold)  # nowhere if nothing was counted
        moments = _moments(source, target, weights * fitted)
        matrix, ratio = _solve(moments)
    mirrored = torch.linalg.det(matrix) < 0
    matrix = torch.where(mirrored[:, None, None], -matrix, matrix)
    inliers = _distances(matrix, source, target) < threshold
    return HomographyFit(matrix, fitted, inliers, moments, ratio)


def _moments(source: Tensor, target: Tensor, weights: Tensor) -> Tensor:
    """The 9 x 9 normal matrix A^T W A of the direct linear transform, [..., 9, 9]."""
    u, v = target.unbind(dim=-1)
    parts = torch.stack((weights, weights * u, weights * v, weights * (u * u + v * v)), dim=-2)
    products = (source[..., :, None] * source[..., None, :]).flatten(-2)
    w, wu, wv, wr = (parts @ products).unflatten(-1, (3, 3)).unbind(dim=-3)
    zero = torch.zeros_like(w)
    rows = (
        torch.cat((w, zero, -wu), dim=-1),
        torch.cat((zero, w, -wv), dim=-1),
        torch.cat((-wu, -wv, wr), dim=-1),
    )
    return torch.cat(rows, dim=-2)


def _solve(moments: Tensor) -> tuple[Tensor, Tensor]:
    """The unit H of smallest residual, and how well it is determined."""
    values, vectors = torch.linalg.eigh(moments)
    ratio = values[..., 1] / values[..., -1].clamp_min(torch.finfo(values.dtype).tiny)
    return vectors[..., 0].unflatten(-1, (3, 3)), ratio


def _most_agreed(
    hypotheses: Tensor, source: Tensor, target: Tensor, weights: Tensor, threshold: float
) -> Tensor:
    """The hypothesis of each set with the largest weight of agreeing points."""
    few = slice(0, SCORED_POINTS)
    # Only the order of scores matters: float32 halves the time.
    points, goals = source[few].float(), target[:, few].float()
    some_weights = weights[:, few, None].float()
    scores = []
    for block in hypotheses.float().split(DRAWS_AT_ONCE, dim=1):
        agreed = _agreement(block, points, goals[:, None], threshold)
        scores.append((agreed.float() @ some_weights)[..., 0])
    best = torch.cat(scores, dim=1).argmax(dim=1)
    return hypotheses[torch.arange(len(best), device=best.device), best]


def _distances(matrix: Tensor, source: Tensor, target: Tensor) -> Tensor:
    """Distances between H(x) and the target points, [..., N]; NaN or infinite where H(x) is."""
    x, y, z = (matrix @ source.mT).unbind(dim=-2)
    return torch.hypot(x / z - target[..., 0], y / z - target[..., 1])


def _agreement(matrix: Tensor, source: Tensor, target: Tensor, threshold: float) -> Tensor:
    """Whether ``_distances`` are below the threshold, in fewer passes over memory."""
    x, y, z = (matrix @ source.mT).unbind(dim=-2)
    distance = (x - target[..., 0] * z).square_().add_((y - target[..., 1] * z).square_())
    return distance < z.mul(threshold).square_()
