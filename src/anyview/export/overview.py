# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A contact sheet: every view as photo, depth and confidence side by side, with legends."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from anyview.export.legend import (
    BACKGROUND,
    FAINT_INK,
    INK,
    Font,
    legend_strip,
    load_font,
    text_width,
)
from anyview.export.options import ExportOptions
from anyview.export.painting import conf_painting, depth_painting, photo
from anyview.io.atomic import atomic_path
from anyview.structures.prediction import Prediction

OVERVIEW_NAME = "overview.png"

MAX_VIEWS = 48
"""More views than this are shown by an even selection; the title says so."""

_FONT = 15
_GAP = 12


@dataclass(frozen=True)
class _Layout:
    """Cells of equal size; a block is one view; blocks fill columns top down."""

    cell: tuple[int, int]
    kinds: int
    rows: int
    blocks: int
    caption: int
    head: int
    strip: int

    @property
    def block_width(self) -> int:
        return self.kinds * self.cell[0] + (self.kinds - 1) * _GAP

    @property
    def size(self) -> tuple[int, int]:
        width = 2 * _GAP + self.blocks * self.block_width + (self.blocks - 1) * 3 * _GAP
        height = self.head + self.strip + self.rows * (self.cell[1] + self.caption) + _GAP
        return width, height

    def corner(self, index: int, kind: int) -> tuple[int, int]:
        """Top left pixel of a cell."""
        block, row = divmod(index, self.rows)
        x = _GAP + block * (self.block_width + 3 * _GAP) + kind * (self.cell[0] + _GAP)
        return x, self.head + self.strip + row * (self.cell[1] + self.caption)


def write_overview(prediction: Prediction, directory: Path, options: ExportOptions) -> list[Path]:
    """Write ``overview.png``: photo, depth and, if there is any, confidence of each view.

    Args:
        prediction: Anything.
        directory: Existing directory.
        options: How depth is spread over the colours.

    Returns:
        The file.
    """
    target = directory / OVERVIEW_NAME
    sheet = draw_overview(prediction, options)
    with atomic_path(target) as path:
        sheet.save(path, format="PNG")
    return [target]


def draw_overview(prediction: Prediction, options: ExportOptions) -> Image.Image:
    """The sheet as an RGB picture."""
    total, height, width = prediction.depth.shape
    shown = np.unique(np.round(np.linspace(0, total - 1, min(total, MAX_VIEWS))).astype(int))
    paintings = [depth_painting(prediction, options)]
    if prediction.conf is not None:
        paintings.append(conf_painting(prediction))
    cell = _cell_size(height, width, len(shown))
    strips = [legend_strip(painting.legend, cell[0], _FONT - 2) for painting in paintings]
    layout = _layout(cell, 1 + len(paintings), len(shown), strips[0].height)
    sheet = Image.new("RGB", layout.size, BACKGROUND)
    draw, font, small = ImageDraw.Draw(sheet), load_font(_FONT), load_font(_FONT - 2)
    draw.text((_GAP, _GAP), _title(prediction, len(shown)), fill=INK, font=font)
    for block in range(layout.blocks):
        for kind, strip in enumerate(strips, start=1):
            x, y = layout.corner(block * layout.rows, kind)
            sheet.paste(strip, (x, y - strip.height - _GAP // 2))
    for index, view in enumerate(shown.tolist()):
        pictures = [photo(prediction, view), *(painting.picture(view) for painting in paintings)]
        for kind, picture in enumerate(pictures):
            # Photos are smoothed; maps keep the legend's colours, between which blending invents.
            how = Image.Resampling.LANCZOS if kind == 0 else Image.Resampling.NEAREST
            sheet.paste(Image.fromarray(picture).resize(cell, how), layout.corner(index, kind))
        x, y = layout.corner(index, 0)
        label = _fit(prediction.names[view], small, layout.block_width)
        draw.text((x, y + cell[1] + 2), label, fill=FAINT_INK, font=small)
    return sheet


def _cell_size(height: int, width: int, views: int) -> tuple[int, int]:
    """Width and height of a cell, aspect kept: the more views, the smaller, 140 to 320 pixels."""
    longest = max(140, min(320, round(900 / math.sqrt(views))))
    factor = longest / max(height, width)
    return max(1, round(width * factor)), max(1, round(height * factor))


def _layout(cell: tuple[int, int], kinds: int, views: int, strip: int) -> _Layout:
    """The number of block columns that brings the sheet closest to 4 : 3."""
    layouts = []
    for blocks in range(1, views + 1):
        rows = math.ceil(views / blocks)
        if math.ceil(views / rows) == blocks:
            caption = round(_FONT * 1.5)
            head = 2 * _GAP + round(_FONT * 1.35)
            layouts.append(_Layout(cell, kinds, rows, blocks, caption, head, strip + _GAP))
    return min(layouts, key=lambda it: abs(math.log(it.size[0] / it.size[1] / (4 / 3))))


def _title(prediction: Prediction, shown: int) -> str:
    total, height, width = prediction.depth.shape
    views = "1 view" if total == 1 else f"{total} views"
    if shown < total:
        views = f"{shown} of {total} views"
    parts = [views, f"{width} x {height}"]
    parts.append("depth in metres" if prediction.is_metric else "depth in scene units, not metric")
    if isinstance(model := prediction.provenance.get("model"), str):
        parts.insert(0, model)
    return "   |   ".join(parts)


def _fit(text: str, font: Font, width: int) -> str:
    """Shorten a label in its middle until it fits; both ends of file names tell them apart."""
    text = text.encode("utf-8", "replace").decode()
    if text_width(text, font) <= width:
        return text
    keep = len(text) - 1
    while keep > 1:
        short = text[: (keep + 1) // 2] + "..." + text[len(text) - keep // 2 :]
        if text_width(short, font) <= width:
            return short
        keep -= 1
    return text[:1]
