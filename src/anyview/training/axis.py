# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Axes of a drawing: values to pixels, and ticks at round numbers."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_LOG_FROM_RATIO = 20.0
"""A logarithmic axis pays where the greatest value is this many times the least."""


@dataclass(frozen=True)
class Axis:
    """A linear or logarithmic axis.

    Attributes:
        low: Value at ``first``; > 0 if logarithmic.
        high: Value at ``last``, above ``low``.
        first: Pixel of ``low``.
        last: Pixel of ``high``.
        log: Whether equal ratios are equally long.
    """

    low: float
    high: float
    first: int
    last: int
    log: bool

    def pixel(self, value: float) -> int:
        """Where a value lies; beyond the ends it is put at the end."""
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.log:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return round(self.first + (at - low) / (high - low) * (self.last - self.first))

    def ticks(self, count: int) -> list[float]:
        """Round numbers on the axis, about ``count``, ascending."""
        if self.log:
            for digits in ((1, 2, 5), (1, 3), (1,)):
                ticks = self._decades(digits)
                if len(ticks) <= count:
                    break
            else:
                ticks = ticks[:: math.ceil(len(ticks) / count)]
            # Fewer than two powers on the axis say little: fall through to even steps.
            if len(ticks) >= 2:
                return ticks
        step = _round_step((self.high - self.low) / max(count - 1, 1))
        start = math.ceil(self.low / step - 1e-9)
        end = math.floor(self.high / step + 1e-9)
        return [float(i * step) for i in range(start, end + 1)]

    def _decades(self, digits: tuple[int, ...]) -> list[float]:
        exponents = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        numbers = [digit * 10.0**exponent for exponent in exponents for digit in digits]
        return [n for n in numbers if self.low * (1 - 1e-9) <= n <= self.high * (1 + 1e-9)]


def axis_for(values: npt.NDArray[np.float64], *, first: int, last: int, log: bool | None) -> Axis:
    """An axis that holds all values, with a little room unless it is a whole range of steps.

    Args:
        values: Finite [N], at least one.
        first: Pixel of the low end.
        last: Pixel of the high end.
        log: Whether it is logarithmic; None decides by the values, and leaves room at the ends.
    """
    low, high = float(values.min()), float(values.max())
    is_log = low > 0 and high / low >= _LOG_FROM_RATIO if log is None else log
    if high <= low:
        margin = abs(low) * 0.1 or 0.5
        return Axis(low - margin, high + margin, first, last, log=False)
    if log is None:
        if is_log:
            room = (high / low) ** 0.04
            low, high = low / room, high * room
        else:
            room = 0.04 * (high - low)
            # Zero is a natural end: no room below it.
            low = 0.0 if 0 <= low < room else low - room
            high += room
    return Axis(low, high, first, last, is_log)


def _round_step(step: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below ``step``."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(d * power for d in (1, 2, 5, 10) if d * power >= step * (1 - 1e-9))
