# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The one weighted Sim(3) / SE(3) solver, for points and for cameras, closed-form and robust.

Every fit maps source to target: ``result.sim3.apply(source)`` lies on ``target``. What cannot be
determined is said in the result and filled with NaN; it is never a silent identity.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.consensus import (
    check_threshold,
    draw_samples,
    flatten_batch,
    pick_subset,
    seeded_generator,
)
from anyview.geometry.precision import widen
from anyview.geometry.procrustes import Failure, Fit, solve_cameras, solve_points
from anyview.geometry.robust_similarity import (
    NUM_DRAWS,
    CameraProblem,
    PointProblem,
    camera_residuals,
    find_consensus,
)
from anyview.geometry.se3 import invert
from anyview.geometry.sim3 import Sim3

ROBUST_FROM_VIEWS = 10
"""``align_cameras`` is robust from this number of views on, as the published product is."""

_SCORED_POINTS = 2048

# The others stay whatever is left out.
_SEARCHED = (
    Failure.NONE,
    Failure.AMBIGUOUS,
    Failure.WITHIN_NOISE,
    Failure.ORIENTATIONS_DISAGREE,
)


@dataclass(frozen=True, eq=False)
class AlignmentResult:
    """A similarity from source to target, and how far it can be trusted.

    Attributes:
        sim3: Target from source; NaN where not ``ok``.
        ok: Whether rotation and translation are determined.
        scale_ok: Whether the scale is determined too, or was fixed to 1 on request. Where it is
            False and ``ok`` is True, the scale is 1 by assumption.
        reasons: For each batch element, in row-major order, what is not determined and why;
            empty where all is well.
        rms: Weighted root mean square distance between aligned source and target (points or
            camera centres), in the target's unit, over ``inliers``.
        inliers: Points or cameras that the fit used.
        angle_rms_rad: The same of the angles between camera orientations; None for points.
    """

    sim3: Sim3
    ok: Bool[Tensor, "*batch"]
    scale_ok: Bool[Tensor, "*batch"]
    reasons: tuple[str, ...]
    rms: Float[Tensor, "*batch"]
    inliers: Bool[Tensor, "*batch N"]
    angle_rms_rad: Float[Tensor, "*batch"] | None = None

    @property
    def reason(self) -> str:
        """All reasons in one line, with their position if there is more than one element."""
        if len(self.reasons) == 1:
            return self.reasons[0]
        return "; ".join(f"element {i}: {text}" for i, text in enumerate(self.reasons) if text)


def align_points(
    source: Float[Tensor, "*batch N 3"],
    target: Float[Tensor, "*batch N 3"],
    weights: Float[Tensor, "*batch N"] | None = None,
    *,
    with_scale: bool = True,
) -> AlignmentResult:
    """Weighted least-squares similarity between corresponding points (Umeyama 1991).

    Args:
        source: Points in the source frame.
        target: The same points in the target frame.
        weights: Not negative; a point of weight 0 is left out and may be NaN. None weights alike.
        with_scale: Whether to fit the scale; otherwise it is 1 and the motion rigid.

    Returns:
        The fit; not ``ok`` for fewer than three points, coincident points, points on a line
        (also if only their noise leaves it), mirror images, NaN and negative weights.

    Raises:
        InputError: If the shapes do not agree.
    """
    x, y, w, eps = _widen_all(source, target, weights)
    fit = solve_points(x, y, w, with_scale=with_scale, eps=eps)
    return _point_result(fit, x, y, (w, w), source.dtype)


