# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Colour bars with numbers, drawn on pictures with Pillow's own font."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from anyview.export.colormap import color_table
from anyview.export.value_scale import ValueScale

BACKGROUND = (255, 255, 255)
INK = (34, 38, 46)
FAINT_INK = (110, 116, 128)
NO_VALUE = (150, 154, 162)
"""Pixels without a value: a grey that no map contains."""
SKY = (214, 224, 236)
"""Pixels that the model calls sky."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True)
class Legend:
    """What a picture's colours mean.

    Attributes:
        title: Quantity with its unit, such as ``"depth (m)"``.
        scale: From values to positions along the map.
        colors: Name of the colour map.
        swatches: Further flat colours with their meaning.
    """

    title: str
    scale: ValueScale
    colors: str
    swatches: tuple[tuple[tuple[int, int, int], str], ...] = ()


def load_font(size: int) -> Font:
    """Pillow's built-in font, so that pictures are the same on every machine."""
    return ImageFont.load_default(size=size)


def text_width(text: str, font: Font) -> int:
    """Width of one line in pixels, rounded up."""
    return int(np.ceil(font.getlength(text)))


def _bar_image(colors: str, length: int, thickness: int, *, vertical: bool) -> Image.Image:
    # High end right, or on top.
    line = color_table(colors)[np.round(np.linspace(0, 255, length)).astype(int)]
    if vertical:
        return Image.fromarray(np.repeat(line[::-1, None], thickness, axis=1))
    return Image.fromarray(np.repeat(line[None], thickness, axis=0))


def legend_panel(legend: Legend, height: int, font_size: int) -> Image.Image:
    """An upright colour bar with ticks, to stand right of a picture.

    Args:
        legend: What to show.
        height: Wanted height in pixels; the panel is taller if the text needs it.
        font_size: Size of the numbers in pixels.

    Returns:
        An RGB picture.
    """
    font, gap = load_font(font_size), max(4, font_size // 2)
    line = round(font_size * 1.35)
    foot = len(legend.swatches) * (line + gap // 2)
    height = max(height, 8 * line + foot)
    top, bottom = gap + line + gap, height - gap - line // 2 - foot
    ticks = legend.scale.ticks(max(3, min(9, (bottom - top) // (3 * line) + 1)))
    bar = max(10, font_size)
    swatch_width = max((text_width(text, font) for _, text in legend.swatches), default=0)
    width = gap + max(
        text_width(legend.title, font),
        bar + gap // 2 + gap + max(text_width(label, font) for _, label in ticks),
        bar + gap + swatch_width,
    )
    canvas = Image.new("RGB", (2 * gap + width, height), BACKGROUND)
    draw, left = ImageDraw.Draw(canvas), 2 * gap
    draw.text((left, gap), legend.title, fill=INK, font=font)
    length = bottom - top
    canvas.paste(_bar_image(legend.colors, length, bar, vertical=True), (left, top))
    for position, label in ticks:
        y = top + round((1 - position) * (length - 1))
        draw.line((left + bar, y, left + bar + gap // 2, y), fill=INK)
        draw.text((left + bar + gap, y), label, fill=INK, font=font, anchor="lm")
    for row, (color, text) in enumerate(legend.swatches):
        y = height - foot + row * (line + gap // 2)
        draw.rectangle((left, y, left + bar - 1, y + bar - 1), fill=color)
        draw.text((left + bar + gap, y + bar // 2), text, fill=INK, font=font, anchor="lm")
    return canvas


def legend_strip(legend: Legend, width: int, font_size: int) -> Image.Image:
    """A lying colour bar with ticks and title, to stand above a column of pictures.

    Args:
        legend: What to show; swatches follow the title.
        width: Width in pixels.
        font_size: Size of the numbers in pixels.

    Returns:
        An RGB picture.
    """
    font, line = load_font(font_size), round(font_size * 1.35)
    bar, tick = max(8, font_size * 2 // 3), max(3, font_size // 4)
    canvas = Image.new("RGB", (width, 2 * line + bar + tick), BACKGROUND)
    draw = ImageDraw.Draw(canvas)
    draw.text((0, 0), legend.title, fill=INK, font=font)
    x = width
    for color, text in reversed(legend.swatches):
        x -= text_width(text, font)
        if x < text_width(legend.title, font) + 3 * font_size:
            break  # a narrow column keeps its title
        draw.text((x, 0), text, fill=FAINT_INK, font=font)
        x -= font_size
        draw.rectangle(
            (x, line // 4, x + font_size * 2 // 3, line // 4 + font_size * 2 // 3), color
        )
        x -= font_size // 2
    canvas.paste(_bar_image(legend.colors, width, bar, vertical=False), (0, line))
    end = 0
    for position, label in legend.scale.ticks(max(2, min(7, width // (4 * font_size) + 1))):
        x, half = round(position * (width - 1)), text_width(label, font) // 2 + 1
        center = min(max(x, half), width - half)
        if center - half < end:
            continue
        draw.line((x, line + bar, x, line + bar + tick - 1), fill=INK)
        draw.text((center, line + bar + tick), label, fill=INK, font=font, anchor="ma")
        end = center + half + font_size // 2
    return canvas
