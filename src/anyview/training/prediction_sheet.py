# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a network makes of validation views: input, truth, prediction, error, confidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from anyview.export.legend import NO_VALUE, Legend
from anyview.export.painting import Painting
from anyview.export.value_scale import ValueScale, format_number, scale_for
from anyview.io.atomic import atomic_path
from anyview.metrics.depth import depth_errors
from anyview.training.picture_table import array_or_nan, draw_table

MAX_ERROR = 0.5
"""Relative error at the bright end of the map."""


@dataclass(frozen=True)
class SheetViews:
    """Views to show, one a row.

    Attributes:
        images: sRGB in [0, 1].
        truth: z-depth, 0 where unknown.
        prediction: z-depth in whatever unit; each view is scaled by the median of truth over
            prediction before it is compared, and the factor is shown.
        conf: Confidence, >= 1, or None.
        names: One a view.
    """

    images: Float[Tensor, "V 3 H W"]
    truth: Float[Tensor, "V H W"]
    prediction: Float[Tensor, "V H W"]
    conf: Float[Tensor, "V H W"] | None
    names: Sequence[str]


@dataclass(frozen=True)
class ViewScore:
    """How good one view is after scaling; NaN where it has no truth.

    Attributes:
        scale: What the prediction was multiplied by.
        abs_rel: Mean relative error.
        delta1: Share of pixels within a factor of 1.25.
    """

    scale: float
    abs_rel: float
    delta1: float


def score_views(
    truth: Float[Tensor, "V H W"], prediction: Float[Tensor, "V H W"]
) -> list[ViewScore]:
    """Scale each view by the median of truth over prediction, and measure it.

    Args:
        truth: z-depth, 0 where unknown.
        prediction: z-depth; pixels that are not positive and finite count as unknown.
    """
    scores = []
    for t, p in zip(truth, prediction, strict=True):
        known = (t > 0) & (p > 0) & p.isfinite()
        if not known.any():
            scores.append(ViewScore(float("nan"), float("nan"), float("nan")))
            continue
        scale = float((t[known] / p[known]).median())
        errors = depth_errors(p[known] * scale, t[known], torch.ones_like(t[known]).bool())
        scores.append(ViewScore(scale, float(errors.abs_rel), float(errors.delta1)))
    return scores


def write_sheet(path: str | Path, views: SheetViews, *, title: str) -> Path:
    """Write the sheet as PNG.

    Args:
        path: File to write.
        views: What to show.
        title: First line, such as run and step.

    Returns:
        The file.
    """
    picture = draw_sheet(views, title=title)
    with atomic_path(path) as temporary:
        picture.save(temporary, format="PNG")
    return Path(path)


def draw_sheet(views: SheetViews, *, title: str) -> Image.Image:
    """The sheet as an RGB picture.

    All depth has one scale, taken from the truth, so that rows and columns compare.

    Args:
        views: What to show.
        title: First line.
    """
    scores = score_views(views.truth, views.prediction)
    captions = [_caption(n, s) for n, s in zip(views.names, scores, strict=True)]
    return draw_table(views.images, _paintings(views, scores), captions, title=title)


def _paintings(views: SheetViews, scores: Sequence[ViewScore]) -> list[Painting]:
    truth = array_or_nan(views.truth)
    scales = np.array([score.scale for score in scores], dtype=np.float32)[:, None, None]
    # A view without truth is shown as it was predicted.
    predicted = array_or_nan(views.prediction) * np.where(np.isnan(scales), 1.0, scales)
    predicted = predicted.astype(np.float32)
    error = np.abs(predicted - truth) / truth
    known = truth[~np.isnan(truth)]
    unknown = ((NO_VALUE, "unknown"),)
    depth = scale_for(
        known if known.size else predicted[~np.isnan(predicted)], "log", small_is_high=True
    )
    paintings = [
        Painting(truth, None, Legend("truth", depth, "depth", unknown)),
        Painting(predicted, None, Legend("prediction, scaled", depth, "depth")),
        Painting(
            error,
            None,
            Legend("relative error", ValueScale("linear", 0.0, MAX_ERROR), "confidence", unknown),
        ),
    ]
    if views.conf is not None:
        conf = array_or_nan(views.conf)
        scale = scale_for(conf[~np.isnan(conf)], "log", small_is_high=False, floor=1.0)
        paintings.append(Painting(conf, None, Legend("confidence", scale, "confidence")))
    return paintings


def _caption(name: str, score: ViewScore) -> str:
    if np.isnan(score.scale):
        return f"{name}: no truth"
    return (
        f"{name}: AbsRel {score.abs_rel:.3f}, delta1 {score.delta1:.3f}, "
        f"prediction x {format_number(score.scale)}"
    )
