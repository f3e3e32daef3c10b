# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scale and scale-shift fits of one depth map to another: ``target = scale * source + shift``.

Maps are given flat, [..., N]: flatten the axes that share one scale. Pixels outside the mask may
hold anything, NaN included. What cannot be determined is said in the result and is NaN there.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.consensus import (
    check_threshold,
    flatten_batch,
    mark_failure,
    masked_median,
    seeded_generator,
)
from anyview.geometry.precision import widen
from anyview.geometry.scale_solvers import (
    ScaleFailure,
    Solver,
    find_agreeing_pixels,
    solve_scale,
    solve_scale_shift,
)


@dataclass(frozen=True, eq=False)
class ScaleFit:
    """``target = scale * source + shift``, and whether it is determined.

    Attributes:
        scale: Positive; NaN where not ``ok``.
        shift: In the target's unit; 0 for fits of the scale alone, NaN where not ``ok``.
        ok: Whether the fit is determined and its scale positive.
        reasons: For each batch element, in row-major order, why not; empty where all is well.
        rms: Weighted root mean square residual over ``inliers``, in the target's unit.
        inliers: Pixels that the fit used.
    """

    scale: Float[Tensor, "*batch"]
    shift: Float[Tensor, "*batch"]
    ok: Bool[Tensor, "*batch"]
    reasons: tuple[str, ...]
    rms: Float[Tensor, "*batch"]
    inliers: Bool[Tensor, "*batch N"]

    def apply(self, source: Float[Tensor, "*pixels"]) -> Float[Tensor, "*pixels"]:
        """The source brought to the target; any number of axes may follow the batch axes."""
        shape = self.scale.shape + (1,) * (source.dim() - self.scale.dim())
        return self.scale.reshape(shape) * source + self.shift.reshape(shape)


@dataclass(frozen=True)
class _Problem:
    """Checked numbers in the widest float: values are 0 where the weight is."""

    source: Tensor
    target: Tensor
    weights: Tensor
    failure: Tensor
    eps: float
    dtype: torch.dtype


def fit_scale(
    source: Float[Tensor, "*batch N"],
    target: Float[Tensor, "*batch N"],
    mask: Bool[Tensor, "*batch N"] | None = None,
    weights: Float[Tensor, "*batch N"] | None = None,
) -> ScaleFit:
    """Weighted least squares through the origin: minimises sum w (s source - target)^2.

    Args:
        source: For example predicted depth.
        target: Depth to agree with.
        mask: Pixels to use; None uses all.
        weights: Not negative; None weights alike.

    Raises:
        InputError: If the shapes do not agree.
    """
    problem = _prepare(source, target, mask, weights)
    return _result(problem, solve_scale, problem.weights)


def fit_scale_shift(
    source: Float[Tensor, "*batch N"],
    target: Float[Tensor, "*batch N"],
    mask: Bool[Tensor, "*batch N"] | None = None,
    weights: Float[Tensor, "*batch N"] | None = None,
) -> ScaleFit:
    """Weighted least squares: minimises sum w (s source + t - target)^2.

    Arguments and errors as ``fit_scale``; not ``ok`` if the best s is not positive.
    """
    problem = _prepare(source, target, mask, weights)
    return _result(problem, solve_scale_shift, problem.weights)


def fit_scale_median(
    source: Float[Tensor, "*batch N"],
    target: Float[Tensor, "*batch N"],
    mask: Bool[Tensor, "*batch N"] | None = None,
) -> ScaleFit:
    """Median of target / source over pixels with a source other than 0.

    Arguments and errors as ``fit_scale``.
    """
    problem = _prepare(source, target, mask, None)
    usable = (problem.weights > 0) & (problem.source != 0)
    ratio = problem.target / torch.where(usable, problem.source, 1.0)
    scale = masked_median(ratio, usable)
    failure = mark_failure(problem.failure, (problem.weights > 0).sum(-1) < 1, ScaleFailure.TOO_FEW)
    failure = mark_failure(failure, ~usable.any(-1), ScaleFailure.ZERO)
    failure = mark_failure(failure, ~(scale > 0), ScaleFailure.NOT_POSITIVE)
    return _assemble(
        problem, (scale, torch.zeros_like(scale), failure), torch.where(usable, 1.0, 0.0)
    )


def fit_scale_robust(
    source: Float[Tensor, "*batch N"],
    target: Float[Tensor, "*batch N"],
    mask: Bool[Tensor, "*batch N"] | None = None,
    weights: Float[Tensor, "*batch N"] | None = None,
    *,
    threshold: float | None = None,
    generator: torch.Generator | None = None,
) -> ScaleFit:
    """``fit_scale`` with pixels that are wrong left out; see ``fit_scale_shift_robust``."""
    check_threshold(threshold)
    problem = _prepare(source, target, mask, weights)
    kept = _search(problem, solve_scale, 1, threshold, generator)
    return _result(problem, solve_scale, kept)


