# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Charts as inline SVG: lines and points, coloured by style sheet, each also told in words.

Series carry the class of their method, so that a page can hide a method everywhere at once.
Colour is never the only cue: lines have dashes and points have shapes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from anyview.export.value_scale import format_number

WIDTH, HEIGHT = 400, 276
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 12, 46
DASHES = ("", "7 3", "2 3", "9 3 2 3")
COLORS = 8
"""Different colours of the style sheet; further methods differ by dash and shape."""


@dataclass(frozen=True)
class Series:
    """One line, or one point with whiskers.

    Attributes:
        name: Of the method.
        index: Of the method; chooses colour, dash and class.
        points: x and y; other than finite ones are left out.
        low: For a single point, the lower end of its whisker.
        high: The upper end.
        is_faint: Whether it is drawn thin and dashed, as a bound beside the line proper.
    """

    name: str
    index: int
    points: tuple[tuple[float, float], ...]
    low: float = math.nan
    high: float = math.nan
    is_faint: bool = False


@dataclass(frozen=True)
class Axis:
    """One axis.

    Attributes:
        title: With its unit.
        low: Value at its beginning.
        high: Value at its end, larger.
        kind: Even steps, or even ratios.
    """

    title: str
    low: float
    high: float
    kind: Literal["linear", "log"] = "linear"

    def place(self, value: float) -> float:
        """Where a value lies: 0 at the beginning, 1 at the end; not outside."""
        low, high = self.low, self.high
        if self.kind == "log":
            low, high, value = math.log(low), math.log(high), math.log(max(value, self.low))
        return min(max((value - low) / (high - low), 0.0), 1.0)

    def ticks(self) -> list[float]:
        """Round values, four to seven."""
        if self.kind == "log":
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            factors = (1,) if last - first > 4 else (1, 3) if last - first > 2 else (1, 2, 5)
            found = [f * 10.0**e for e in range(first, last + 1) for f in factors]
        else:
            step = round_step(self.high - self.low)
            count = math.floor(self.high / step + 1e-9) - math.ceil(self.low / step - 1e-9) + 1
            start = math.ceil(self.low / step - 1e-9)
            found = [(start + i) * step for i in range(count)]
        slack = 1e-9 * (self.high - self.low)
        return [tick for tick in found if self.low - slack <= tick <= self.high + slack]


