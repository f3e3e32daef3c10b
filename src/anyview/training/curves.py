# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Curves of a run as one picture: a panel for each number, training and validation together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from anyview.core.errors import InputError
from anyview.export.legend import BACKGROUND, FAINT_INK, INK, Font, load_font, text_width
from anyview.export.value_scale import format_number
from anyview.io.atomic import atomic_path
from anyview.training.axis import Axis, axis_for
from anyview.training.journal import Entry

FloatArray = npt.NDArray[np.float64]
Color = tuple[int, int, int]

_COLORS: tuple[Color, ...] = ((33, 102, 172), (214, 96, 20), (27, 120, 80), (140, 50, 140))
_PANEL = (560, 300)
_OVERSAMPLING = 2  # drawn larger and reduced: Pillow's lines have no smooth edges
_DOTS_UP_TO = 40
_BIN_PX = 3


@dataclass(frozen=True)
class Curve:
    """One line of a panel.

    Attributes:
        label: Shown in the panel's head.
        steps: Ascending [N].
        values: [N]; those that are not finite are left out.
    """

    label: str
    steps: FloatArray
    values: FloatArray


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Attributes:
        title: What is drawn.
        curves: Lines; together at least one finite value.
    """

    title: str
    curves: tuple[Curve, ...]


def panels_from(entries: Sequence[Entry], names: Sequence[str] | None = None) -> list[Panel]:
    """One panel a number; numbers of the same name and different kinds share it.

    Args:
        entries: Of a journal.
        names: Which numbers, in this order; None for all, in the order of their first appearance.

    Returns:
        Panels of numbers that have a finite value.
    """
    found: dict[str, dict[str, list[tuple[int, float]]]] = {name: {} for name in names or ()}
    for entry in entries:
        for name, value in entry.numbers.items():
            if math.isfinite(value) and (names is None or name in found):
                points = found.setdefault(name, {}).setdefault(entry.kind, [])
                points.append((entry.step, value))
    panels = []
    for name, kinds in found.items():
        curves = []
        for kind, points in kinds.items():
            ordered = np.array(sorted(points), dtype=np.float64)
            curves.append(Curve(kind, ordered[:, 0], ordered[:, 1]))
        if curves:
            panels.append(Panel(name, tuple(curves)))
    return panels


def write_curves(
    path: str | Path, entries: Sequence[Entry], names: Sequence[str] | None = None
) -> Path:
    """Write the picture as PNG.

    Args:
        path: File to write.
        entries: Of a journal.
        names: Which numbers; None for all.

    Returns:
        The file.

    Raises:
        InputError: If there is nothing to draw.
    """
    picture = draw_panels(panels_from(entries, names))
    with atomic_path(path) as temporary:
        picture.save(temporary, format="PNG")
    return Path(path)


def draw_panels(panels: Sequence[Panel]) -> Image.Image:
    """All panels in a grid, an RGB picture.

    Long curves are drawn as the mean of every few pixels over a pale band from the least to the
    greatest value there, so that neither trend nor outliers are lost.

    Raises:
        InputError: If there is no panel.
    """
    if not panels:
        raise InputError("There are no finite numbers to draw; the journal may still be empty.")
    columns = 1 if len(panels) == 1 else 2 if len(panels) <= 8 else 3
    rows = math.ceil(len(panels) / columns)
    width, height = _PANEL
    sheet = Image.new("RGB", (columns * width, rows * height), BACKGROUND)
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        sheet.paste(_draw_panel(panel), (column * width, row * height))
    return sheet


def _draw_panel(panel: Panel) -> Image.Image:
    factor = _OVERSAMPLING
    size = (_PANEL[0] * factor, _PANEL[1] * factor)
    canvas = Image.new("RGB", size, BACKGROUND)
    draw = ImageDraw.Draw(canvas)
    font, title_font = load_font(12 * factor), load_font(14 * factor)
    steps = np.concatenate([curve.steps for curve in panel.curves])
    values = np.concatenate([curve.values for curve in panel.curves])
    values = values[np.isfinite(values)]
    if not values.size:
        raise InputError(f"The panel {panel.title!r} has no finite value.")
    right, top, bottom = size[0] - 18 * factor, 34 * factor, size[1] - 40 * factor
    y_axis = axis_for(values, first=bottom, last=top, log=None)
    labels = [(y_axis.pixel(tick), format_number(tick)) for tick in y_axis.ticks(6)]
    left = (
        (14 * factor) + max((text_width(text, font) for _, text in labels), default=0) + 8 * factor
    )
    x_axis = axis_for(steps, first=left, last=right, log=False)
    for y, text in labels:
        draw.line((left, y, right, y), fill=(228, 230, 234), width=factor)
        draw.text((left - 6 * factor, y), text, fill=INK, font=font, anchor="rm")
    for tick in x_axis.ticks(7):
        x = x_axis.pixel(tick)
        draw.line((x, bottom, x, bottom + 4 * factor), fill=INK, width=factor)
        text = step_label(tick)
        draw.text((x, bottom + 7 * factor), text, fill=INK, font=font, anchor="ma")
    draw.text((right, size[1] - 4 * factor), "step", fill=FAINT_INK, font=font, anchor="rs")
    for curve, color in zip(panel.curves, _COLORS * len(panel.curves), strict=False):
        _draw_curve(draw, curve, x_axis, y_axis, color)
    draw.line((left, top, left, bottom, right, bottom), fill=INK, width=factor)
    _draw_head(draw, panel, left, font, title_font, log=y_axis.log)
    return canvas.resize(_PANEL, Image.Resampling.LANCZOS)


def _draw_head(
    draw: ImageDraw.ImageDraw,
    panel: Panel,
    left: int,
    font: Font,
    title_font: Font,
    *,
    log: bool,
) -> None:
    factor = _OVERSAMPLING
    title = f"{panel.title} (logarithmic)" if log else panel.title
    y = 16 * factor
    draw.text((left, y), title, fill=INK, font=title_font, anchor="lm")
    x = left + text_width(title, title_font) + 20 * factor
    for curve, color in zip(panel.curves, _COLORS * len(panel.curves), strict=False):
        draw.line((x, y, x + 16 * factor, y), fill=color, width=3 * factor)
        text = f"{curve.label}, last {format_number(float(curve.values[-1]))}"
        draw.text((x + 22 * factor, y), text, fill=INK, font=font, anchor="lm")
        x += 34 * factor + text_width(text, font)


def _draw_curve(
    draw: ImageDraw.ImageDraw, curve: Curve, x_axis: Axis, y_axis: Axis, color: Color
) -> None:
    finite = np.isfinite(curve.values)
    steps, values = curve.steps[finite], curve.values[finite]
    if not steps.size:
        return
    points = [(x_axis.pixel(s), y_axis.pixel(v)) for s, v in zip(steps, values, strict=True)]
    factor = _OVERSAMPLING
    if len(points) > _DOTS_UP_TO:
        pale = (200 + color[0] // 5, 200 + color[1] // 5, 200 + color[2] // 5)
        bins: dict[int, list[int]] = {}
        for x, y in points:
            bins.setdefault(x // (_BIN_PX * factor), []).append(y)
        points = []
        for column, ys in bins.items():
            x = round((column + 0.5) * _BIN_PX * factor)
            draw.line((x, min(ys), x, max(ys)), fill=pale, width=_BIN_PX * factor)
            points.append((x, round(sum(ys) / len(ys))))
    draw.line(points, fill=color, width=2 * factor, joint="curve")
    if len(points) <= _DOTS_UP_TO:
        radius = 3 * factor
        for x, y in points:
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)


def step_label(step: float) -> str:
    """Such as ``"500"``, ``"12k"``, ``"1.5M"``."""
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if abs(step) >= unit:
            return f"{format_number(step / unit)}{letter}"
    return format_number(step)
