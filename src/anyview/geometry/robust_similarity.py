# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which points or cameras agree on one similarity: sampling, scoring, reweighting.

The search returns weights, not a transform: the closed-form solver then has the last word on the
items that remain, degenerate cases included.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from anyview.geometry.consensus import bisquare_weights, masked_median, truncated_loss
from anyview.geometry.procrustes import Failure, Fit, solve_cameras, solve_points
from anyview.geometry.rotations import rotation_angle
from anyview.geometry.sim3 import Sim3

NUM_DRAWS = 512
"""Samples that are tried."""

_REFITS = 10
_CUTOFF = 2.5  # times the median residual: 3.8 standard deviations of Gaussian noise in 3-D


@dataclass(frozen=True)
class PointProblem:
    """Corresponding points; residuals are distances in the target's unit."""

    source: Float[Tensor, "N 3"]
    target: Float[Tensor, "N 3"]
    weights: Float[Tensor, " N"]
    with_scale: bool
    eps: float

    @property
    def roundoff(self) -> float:
        """A few units in the last place of the largest target coordinate."""
        return 64 * self.eps * float(self.target[self.weights > 0].abs().max())

    def solve(self, chosen: Int[Tensor, "*batch n"], weights: Float[Tensor, "*batch n"]) -> Fit:
        """Closed-form fit to the chosen points."""
        return solve_points(
            self.source[chosen],
            self.target[chosen],
            weights,
            with_scale=self.with_scale,
            eps=self.eps,
        )

    def residuals(self, sim3: Sim3, chosen: Int[Tensor, " n"]) -> Float[Tensor, "*batch n"]:
        """Distances in the target frame."""
        source = self.source[chosen].expand(*sim3.scale.shape, -1, -1)
        return torch.linalg.vector_norm(sim3.apply(source) - self.target[chosen], dim=-1)


@dataclass(frozen=True)
class CameraProblem:
    """Corresponding cameras as ``world_from_cam``.

    A residual joins the distance of the centres, in units of their extent, and the angle of the
    orientations in rad, as ``procrustes.ORIENTATION_WEIGHT`` does.
    """

    source: Float[Tensor, "N 4 4"]
    target: Float[Tensor, "N 4 4"]
    weights: Float[Tensor, " N"]
    with_scale: bool
    eps: float

    @property
    def roundoff(self) -> float:
        """A few units in the last place."""
        largest = float(self._centres().abs().max())
        return 64 * self.eps * (1 + largest / self._extent())

    def solve(self, chosen: Int[Tensor, "*batch n"], weights: Float[Tensor, "*batch n"]) -> Fit:
        """Closed-form fit to the chosen cameras."""
        return solve_cameras(
            self.source[chosen],
            self.target[chosen],
            weights,
            with_scale=self.with_scale,
            eps=self.eps,
        )

    def residuals(self, sim3: Sim3, chosen: Int[Tensor, " n"]) -> Float[Tensor, "*batch n"]:
        """Distance and angle joined."""
        source, target = self.source[chosen], self.target[chosen]
        distance, angle = camera_residuals(sim3, source.expand(*sim3.scale.shape, -1, 4, 4), target)
        return torch.hypot(distance / self._extent(), angle)

    def _centres(self) -> Float[Tensor, "n 3"]:
        return self.target[self.weights > 0][:, :3, 3]

    def _extent(self) -> float:
        """Median distance of the target centres from their median; 1 if they coincide."""
        centres = self._centres()
        distances = torch.linalg.vector_norm(centres - centres.median(dim=0).values, dim=-1)
        floor = 16 * self.eps * float(centres.abs().max())
        # Half of the cameras may stand still: then the mean tells the extent.
        for extent in (float(distances.median()), float(distances.mean())):
            if extent > floor:
                return extent
        return 1.0


def camera_residuals(
    sim3: Sim3, source: Float[Tensor, "*batch N 4 4"], target: Float[Tensor, "*#batch N 4 4"]
) -> tuple[Float[Tensor, "*batch N"], Float[Tensor, "*batch N"]]:
    """Distances of centres (target's unit) and angles (rad) between moved source and target."""
    moved = sim3.apply(source[..., :3, 3])
    distance = torch.linalg.vector_norm(moved - target[..., :3, 3], dim=-1)
    turned = sim3.rotation[..., None, :, :] @ source[..., :3, :3]
    return distance, rotation_angle(target[..., :3, :3].mT @ turned)


def find_consensus(
    problem: PointProblem | CameraProblem,
    samples: Int[Tensor, "D size"],
    scored: Int[Tensor, " n"],
    threshold: float | None,
) -> Float[Tensor, " N"] | None:
    """Weights of the items that agree, 0 for the others; None if no sample gives a transform.

    Args:
        problem: The items; at least one has positive weight.
        samples: Indices of the items of each sample.
        scored: Indices of the items that samples are scored on.
        threshold: Largest residual of an inlier (the score is then the truncated square, MSAC), or
            None for 2.5 times the median residual (the score is then the median: least median of
            squares, Rousseeuw 1984, good for less than half of the items being wrong).
    """
    base = problem.weights
    fits = problem.solve(samples, base[samples])
    usable = _usable(fits)
    if not bool(usable.any()):
        return None
    sim3 = fits.sim3[usable]
    residuals = problem.residuals(sim3, scored)
    if threshold is None:
        losses = masked_median(residuals, (base[scored] > 0).expand_as(residuals))
    else:
        losses = truncated_loss(residuals, base[scored], residuals.new_tensor(threshold))
    best = sim3[losses.argmin()]

    everything = torch.arange(len(base), device=base.device)
    weights = base
    for _ in range(_REFITS):
        residual = problem.residuals(best, everything)
        if threshold is None:
            median = masked_median(residual[scored], base[scored] > 0)
            cutoff = (_CUTOFF * median).clamp(min=problem.roundoff)
        else:
            cutoff = residual.new_tensor(threshold)
        cutoff = cutoff.clamp(min=torch.finfo(cutoff.dtype).tiny)
        # Items of weight 0 may be NaN.
        weights = torch.where(base > 0, base * bisquare_weights(residual, cutoff), 0.0)
        refit = problem.solve(everything, weights)
        if int(refit.failure) != Failure.NONE:
            break  # the caller solves with these weights and learns the reason
        best = refit.sim3
    return weights


def _usable(fits: Fit) -> Bool[Tensor, " D"]:
    """Samples that determine all, or at least all but the scale if none does more."""
    moved = fits.failure == Failure.NONE
    scaled = moved & (fits.scale_failure == Failure.NONE)
    return scaled if bool(scaled.any()) else moved
