# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Does confidence predict error, over the tasks of a run: from the curves that each task has.

``confidence/error_kept`` of a task is the mean error of the surest 100, 95, ... 5 percent of the
pixels over that of all. The same curve tells the error of each tenth of the pixels by confidence:
what is taken away between two of its points.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anyview.evaluation.benchmark.task import Scored

KEPT, ORACLE = "confidence/error_kept", "confidence/error_oracle"
BINS = 10


@dataclass(frozen=True)
class Calibration:
    """Means over the tasks that have confidence and true depth.

    Attributes:
        removed: Shares of the pixels that are taken away, least sure first.
        kept: Mean error of the others over that of all.
        oracle: The same where the worst pixels are taken away first.
        deciles: Mean error of each tenth over that of all, the least sure tenth first.
        oracle_deciles: The same where the tenths are made by the error itself.
        tasks: How many tasks.
    """

    removed: tuple[float, ...]
    kept: tuple[float, ...]
    oracle: tuple[float, ...]
    deciles: tuple[float, ...]
    oracle_deciles: tuple[float, ...]
    tasks: int

    @property
    def ause(self) -> float:
        """Area between the curve and the oracle's; 0 is best."""
        return _mean(self.kept) - _mean(self.oracle)

    @property
    def ause_random(self) -> float:
        """The same of a confidence that says nothing."""
        return 1 - _mean(self.oracle)

    @property
    def realised(self) -> float:
        """Share of what the oracle gains over chance: 1 is the oracle, 0 chance, below misleads."""
        return 1 - self.ause / self.ause_random if self.ause_random > 0 else math.nan

    @property
    def is_monotone(self) -> bool:
        """Whether each surer tenth has a smaller error."""
        return all(a >= b for a, b in zip(self.deciles, self.deciles[1:], strict=False))


def calibration_of(scored: Iterable[Scored]) -> Calibration | None:
    """Calibration over tasks; None if none has confidence.

    Args:
        scored: Tasks of one method. Failed ones, and those without confidence, say nothing.
    """
    pairs = [
        (item.curves[KEPT], item.curves[ORACLE])
        for item in scored
        if _is_usable(item.curves.get(KEPT)) and _is_usable(item.curves.get(ORACLE))
    ]
    if not pairs:
        return None
    length = len(pairs[0][0])
    pairs = [(a, b) for a, b in pairs if len(a) == length == len(b)]
    if not pairs:
        return None
    kept, oracle = (
        tuple(_mean([pair[which][i] for pair in pairs]) for i in range(length)) for which in (0, 1)
    )
    removed = tuple(i / length for i in range(length))
    return Calibration(removed, kept, oracle, deciles(kept), deciles(oracle), len(pairs))


def deciles(kept: Sequence[float], bins: int = BINS) -> tuple[float, ...]:
    """Error of each share of the pixels, from the errors of those that are kept.

    Let S(r) = (1 - r) kept(r) be the error left when the share r is gone; then what lies between
    r and r + 1/bins has the mean error bins (S(r) - S(r + 1/bins)). S(1) is 0.

    Args:
        kept: At 0, 1/n, ... (n - 1)/n taken away, relative to the error of all.
        bins: A divisor of n, or fewer points than bins give no answer.

    Returns:
        The least sure share first; empty if ``kept`` is not on such a grid.
    """
    steps = len(kept)
    if steps < bins or steps % bins:
        return ()
    left = [(1 - i / steps) * value for i, value in enumerate(kept)] + [0.0]
    stride = steps // bins
    return tuple(bins * (left[i * stride] - left[(i + 1) * stride]) for i in range(bins))


def _is_usable(curve: Sequence[float] | None) -> bool:
    return bool(curve) and all(map(math.isfinite, curve or ()))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