def align_points_robust(
    source: Float[Tensor, "*batch N 3"],
    target: Float[Tensor, "*batch N 3"],
    weights: Float[Tensor, "*batch N"] | None = None,
    *,
    with_scale: bool = True,
    threshold: float | None = None,
    generator: torch.Generator | None = None,
) -> AlignmentResult:
    """Similarity between corresponding points of which some are wrong.

    512 samples of three points are scored on at most 2048 points; the best is refined by
    reweighted least squares with Tukey's weights on all points.

    Args:
        source: Points in the source frame.
        target: The same points in the target frame.
        weights: Not negative; they say how often a point is drawn and how much it counts.
        with_scale: Whether to fit the scale.
        threshold: Largest distance of an inlier in the target's unit. None takes 2.5 times the
            median distance, which needs more than half of the points to be right.
        generator: Source of randomness; None uses a fixed seed.

    Returns:
        The fit with its inliers; reasons as in ``align_points``.

    Raises:
        InputError: If the shapes do not agree.
        OptionError: If the threshold is not a positive number.
    """
    check_threshold(threshold)
    x, y, w, eps = _widen_all(source, target, weights)
    flat_x, flat_y = flatten_batch(x, 2), flatten_batch(y, 2)
    random = generator or seeded_generator(x.device)

    def search(i: int, weight: Tensor) -> Tensor | None:
        used = (weight > 0).nonzero()[:, 0]
        subset = pick_subset(len(used), _SCORED_POINTS, random)
        scored = used if subset is None else used[subset.to(used.device)]
        samples = scored[draw_samples(weight[scored], NUM_DRAWS, 3, random)]
        problem = PointProblem(flat_x[i], flat_y[i], weight, with_scale, eps)
        return find_consensus(problem, samples, scored, threshold)

    def solve(weight: Tensor) -> Fit:
        return solve_points(x, y, weight, with_scale=with_scale, eps=eps)

    fit, kept = _solve_robustly(solve, search, w)
    return _point_result(fit, x, y, (w, kept), source.dtype)


def align_cameras(
    source_cam_from_world: Float[Tensor, "*batch V 4 4"],
    target_cam_from_world: Float[Tensor, "*batch V 4 4"],
    weights: Float[Tensor, "*batch V"] | None = None,
    *,
    with_scale: bool = True,
    robust: bool | None = None,
    generator: torch.Generator | None = None,
) -> AlignmentResult:
    """Similarity between two world frames in which the same cameras are known.

    ``result.sim3.apply_to_cameras(source)`` lies on ``target``, and depth of the source is
    multiplied by ``result.sim3.scale``. Centres and orientations are used together, so two views
    and straight paths, where centres leave a turn free (a plain Umeyama fit fails), are well posed.
    Without a baseline (one view, pure rotation) the scale is 1 and ``scale_ok`` is False.

    Args:
        source_cam_from_world: Rigid, for example predicted cameras.
        target_cam_from_world: Rigid, for example given cameras.
        weights: Not negative; a camera of weight 0 is left out. None weights alike.
        with_scale: Whether to fit the scale.
        robust: Whether to search for cameras that disagree and leave them out, which needs more
            than half to be right. None does so from 10 views on.
        generator: Source of randomness beyond 32 views, up to which all pairs are tried; None
            uses a fixed seed.

    Returns:
        The fit; not ``ok`` for NaN, negative or no weight, and contradicting orientations.

    Raises:
        InputError: If the shapes do not agree.
    """
    x, y, w, eps = _widen_all(source_cam_from_world, target_cam_from_world, weights)
    x, y = invert(x), invert(y)
    num_views = x.shape[-3]

    def solve(weight: Tensor) -> Fit:
        return solve_cameras(x, y, weight, with_scale=with_scale, eps=eps)

    if num_views >= ROBUST_FROM_VIEWS if robust is None else robust:
        flat_x, flat_y = flatten_batch(x, 3), flatten_batch(y, 3)
        random = generator or seeded_generator(x.device)

        def search(i: int, weight: Tensor) -> Tensor | None:
            used = (weight > 0).nonzero()[:, 0]
            if len(used) < 2:
                return weight
            pairs = torch.combinations(used)
            if len(pairs) > NUM_DRAWS:
                pairs = used[draw_samples(weight[used], NUM_DRAWS, 2, random)]
            problem = CameraProblem(flat_x[i], flat_y[i], weight, with_scale, eps)
            return find_consensus(problem, pairs, used, None)

        fit, kept = _solve_robustly(solve, search, w)
    else:
        fit, kept = solve(w), w
    distance, angle = camera_residuals(fit.sim3, x, y)
    return _result(fit, (w, kept), (distance, angle), source_cam_from_world.dtype)


