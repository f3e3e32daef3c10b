# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One task as a sheet: images, true depth, predicted depth, and where the error is.

A row for each view; one scale of depth for truth and prediction of all views. The prediction is
brought to the truth by one factor for the whole scene, so that what differs is its shape.
"""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image, ImageDraw
from torch import Tensor

from anyview.evaluation.benchmark.journal import file_name
from anyview.evaluation.benchmark.task import Answer, Truth
from anyview.evaluation.benchmark.task_scores import on_depth_grid
from anyview.export.colormap import apply_colors
from anyview.export.legend import (
    BACKGROUND,
    FAINT_INK,
    INK,
    NO_VALUE,
    Legend,
    legend_strip,
    load_font,
)
from anyview.export.value_scale import ValueScale, scale_for
from anyview.io.atomic import atomic_path
from anyview.metrics.depth import align_depth
from anyview.structures.views import ViewSet

MOST_VIEWS = 3
TILE = 224
"""Width of one picture in pixels."""
_TALLEST = 300
_GAP, _FONT = 8, 12
_ERRORS = ValueScale("log", 0.01, 1.0)
_PIXELS_FOR_SCALE = 50_000


def case_file(folder: Path, method: str, suite: str, task: str) -> Path:
    """Where the sheet of a task lies.

    Args:
        folder: Of the run.
        method: The method as it was asked for.
        suite: The suite.
        task: The task.
    """
    return folder / "pictures" / file_name(suite) / file_name(method) / f"{file_name(task)}.png"


def write_case_picture(path: Path, views: ViewSet, truth: Truth, answer: Answer | None) -> None:
    """Write the sheet of a task.

    Args:
        path: PNG file.
        views: What was given.
        truth: What is known.
        answer: What was said; None where there was no answer.

    Raises:
        OutputError: If it cannot be written.
    """
    sheet = case_picture(views, truth, answer)
    with atomic_path(path) as temporary:
        sheet.save(temporary, format="PNG")


def case_picture(views: ViewSet, truth: Truth, answer: Answer | None) -> Image.Image:
    """The sheet of a task: at most three views, spread evenly.

    Args:
        views: What was given.
        truth: What is known; depth may be absent.
        answer: What was said; None, or without depth, leaves its places grey.
    """
    chosen = torch.linspace(0, len(views) - 1, min(MOST_VIEWS, len(views))).round().long().tolist()
    sizes = [_size(views.views[i].height, views.views[i].width) for i in chosen]
    true = [
        _map(None if truth.depth is None else truth.depth[i], s)
        for i, s in zip(chosen, sizes, strict=True)
    ]
    said = [
        _map(None if answer is None or answer.depth is None else answer.depth[i], s)
        for i, s in zip(chosen, sizes, strict=True)
    ]
    said, is_aligned = _aligned(said, true)
    scale = _depth_scale([*true, *(said if is_aligned or not _any(true) else [])])
    own = scale if is_aligned or not _any(true) else _depth_scale(said)
    unit = "m" if truth.is_metric else "scene units"
    none = ((NO_VALUE, "none"),)
    fit = "aligned" if is_aligned else "not aligned"
    strips = [
        legend_strip(Legend(f"true depth ({unit})", scale, "depth", none), TILE, _FONT),
        legend_strip(Legend(f"predicted, {fit}", own, "depth", none), TILE, _FONT),
        legend_strip(Legend("relative error", _ERRORS, "confidence", none), TILE, _FONT),
    ]
    top = _GAP + strips[0].height + _GAP // 2
    height = top + sum(rows + _GAP for rows, _ in sizes)
    canvas = Image.new("RGB", (4 * TILE + 5 * _GAP, height), BACKGROUND)
    draw = ImageDraw.Draw(canvas)
    draw.text((_GAP, _GAP), "image", fill=INK, font=load_font(_FONT))
    if len(views) > len(chosen):
        note = f"{len(chosen)} of {len(views)} views"
        draw.text((_GAP, _GAP + 18), note, fill=FAINT_INK, font=load_font(_FONT))
    for column, strip in enumerate(strips, start=1):
        canvas.paste(strip, (_GAP + column * (TILE + _GAP), _GAP))
    y = top
    for row, index in enumerate(chosen):
        error = (
            (said[row] / true[row] - 1).abs()
            if is_aligned
            else torch.full_like(true[row], torch.nan)
        )
        photo = views.views[index].image.permute(1, 2, 0).contiguous().numpy()
        pictures = [
            Image.fromarray(photo),
            _painted(true[row], scale, "depth"),
            _painted(said[row], own, "depth"),
            _painted(error, _ERRORS, "confidence"),
        ]
        rows, columns = sizes[row]
        for column, picture in enumerate(pictures):
            fitted = picture.resize(
                (columns, rows),
                Image.Resampling.LANCZOS if column == 0 else Image.Resampling.NEAREST,
            )
            left = _GAP + column * (TILE + _GAP) + (TILE - columns) // 2
            canvas.paste(fitted, (left, y))
        y += rows + _GAP
    return canvas


def _size(height: int, width: int) -> tuple[int, int]:
    """Rows and columns of a tile for an image."""
    factor = min(TILE / width, _TALLEST / height)
    return max(1, round(height * factor)), max(1, round(width * factor))


def _map(depth: Tensor | None, size: tuple[int, int]) -> Float[Tensor, "H W"]:
    """Depth on the grid of a tile, NaN where it is unknown."""
    if depth is None:
        return torch.full(size, torch.nan)
    return on_depth_grid(depth.detach().cpu(), size)


def _any(maps: list[Tensor]) -> bool:
    return any(bool(one.isfinite().any()) for one in maps)


def _aligned(said: list[Tensor], true: list[Tensor]) -> tuple[list[Tensor], bool]:
    """Prediction under one factor for all views, and whether one is determined."""
    predicted = torch.cat([one.flatten() for one in said])
    truth = torch.cat([one.flatten() for one in true])
    both = predicted.isfinite() & truth.isfinite()
    if not bool(both.any()):
        return said, False
    aligned = align_depth(predicted, truth, both, "median")
    parts = aligned.split([one.numel() for one in said])
    return [part.view_as(one) for part, one in zip(parts, said, strict=True)], True


def _depth_scale(maps: list[Tensor]) -> ValueScale:
    values = torch.cat([one[one.isfinite() & (one > 0)] for one in maps])
    values = values[:: len(values) // _PIXELS_FOR_SCALE + 1]
    return scale_for(values.numpy().astype(np.float32), "log", small_is_high=True)


def _painted(values: Float[Tensor, "H W"], scale: ValueScale, colors: str) -> Image.Image:
    known = values.isfinite()
    # An error of exactly 0 has no logarithm: it counts as the smallest shown.
    array = torch.where(known, values, 1.0).clamp(min=1e-6).numpy().astype(np.float32)
    picture = apply_colors(scale.positions(array), colors)
    picture[~known.numpy()] = NO_VALUE
    return Image.fromarray(picture)
