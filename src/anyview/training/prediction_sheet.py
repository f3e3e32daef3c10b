# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a network makes of validation views: input, truth, prediction, error, confidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image, ImageDraw
from torch import Tensor

from anyview.export.legend import (
    BACKGROUND,
    INK,
    NO_VALUE,
    Legend,
    legend_strip,
    load_font,
    text_width,
)
from anyview.export.painting import Painting
from anyview.export.value_scale import FloatArray, ValueScale, format_number, scale_for
from anyview.io.atomic import atomic_path

MAX_ERROR = 0.5
"""Relative error at the bright end of the map."""

_CELL_WIDTH = 260
_GAP = 10
_FONT = 13


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
        ratio = t[known] / p[known]
        scale = float(ratio.median())
        ratio = ratio / scale
        scores.append(
            ViewScore(
                scale,
                float((1 / ratio - 1).abs().mean()),
                float((torch.maximum(ratio, 1 / ratio) < 1.25).float().mean()),
            )
        )
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
    paintings = _paintings(views, scores)
    count, height, width = views.truth.shape
    cell = (_CELL_WIDTH, max(1, round(_CELL_WIDTH * height / width)))
    strips = [legend_strip(painting.legend, cell[0], _FONT) for painting in paintings]
    font, caption = load_font(_FONT), round(_FONT * 1.8)
    head = 2 * _GAP + round(_FONT * 1.5)
    first_row = head + strips[0].height + _GAP
    size = (
        _GAP + (1 + len(paintings)) * (cell[0] + _GAP),
        first_row + count * (cell[1] + caption + _GAP),
    )
    sheet = Image.new("RGB", size, BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    draw.text((_GAP, _GAP), title, fill=INK, font=load_font(_FONT + 2))
    draw.text((_GAP, head), "input", fill=INK, font=font)
    for column, strip in enumerate(strips, start=1):
        sheet.paste(strip, (_GAP + column * (cell[0] + _GAP), head))
    photos = (views.images.detach().cpu().clamp(0, 1) * 255).round().to(torch.uint8)
    for row in range(count):
        y = first_row + row * (cell[1] + caption + _GAP)
        pictures = [
            photos[row].permute(1, 2, 0).numpy(),
            *(painting.picture(row) for painting in paintings),
        ]
        for column, picture in enumerate(pictures):
            how = Image.Resampling.LANCZOS if column == 0 else Image.Resampling.NEAREST
            shown = Image.fromarray(np.ascontiguousarray(picture)).resize(cell, how)
            sheet.paste(shown, (_GAP + column * (cell[0] + _GAP), y))
        text = _caption(views.names[row], scores[row])
        while len(text) > 1 and text_width(text, font) > size[0] - 2 * _GAP:
            text = text[1:]  # the numbers are at the end
        draw.text((_GAP, y + cell[1] + 3), text, fill=INK, font=font)
    return sheet


def _paintings(views: SheetViews, scores: Sequence[ViewScore]) -> list[Painting]:
    truth = _array_or_nan(views.truth)
    scales = np.array([score.scale for score in scores], dtype=np.float32)[:, None, None]
    # A view without truth is shown as it was predicted.
    predicted = _array_or_nan(views.prediction) * np.where(np.isnan(scales), 1.0, scales)
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
        conf = _array_or_nan(views.conf)
        scale = scale_for(conf[~np.isnan(conf)], "log", small_is_high=False, floor=1.0)
        paintings.append(Painting(conf, None, Legend("confidence", scale, "confidence")))
    return paintings


def _array_or_nan(values: Tensor) -> FloatArray:
    """Values that are not positive and finite become NaN."""
    plain = values.detach().float().cpu()
    array: FloatArray = torch.where((plain > 0) & plain.isfinite(), plain, torch.nan).numpy()
    return array


def _caption(name: str, score: ViewScore) -> str:
    if np.isnan(score.scale):
        return f"{name}: no truth"
    return (
        f"{name}: AbsRel {score.abs_rel:.3f}, delta1 {score.delta1:.3f}, "
        f"prediction x {format_number(score.scale)}"
    )