def fit_scale_shift_robust(
    source: Float[Tensor, "*batch N"],
    target: Float[Tensor, "*batch N"],
    mask: Bool[Tensor, "*batch N"] | None = None,
    weights: Float[Tensor, "*batch N"] | None = None,
    *,
    threshold: float | None = None,
    generator: torch.Generator | None = None,
) -> ScaleFit:
    """Scale and shift by RANSAC least squares with s > 0 (DA3, teacher pseudo-labels).

    256 samples of two pixels are scored by their truncated squared residual on at most 4096
    pixels. The best is refined by least squares with Tukey's weights on all pixels, whose cutoff
    follows the spread of the inliers and never exceeds a given threshold.

    Args:
        source: For example a teacher's depth.
        target: Sparse or noisy depth to agree with.
        mask: Pixels to use; None uses all.
        weights: Not negative; they say how often a pixel is drawn and how much it counts.
        threshold: Largest residual of an inlier in the target's unit. None scores samples with the
            mean absolute deviation from the median of the residuals (DA3), those of the sample
            with the smallest median residual, which needs more than half of the pixels right.
        generator: Source of randomness; None uses a fixed seed.

    Raises:
        InputError: If the shapes do not agree.
        OptionError: If the threshold is not a positive number.
    """
    check_threshold(threshold)
    problem = _prepare(source, target, mask, weights)
    kept = _search(problem, solve_scale_shift, 2, threshold, generator)
    return _result(problem, solve_scale_shift, kept)


def _prepare(
    source: Tensor, target: Tensor, mask: Tensor | None, weights: Tensor | None
) -> _Problem:
    """Check shapes and numbers."""
    for name, value in (("target", target), ("mask", mask), ("weights", weights)):
        if value is not None and value.shape != source.shape:
            raise InputError(
                f"{name} has shape {tuple(value.shape)} and source {tuple(source.shape)}; "
                "give both on one pixel grid, flattened to [..., N]."
            )
    given = torch.ones_like(source) if weights is None else weights
    used = given != 0 if mask is None else mask & (given != 0)
    finite = source.isfinite() & target.isfinite() & given.isfinite()
    failure = torch.zeros(source.shape[:-1], dtype=torch.long, device=source.device)
    failure = mark_failure(failure, (used & ~finite).any(-1), ScaleFailure.NOT_FINITE)
    failure = mark_failure(failure, (used & (given < 0)).any(-1), ScaleFailure.NEGATIVE_WEIGHT)
    keep = used & (failure == 0)[..., None]
    x, y, w = (torch.where(keep, widen(v), 0.0) for v in (source, target, given))
    eps = max(torch.finfo(source.dtype).eps, torch.finfo(target.dtype).eps)
    return _Problem(x, y, w, failure, eps, source.dtype)


def _result(problem: _Problem, solve: Solver, kept: Tensor) -> ScaleFit:
    """The fit to the pixels of positive weight in ``kept``."""
    scale, shift, failure = solve(problem.source, problem.target, kept, problem.eps)
    failure = torch.where(problem.failure == 0, failure, problem.failure)
    return _assemble(problem, (scale, shift, failure), kept)


def _assemble(problem: _Problem, solution: tuple[Tensor, Tensor, Tensor], kept: Tensor) -> ScaleFit:
    """Residuals and reasons; failed numbers become NaN."""
    scale, shift, failure = solution
    ok = failure == 0
    scale, shift = (torch.where(ok, v, torch.nan) for v in (scale, shift))
    inliers = (kept > 0) & ok[..., None]
    residual = scale[..., None] * problem.source + shift[..., None] - problem.target
    weights = torch.where(inliers, problem.weights, 0.0)
    squares = (weights * torch.where(inliers, residual, 0.0).square()).sum(-1)
    rms = (squares / weights.sum(-1)).sqrt()
    return ScaleFit(
        scale=scale.to(problem.dtype),
        shift=shift.to(problem.dtype),
        ok=ok,
        reasons=tuple(ScaleFailure(code).explain() for code in failure.flatten().tolist()),
        rms=rms.to(problem.dtype),
        inliers=inliers,
    )


@torch.no_grad()
def _search(
    problem: _Problem,
    solve: Solver,
    size: int,
    threshold: float | None,
    generator: torch.Generator | None,
) -> Tensor:
    """Weights of the pixels that agree on one fit, 0 for the others, for each batch element."""
    generator = generator or seeded_generator(problem.source.device)
    x, y, kept = (
        flatten_batch(v, 1) for v in (problem.source, problem.target, problem.weights.clone())
    )
    for i in range(kept.shape[0]):
        if bool((kept[i] > 0).any()):
            kept[i] = find_agreeing_pixels(
                (x[i], y[i], kept[i], problem.eps), solve, size, threshold, generator
            )
    return kept.reshape(problem.weights.shape)
