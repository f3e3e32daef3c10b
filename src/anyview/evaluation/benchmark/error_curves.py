# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Curves of one method over all tasks of a suite; failed tasks count as wrong throughout."""

import bisect
import math
from collections.abc import Callable, Sequence

from anyview.evaluation.benchmark.reconstruction_scores import CURVE_AT
from anyview.evaluation.benchmark.report_data import SuiteRuns, values_of
from anyview.evaluation.benchmark.task import Scored

Points = tuple[tuple[float, float], ...]

POSE, DEPTH, SURFACE = "pose/worst_deg", "depth/error_quantiles", "reconstruction/f1_at"
POSE_AT = tuple(i * 0.5 for i in range(61))
DEPTH_AT = tuple(10 ** (-2.5 + 2.5 * i / 50) for i in range(51))


def cumulative(
    suite: SuiteRuns, curve: str, at: Sequence[float], share: Callable[[Scored], float]
) -> list[Points]:
    """For each method the share of errors up to each value, the mean over tasks.

    A task counts if any method has the curve for it; a method without one has nothing right there.

    Args:
        suite: The runs.
        curve: Name of a curve of errors in ascending order.
        at: Values of the error.
        share: What share of the task the curve speaks of, in [0, 1].
    """
    tasks = _tasks_with(suite, curve)
    found: list[Points] = []
    for run in suite.runs:
        own = [s for s in run.scored if s.task in tasks]
        if not any(_usable(s, curve) for s in own):
            found.append(())
            continue
        sums = [0.0] * len(at)
        for scored in own:
            errors = _usable(scored, curve)
            weight = share(scored) / len(errors) if errors else 0.0
            for i, value in enumerate(at):
                sums[i] += weight * bisect.bisect_right(errors, value)
        found.append(tuple((x, total / len(own)) for x, total in zip(at, sums, strict=True)))
    return found


def pose_recall(suite: SuiteRuns) -> list[Points]:
    """Share of pairs of cameras up to each error in degrees."""
    return cumulative(suite, POSE, POSE_AT, lambda _: 1.0)


def depth_recall(suite: SuiteRuns) -> list[Points]:
    """Share of true pixels up to each relative error; those without an answer are wrong."""

    def covered(scored: Scored) -> float:
        share = scored.numbers.get("depth/coverage", 1.0)
        return share if math.isfinite(share) else 0.0

    return cumulative(suite, DEPTH, DEPTH_AT, covered)


def surface_f1(suite: SuiteRuns) -> list[Points]:
    """F1 at multiples of the protocol's distance, the mean over tasks."""
    tasks = _tasks_with(suite, SURFACE)
    found: list[Points] = []
    for run in suite.runs:
        curves = [_usable(s, SURFACE) for s in run.scored if s.task in tasks]
        if not any(curves):
            found.append(())
            continue
        means = [
            sum(c[i] for c in curves if i < len(c)) / len(curves) for i in range(len(CURVE_AT))
        ]
        found.append(tuple(zip(CURVE_AT, means, strict=True)))
    return found


def sorted_values(suite: SuiteRuns, metric: str) -> list[Points]:
    """For each method its values from the smallest to the largest, at their share of the tasks.

    The tasks are those that any method has a value for; those that a method has none for leave its
    line short of its end.
    """
    values = [values_of(run.scored, metric) for run in suite.runs]
    tasks = len({task for own in values for task in own})
    return [
        tuple(((i + 1) / tasks, v) for i, v in enumerate(sorted(own.values()))) for own in values
    ]


def _usable(scored: Scored, curve: str) -> tuple[float, ...]:
    values = scored.curves.get(curve, ())
    return values if not any(math.isnan(v) for v in values) else ()


def _tasks_with(suite: SuiteRuns, curve: str) -> frozenset[str]:
    return frozenset(s.task for run in suite.runs for s in run.scored if _usable(s, curve))