def _widen_all(
    source: Tensor, target: Tensor, weights: Tensor | None
) -> tuple[Tensor, Tensor, Tensor, float]:
    """Check the shapes; the three in the widest float and the rounding of what was given."""
    items = source.shape[: -1 if source.shape[-1] == 3 else -2]
    given = source.new_ones(items) if weights is None else weights
    if source.shape != target.shape or given.shape != items:
        raise InputError(
            f"source {tuple(source.shape)}, target {tuple(target.shape)} and weights "
            f"{tuple(given.shape)} do not correspond; give source and target of one shape and "
            "one weight for each point or camera."
        )
    eps = max(torch.finfo(source.dtype).eps, torch.finfo(target.dtype).eps)
    return widen(source), widen(target), widen(given), eps


def _solve_robustly(
    solve: Callable[[Tensor], Fit],
    search: Callable[[int, Tensor], Tensor | None],
    weights: Tensor,
) -> tuple[Fit, Tensor]:
    """Search each problem of the batch for its consensus, then solve with what is left.

    Problems that are degenerate whatever is left out are not searched.
    """
    kept = flatten_batch(weights, 1).clone()
    with torch.no_grad():
        failure = solve(weights).failure
        lost = torch.zeros_like(failure.flatten(), dtype=torch.bool)
        for i, code in enumerate(failure.flatten().tolist()):
            if code in _SEARCHED:
                found = search(i, kept[i])
                lost[i] = found is None
                kept[i] = kept[i] if found is None else found
    kept = kept.reshape(weights.shape)
    fit = solve(kept)
    lost = lost.reshape(failure.shape) & (fit.failure == Failure.NONE)
    failure = torch.where(lost, int(Failure.NO_CONSENSUS), fit.failure)
    return Fit(fit.sim3, failure, fit.scale_failure), kept


def _point_result(
    fit: Fit, source: Tensor, target: Tensor, weights: tuple[Tensor, Tensor], dtype: torch.dtype
) -> AlignmentResult:
    """Residuals of a point fit, and the result."""
    distance = torch.linalg.vector_norm(fit.sim3.apply(source) - target, dim=-1)
    return _result(fit, weights, (distance,), dtype)


def _result(
    fit: Fit, weights: tuple[Tensor, Tensor], residuals: tuple[Tensor, ...], dtype: torch.dtype
) -> AlignmentResult:
    """Turn codes into sentences and failed numbers into NaN.

    ``weights`` are those that were given and those that the fit ended with.
    """
    given, kept = weights
    ok = fit.failure == Failure.NONE
    inliers = (kept > 0) & ok[..., None]
    total = torch.where(inliers, given, 0.0)
    squares = [(total * torch.where(inliers, r, 0.0).square()).sum(-1) for r in residuals]
    rms = [(square / total.sum(-1)).sqrt() for square in squares]  # NaN where nothing is left
    parts = (fit.sim3.scale, fit.sim3.rotation, fit.sim3.translation)
    scale, rotation, translation = (
        torch.where(ok.reshape(ok.shape + (1,) * (part.dim() - ok.dim())), part, torch.nan)
        for part in parts
    )
    codes = torch.where(ok, fit.scale_failure, fit.failure).flatten().tolist()
    return AlignmentResult(
        sim3=Sim3(scale, rotation, translation).to(dtype=dtype),
        ok=ok,
        scale_ok=ok & (fit.scale_failure == Failure.NONE),
        reasons=tuple(Failure(code).explain() for code in codes),
        rms=rms[0].to(dtype),
        inliers=inliers,
        angle_rms_rad=rms[1].to(dtype) if len(rms) > 1 else None,
    )
