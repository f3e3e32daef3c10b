# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How sure a mean over tasks is: the percentile bootstrap (Efron, 1979), seeded.

Tasks are drawn anew with replacement; of two methods the differences of the same tasks are drawn
(a paired bootstrap), so that hard tasks, which are hard for both, do not blur the comparison.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch

DRAWS = 4000
LEVEL = 0.95
_MOST_AT_ONCE = 4_000_000
"""Numbers drawn at a time: bounds the memory, not the result."""


@dataclass(frozen=True)
class Interval:
    """A mean and between what it would probably lie with other tasks of the kind.

    Attributes:
        mean: Of the values; NaN without any.
        low: Lower end; NaN with fewer than two values.
        high: Upper end; likewise.
        count: Values.
    """

    mean: float
    low: float
    high: float
    count: int

    @property
    def is_decided(self) -> bool:
        """Whether zero lies outside; False where the ends are not known."""
        return self.low > 0 or self.high < 0


def bootstrap_mean(
    values: Sequence[float], *, seed: int = 0, draws: int = DRAWS, level: float = LEVEL
) -> Interval:
    """The mean of values with its percentile interval.

    Args:
        values: Finite; of a paired comparison the differences.
        seed: Of the draws.
        draws: How many.
        level: Share of the draws that lies within the ends.
    """
    data = torch.tensor(list(values), dtype=torch.float64)
    count = len(data)
    if count == 0:
        return Interval(math.nan, math.nan, math.nan, 0)
    mean = float(data.mean())
    if count == 1:
        return Interval(mean, math.nan, math.nan, 1)
    generator = torch.Generator().manual_seed(seed)
    step = max(1, _MOST_AT_ONCE // count)
    means = []
    for first in range(0, draws, step):
        chosen = torch.randint(count, (min(step, draws - first), count), generator=generator)
        means.append(data[chosen].mean(1))
    ends = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    low, high = torch.cat(means).quantile(ends).tolist()
    return Interval(mean, low, high, count)
