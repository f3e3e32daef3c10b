# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth of an answer against the truth, under a protocol's alignment, crop and caps.

- ``depth/...``: every view under its own alignment, the mean over views.
- ``depth_joint/...``: all views of the scene under one factor (the ratio of medians).
- ``depth_affine_invariant/...``: every view under its best line in depth.
- ``depth_metric/...``: as it is, of answers that claim to be in metres.

Errors are taken where both the answer and the truth know depth; ``coverage`` is the share of true
pixels that the answer knows, and ``delta1_full`` counts the others as missed.
"""

import math
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.evaluation.benchmark.confidence_scores import score_confidence
from anyview.evaluation.benchmark.protocols import DepthSpec, EvalCrop
from anyview.evaluation.benchmark.task import Answer, Truth
from anyview.evaluation.benchmark.task_scores import (
    TaskScores,
    joined,
    on_depth_grid,
    on_grid,
    quantile_curve,
)
from anyview.metrics.depth import DepthAlignment, DepthErrors, align_depth, depth_errors

SHARES = ("delta1", "delta2", "delta3")
"""Errors that have a worst value, 0."""

OTHERS = ("abs_rel", "rmse", "log10", "silog")

_MOST_PIXELS_IN_CURVE = 200_000


@dataclass(frozen=True)
class _Pixels:
    """True pixels of one view and what the answer says of them.

    Attributes:
        truth: Their depth.
        predicted: The same of the answer; NaN where it says nothing.
        conf: Confidence there, or None.
    """

    truth: Float[Tensor, " N"]
    predicted: Float[Tensor, " N"]
    conf: Float[Tensor, " N"] | None

    @property
    def known(self) -> Bool[Tensor, " N"]:
        """Of which pixels the answer says something."""
        return self.predicted.isfinite()


def score_depth(answer: Answer, truth: Truth, spec: DepthSpec) -> TaskScores:
    """Score depth; empty if no depth is known.

    Args:
        answer: Of as many views as the truth.
        truth: With or without depth.
        spec: How.
    """
    views = _pixels(answer, truth, spec)
    if not views:
        return TaskScores()
    alone, relative = _each(views, spec, spec.alignment)
    numbers = _numbers("depth", views, alone, (*SHARES, *OTHERS))
    brief = (*SHARES, "abs_rel")
    affine, _ = _each(views, spec, "scale-shift")
    numbers |= _numbers("depth_affine_invariant", views, affine, brief)
    if len(views) > 1:
        numbers |= _numbers("depth_joint", views, _joint(views, spec), brief)
    if answer.unit_is_metre and truth.is_metric:
        plain, _ = _each(views, spec, "none")
        numbers |= _numbers("depth_metric", views, plain, (*brief, "rmse"))
    numbers["depth/coverage"] = _coverage(views)
    errors = torch.cat([r[view.known] for r, view in zip(relative, views, strict=True)])
    step = len(errors) // _MOST_PIXELS_IN_CURVE + 1
    curve = quantile_curve(errors[::step])
    own = TaskScores(numbers, MappingProxyType({"depth/error_quantiles": curve} if curve else {}))
    pairs = [
        (view.conf[view.known], error[view.known])
        for view, error in zip(views, relative, strict=True)
        if view.conf is not None
    ]
    return joined((own, score_confidence(pairs)))


def depth_failure(truth: Truth, spec: DepthSpec, *, claims_metres: bool = False) -> TaskScores:
    """What no answer comes to: nothing is right, nothing is covered.

    Args:
        truth: With or without depth.
        spec: How it would have been scored.
        claims_metres: Whether the method's answers are in metres.
    """
    views = _pixels(Answer(), truth, spec)
    if not views:
        return TaskScores()
    names = ["depth", "depth_affine_invariant"]
    names += ["depth_joint"] * (len(views) > 1)
    names += ["depth_metric"] * (claims_metres and truth.is_metric)
    numbers = {f"{name}/{share}": 0.0 for name in names for share in (*SHARES, "delta1_full")}
    return TaskScores(numbers | {"depth/coverage": 0.0})


def crop_mask(crop: EvalCrop | None, height: int, width: int) -> Bool[Tensor, "{height} {width}"]:
    """Which pixels of an image lie in the window; the ends are rounded down."""
    mask = torch.zeros(height, width, dtype=torch.bool)
    if crop is None:
        return ~mask
    # A little more than nothing: 471 / 480 * 480 must not come out as 470.
    rows, columns = (
        slice(int(first * side + 1e-6), int(last * side + 1e-6))
        for first, last, side in (
            (crop.top, crop.bottom, height),
            (crop.left, crop.right, width),
        )
    )
    mask[rows, columns] = True
    return mask


def _pixels(answer: Answer, truth: Truth, spec: DepthSpec) -> list[_Pixels]:
    """The views with true depth."""
    found = []
    for number, depth in enumerate(truth.depth or ()):
        if depth is None:
            continue
        size = (int(depth.shape[0]), int(depth.shape[1]))
        counts = depth.isfinite() & (depth >= spec.least) & (depth <= spec.most) & (depth > 0)
        counts &= crop_mask(spec.crop, *size)
        if not bool(counts.any()):
            continue
        said = None if answer.depth is None else answer.depth[number]
        sure = None if answer.conf is None else answer.conf[number]
        unknown = torch.full_like(depth, torch.nan)
        predicted = unknown if said is None else on_depth_grid(said, size)
        conf = None if said is None or sure is None else on_grid(sure.float(), size, smooth=True)
        found.append(
            _Pixels(depth[counts], predicted[counts], None if conf is None else conf[counts])
        )
    return found


def _clamped(depth: Tensor, spec: DepthSpec) -> Tensor:
    return depth.clamp(spec.least, spec.most) if spec.clamps else depth


def _each(
    views: list[_Pixels], spec: DepthSpec, alignment: DepthAlignment
) -> tuple[list[DepthErrors], list[Float[Tensor, " N"]]]:
    """Errors of every view under its own alignment, and the relative error of its pixels."""
    errors, relative = [], []
    for view in views:
        aligned = _clamped(align_depth(view.predicted, view.truth, view.known, alignment), spec)
        errors.append(depth_errors(aligned, view.truth, view.known))
        relative.append((aligned / view.truth - 1).abs())
    return errors, relative


def _joint(views: list[_Pixels], spec: DepthSpec) -> list[DepthErrors]:
    """Errors of every view under one factor of the scene."""
    predicted, truth, known = (
        torch.cat([getattr(view, part) for view in views])
        for part in ("predicted", "truth", "known")
    )
    aligned = _clamped(align_depth(predicted, truth, known, "median"), spec)
    parts = aligned.split([len(view.truth) for view in views])
    return [
        depth_errors(part, view.truth, view.known) for part, view in zip(parts, views, strict=True)
    ]


def _coverage(views: list[_Pixels]) -> float:
    return sum(float(view.known.double().mean()) for view in views) / len(views)


def _numbers(
    name: str, views: list[_Pixels], errors: list[DepthErrors], wanted: tuple[str, ...]
) -> dict[str, float]:
    """Means over views. Where an alignment is not determined, shares are 0 and the rest is left
    out; so it is for views of which the answer says nothing."""
    numbers: dict[str, float] = {}
    covered = [float(view.known.double().mean()) for view in views]
    for part in wanted:
        values = [float(getattr(error, part)) for error in errors]
        if part in SHARES:
            known = [0.0 if math.isnan(v) else v for v, c in zip(values, covered, strict=True) if c]
            numbers[f"{name}/{part}"] = sum(known) / len(known) if known else 0.0
        else:
            known = [v for v in values if math.isfinite(v)]
            if known:
                numbers[f"{name}/{part}"] = sum(known) / len(known)
    full = [
        0.0 if math.isnan(value) else value * share
        for value, share in zip((float(e.delta1) for e in errors), covered, strict=True)
    ]
    numbers[f"{name}/delta1_full"] = sum(full) / len(full)
    return numbers
