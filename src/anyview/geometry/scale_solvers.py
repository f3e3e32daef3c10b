# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Kernels of ``scale_align``: least squares with failure codes, and the search for inliers."""

from collections.abc import Callable
from enum import IntEnum

import torch
from jaxtyping import Float, Int
from torch import Tensor

from anyview.geometry.consensus import (
    bisquare_weights,
    draw_samples,
    mark_failure,
    masked_median,
    nonzero,
    pick_subset,
    truncated_loss,
)

_NUM_DRAWS = 256
_SCORED_PIXELS = 4096
_REFITS = 10
_TUKEY = 4.685  # standard deviations; 95 % as precise as least squares on clean Gaussian noise
_SIGMA_PER_MEDIAN = 1.4826  # of |r| for Gaussian r


class ScaleFailure(IntEnum):
    """Why a scale is not determined; ``explain`` gives the sentence."""

    NONE = 0
    NOT_FINITE = 1
    NEGATIVE_WEIGHT = 2
    TOO_FEW = 3
    ZERO = 4
    CONSTANT = 5
    NOT_POSITIVE = 6

    def explain(self) -> str:
        """One clause for a person, empty for ``NONE``."""
        return _EXPLANATIONS[self]


_EXPLANATIONS = {
    ScaleFailure.NONE: "",
    ScaleFailure.NOT_FINITE: "a value or weight under the mask is NaN or infinite",
    ScaleFailure.NEGATIVE_WEIGHT: "a weight under the mask is negative",
    ScaleFailure.TOO_FEW: "too few pixels with positive weight are under the mask",
    ScaleFailure.ZERO: "the source is zero under the mask",
    ScaleFailure.CONSTANT: "the source is constant: scale and shift cannot be told apart",
    ScaleFailure.NOT_POSITIVE: "the best scale is not positive: source and target do not agree",
}

Solution = tuple[Float[Tensor, "*batch"], Float[Tensor, "*batch"], Int[Tensor, "*batch"]]
"""Scale, shift and ``ScaleFailure`` code; numbers of failed fits mean nothing."""

Solver = Callable[[Tensor, Tensor, Tensor, float], Solution]
"""From source, target and weights, and the relative rounding of the numbers as given."""


def solve_scale(
    x: Float[Tensor, "*batch N"],
    y: Float[Tensor, "*batch N"],
    w: Float[Tensor, "*batch N"],
    _: float,
) -> Solution:
    """Least squares through the origin."""
    power = (w * x * x).sum(-1)
    scale = (w * x * y).sum(-1) / nonzero(power)
    failure = torch.zeros_like(scale, dtype=torch.long)
    failure = mark_failure(failure, (w > 0).sum(-1) < 1, ScaleFailure.TOO_FEW)
    failure = mark_failure(failure, power == 0, ScaleFailure.ZERO)
    return (
        scale,
        torch.zeros_like(scale),
        mark_failure(failure, scale <= 0, ScaleFailure.NOT_POSITIVE),
    )


def solve_scale_shift(
    x: Float[Tensor, "*batch N"],
    y: Float[Tensor, "*batch N"],
    w: Float[Tensor, "*batch N"],
    eps: float,
) -> Solution:
    """Least squares of a line, on centred values so that a large mean costs no digits."""
    total = nonzero(w.sum(-1, keepdim=True))
    mean_x, mean_y = (w * x).sum(-1, keepdim=True) / total, (w * y).sum(-1, keepdim=True) / total
    variance = (w * (x - mean_x).square()).sum(-1)
    scale = (w * (x - mean_x) * (y - mean_y)).sum(-1) / nonzero(variance)
    failure = torch.zeros_like(scale, dtype=torch.long)
    failure = mark_failure(failure, (w > 0).sum(-1) < 2, ScaleFailure.TOO_FEW)
    roundoff = (8 * eps * mean_x[..., 0]).square() * total[..., 0]
    failure = mark_failure(failure, variance <= roundoff, ScaleFailure.CONSTANT)
    failure = mark_failure(failure, scale <= 0, ScaleFailure.NOT_POSITIVE)
    return scale, mean_y[..., 0] - scale * mean_x[..., 0], failure


def find_agreeing_pixels(
    maps: tuple[Float[Tensor, " N"], Float[Tensor, " N"], Float[Tensor, " N"], float],
    solve: Solver,
    size: int,
    threshold: float | None,
    generator: torch.Generator,
) -> Float[Tensor, " N"]:
    """Weights of the pixels that agree on one fit, 0 for the others (``fit_scale_shift_robust``).

    Args:
        maps: Arguments of ``solve``; at least one weight is positive.
        solve: The least-squares fit.
        size: Pixels of a sample.
        threshold: Largest residual of an inlier, or None.
        generator: Source of randomness.
    """
    x, y, base, eps = maps
    used = (base > 0).nonzero()[:, 0]
    subset = pick_subset(len(used), _SCORED_PIXELS, generator)
    scored = used if subset is None else used[subset.to(used.device)]
    draws = scored[draw_samples(base[scored], _NUM_DRAWS, size, generator)]
    scale, shift, failure = solve(x[draws], y[draws], base[draws], eps)
    good = failure == 0
    if not bool(good.any()):
        return base  # the fit to all pixels fails likewise and says why
    scale, shift = scale[good], shift[good]
    everyone = torch.ones_like(scored, dtype=torch.bool)

    def residuals(pixels: Tensor) -> Tensor:
        return scale[..., None] * x[pixels] + shift[..., None] - y[pixels]

    def inlier_sigma(errors: Tensor, limit: Tensor) -> Tensor:
        return _SIGMA_PER_MEDIAN * masked_median(errors.abs(), errors.abs() <= limit)

    errors = residuals(scored)
    floor = (64 * eps * y[scored].abs().max()).clamp(min=torch.finfo(y.dtype).tiny)
    given = floor.new_tensor(torch.inf if threshold is None else threshold)
    limit = given
    if threshold is None:
        first = errors[masked_median(errors.abs(), everyone.expand_as(errors)).argmin()]
        limit = (first - masked_median(first, everyone)).abs().mean().maximum(floor)
    best = truncated_loss(errors, base[scored], limit).argmin()
    scale, shift = scale[best], shift[best]

    # Scoring may use the tight published limit, but the refit must not: of clean Gaussian noise it
    # would throw away 42 %. Its cutoff follows the noise of the pixels inside the last cutoff.
    weights, cutoff = base, given
    for _ in range(_REFITS):
        cutoff = (_TUKEY * inlier_sigma(residuals(scored), cutoff)).nan_to_num(nan=torch.inf)
        cutoff = cutoff.maximum(floor).minimum(given)
        weights = base * bisquare_weights(scale * x + shift - y, cutoff)
        new_scale, new_shift, failure = solve(x, y, weights, eps)
        if int(failure):
            break  # the same weights make the final fit fail and say why
        scale, shift = new_scale, new_shift
    return weights