def round_step(span: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that divides a span into four to eight."""
    raw = span / 5
    power = 10.0 ** math.floor(math.log10(raw))
    return power * next(f for f in (1, 2, 5, 10) if raw <= f * power * (1 + 1e-9))


def log_axis(title: str, values: Sequence[float]) -> Axis:
    """An axis of even ratios around positive values."""
    known = [v for v in values if math.isfinite(v) and v > 0] or [1.0]
    low, high = min(known) / 1.4, max(known) * 1.4
    if high / low < 10:
        middle = math.sqrt(low * high)
        low, high = middle / math.sqrt(10), middle * math.sqrt(10)
    return Axis(title, low, high, "log")


def linear_axis(title: str, values: Sequence[float], *, from_zero: bool = True) -> Axis:
    """An axis of even steps around values, from zero on request where none is negative."""
    known = [v for v in values if math.isfinite(v)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if from_zero and low >= 0:
        low = 0.0
    if high - low < 1e-9 * max(abs(high), 1e-3):
        high = low + max(abs(high), 1.0) * 0.1
    margin = 0.04 * (high - low)
    return Axis(title, low if low == 0 else low - margin, high + margin)


def chart(
    x: Axis,
    y: Axis,
    series: Sequence[Series],
    *,
    label: str,
    reference: tuple[float, str] | None = None,
) -> str:
    """Lines, or points where a series has a single one.

    Args:
        x: Lying axis.
        y: Upright axis.
        series: In the order of the legend of the page.
        label: What is shown, for those who do not see it.
        reference: A level line across, with its name.
    """
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(label)}" xmlns="http://www.w3.org/2000/svg">',
        *_frame(x, y),
    ]
    if reference is not None and y.low <= reference[0] <= y.high:
        at = _y(y, reference[0])
        parts.append(
            f'<line class="reference" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{at}" y2="{at}"/>'
        )
        parts.append(_text("tick", WIDTH - _RIGHT - 4, at - 5, reference[1], "end"))
    for one in series:
        parts += _drawn(one, x, y)
    return "".join([*parts, "</svg>"])


def marker(index: int, x: float, y: float, size: float = 5.0) -> str:
    """The shape of a method: circle, square, diamond or triangle."""
    kind = (index // COLORS + index) % 4
    if kind == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}"/>'
    corners = {
        1: ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        2: ((0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)),
        3: ((0, -1.3), (1.25, 1), (-1.25, 1)),
    }[kind]
    points = " ".join(f"{x + dx * size:.1f},{y + dy * size:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}"/>'


def swatch(index: int) -> str:
    """A small sign of a method for legends."""
    return (
        f'<svg class="swatch c{index % COLORS}" viewBox="0 0 34 12" aria-hidden="true">'
        f'<line x1="1" x2="33" y1="6" y2="6" stroke-dasharray="{_dash(index)}"/>'
        f"{marker(index, 17.0, 6.0, 4.0)}</svg>"
    )


def _dash(index: int) -> str:
    return DASHES[(index // COLORS + index) % len(DASHES)]


def _x(axis: Axis, value: float) -> float:
    return round(_LEFT + axis.place(value) * (WIDTH - _LEFT - _RIGHT), 1)


def _y(axis: Axis, value: float) -> float:
    return round(HEIGHT - _BOTTOM - axis.place(value) * (HEIGHT - _TOP - _BOTTOM), 1)


def _frame(x: Axis, y: Axis) -> list[str]:
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    parts = []
    for tick in x.ticks():
        at = _x(x, tick)
        parts.append(f'<line class="grid" x1="{at}" x2="{at}" y1="{_TOP}" y2="{bottom}"/>')
        parts.append(_text("tick", at, bottom + 17, format_number(tick), "middle"))
    for tick in y.ticks():
        at = _y(y, tick)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{at}" y2="{at}"/>')
        parts.append(_text("tick", _LEFT - 7, at + 4, format_number(tick), "end"))
    parts.append(f'<path class="axis" d="M{_LEFT} {_TOP}V{bottom}H{right}"/>')
    parts.append(_text("title", (_LEFT + right) / 2, HEIGHT - 8, x.title, "middle"))
    middle = (_TOP + bottom) / 2
    turned = _text("title", 0.0, 0.0, y.title, "middle")
    parts.append(f'<g transform="translate(14 {middle}) rotate(-90)">{turned}</g>')
    return parts


def _text(kind: str, x: float | int, y: float | int, text: str, anchor: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _drawn(one: Series, x: Axis, y: Axis) -> list[str]:
    known = [(a, b) for a, b in one.points if math.isfinite(a) and math.isfinite(b)]
    if not known:
        return []
    faint = " faint" * one.is_faint
    kinds = f"series m{one.index} c{one.index % COLORS}{faint}"
    parts = [f'<g class="{kinds}"><title>{escape(one.name)}</title>']
    if len(known) == 1:
        (a, b) = known[0]
        if math.isfinite(one.low) and math.isfinite(one.high):
            at = _x(x, a)
            parts.append(
                f'<line x1="{at}" x2="{at}" y1="{_y(y, one.low)}" y2="{_y(y, one.high)}"/>'
            )
        parts.append(marker(one.index, _x(x, a), _y(y, b)))
    else:
        path = "L".join(f"{_x(x, a)} {_y(y, b)}" for a, b in known)
        dash = "3 4" if one.is_faint else _dash(one.index)
        parts.append(f'<path d="M{path}" stroke-dasharray="{dash}"/>')
        if not one.is_faint:
            a, b = known[len(known) * (one.index % 5 + 2) // 8]
            parts.append(marker(one.index, _x(x, a), _y(y, b), 4.0))
    return [*parts, "</g>"]
