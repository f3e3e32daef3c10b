# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How values are spread over a colour map, and which numbers a legend shows."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

ScaleKind = Literal["log", "inverse", "linear"]
FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True)
class ValueScale:
    """A monotone map from positive values to positions 0 to 1 along a colour map.

    Attributes:
        kind: ``"log"`` (equal ratios look equal), ``"inverse"`` (as disparity: detail near by) or
            ``"linear"``.
        start: Value at position 0, positive.
        end: Value at position 1, positive, other than ``start``; smaller for depth (near is 1).
    """

    kind: ScaleKind
    start: float
    end: float

    def positions(self, values: FloatArray) -> FloatArray:
        """Positions of positive values; below 0 or above 1 outside the ends."""
        start, end = _bend(self.kind, self.start), _bend(self.kind, self.end)
        # Values at the ends of float32 lie outside of any scale: infinitely far is far enough.
        with np.errstate(over="ignore"):
            if self.kind == "log":
                bent = np.log(values, dtype=np.float32)
            elif self.kind == "inverse":
                bent = np.float32(1) / values
            else:
                bent = values
            return (bent - np.float32(start)) / np.float32(end - start)

    def value(self, position: float) -> float:
        """The value at a position, the inverse of ``positions``."""
        start, end = _bend(self.kind, self.start), _bend(self.kind, self.end)
        bent = start + position * (end - start)
        if self.kind == "log":
            return math.exp(bent)
        return 1 / bent if self.kind == "inverse" else bent

    def ticks(self, count: int) -> tuple[tuple[float, str], ...]:
        """About ``count`` positions in [0, 1], evenly spread, at short numbers.

        Each tick is the number with the fewest digits within a quarter of a step of its even
        place, so that the labels are easy to read for any range and any kind.

        Returns:
            Pairs of position and label, ascending in position, no label twice.
        """
        step = 1 / max(count - 1, 1)
        found: dict[str, float] = {}
        for index in range(count):
            low, high = max((index - 0.25) * step, 0.0), min((index + 0.25) * step, 1.0)
            number = shortest_number(*sorted((self.value(low), self.value(high))))
            start, end = _bend(self.kind, self.start), _bend(self.kind, self.end)
            position = (_bend(self.kind, number) - start) / (end - start)
            found.setdefault(format_number(number), min(max(position, 0.0), 1.0))
        return tuple((position, label) for label, position in found.items())


def _bend(kind: ScaleKind, value: float) -> float:
    if kind == "log":
        return math.log(value)
    return 1 / value if kind == "inverse" else value


def scale_for(
    values: FloatArray,
    kind: ScaleKind,
    *,
    small_is_high: bool,
    percent: float = 2.0,
    floor: float | None = None,
) -> ValueScale:
    """A scale over the bulk of positive values; the outermost ``percent`` at each end saturate.

    Args:
        values: Positive finite values [N]; none at all gives 1 to 10, for a legend of nothing.
        kind: See ``ValueScale``.
        small_is_high: Whether small values (near depth) take the high end of the map.
        percent: Share left out at each end.
        floor: A value that none can be below; the scale does not reach below it either.
    """
    if values.size == 0:
        low, high = 1.0, 10.0
    else:
        rank = round(percent / 100 * (values.size - 1))
        ends = np.partition(values, (rank, values.size - 1 - rank))
        low, high = float(ends[rank]), float(ends[values.size - 1 - rank])
    if high < low * 1.01:  # a constant picture still needs two ends, told apart by four digits
        low, high = low / 1.05, high * 1.05
    if floor is not None and low < floor < high:
        low = floor
    return ValueScale(kind, high, low) if small_is_high else ValueScale(kind, low, high)


def shortest_number(low: float, high: float) -> float:
    """The number in [low, high] with the fewest digits, multiples of 5 and 2 first.

    Args:
        low: Positive.
        high: At least ``low``.
    """
    exponent = math.floor(math.log10(high))
    while exponent > -300:
        for digit in (10, 5, 2, 1):
            # Powers of ten as quotients: 1 / 10 is the double nearest 0.1, 10**-1 may not be.
            multiple = math.ceil(low * 10.0**-exponent / digit - 1e-9) * digit
            number = multiple * 10.0**exponent if exponent >= 0 else multiple / 10.0**-exponent
            if low * (1 - 1e-9) <= number <= high * (1 + 1e-9):
                return number
        exponent -= 1
    return low


def format_number(number: float) -> str:
    """Four significant digits at most, no exponent in the range that pictures meet."""
    if number == 0 or 1e-4 <= abs(number) < 1e6:
        text = f"{number:.{max(0, 3 - math.floor(math.log10(abs(number) or 1)))}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{number:.3g}"
