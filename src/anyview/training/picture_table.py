# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Views as rows of a picture: the image first, then quantities in colours, a legend above each."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image, ImageDraw
from torch import Tensor

from anyview.export.legend import BACKGROUND, INK, legend_strip, load_font, text_width
from anyview.export.painting import Painting
from anyview.export.value_scale import FloatArray

_CELL_WIDTH = 260
_GAP = 10
_FONT = 13


def draw_table(
    images: Float[Tensor, "V 3 H W"],
    paintings: Sequence[Painting],
    captions: Sequence[str],
    *,
    title: str,
) -> Image.Image:
    """The table as an RGB picture.

    Args:
        images: sRGB in [0, 1], one a row.
        paintings: One a column, each of all views, on grids of any size.
        captions: Below each row; what does not fit is cut off in front, as numbers are behind.
        title: First line.
    """
    count, _, height, width = images.shape
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
    photos = (images.detach().cpu().clamp(0, 1) * 255).round().to(torch.uint8)
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
        text = captions[row]
        while len(text) > 1 and text_width(text, font) > size[0] - 2 * _GAP:
            text = text[1:]
        draw.text((_GAP, y + cell[1] + 3), text, fill=INK, font=font)
    return sheet


def array_or_nan(values: Float[Tensor, "*shape"]) -> FloatArray:
    """Values that are not positive and finite become NaN."""
    plain = values.detach().float().cpu()
    array: FloatArray = torch.where((plain > 0) & plain.isfinite(), plain, torch.nan).numpy()
    return array
