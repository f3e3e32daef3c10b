# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Two runs task by task: what changed, and whether it is more than chance (a paired bootstrap)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.bootstrap import Interval, bootstrap_mean
from anyview.evaluation.benchmark.metric_columns import QUALITY, MetricColumn, columns_for, first_of
from anyview.evaluation.benchmark.report_data import values_of
from anyview.evaluation.benchmark.results import Results

Verdict = Literal["better", "worse", "open"]

NOTICEABLE = 0.01
"""Tasks whose number moves by less than this share of its larger value count as unchanged."""


@dataclass(frozen=True)
class TaskChange:
    """One task in both runs.

    Attributes:
        task: Its name.
        before: Value in the first run.
        after: Value in the second.
    """

    task: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        """Second minus first."""
        return self.after - self.before

    @property
    def is_noticeable(self) -> bool:
        """Whether it changed by more than a trifle."""
        return abs(self.difference) > NOTICEABLE * max(abs(self.before), abs(self.after))


@dataclass(frozen=True)
class MetricChange:
    """One metric in both runs, over tasks that have it in both.

    Attributes:
        column: The metric.
        before: Mean of the first run.
        after: Mean of the second.
        difference: Second minus first, over the same tasks, with its 95 % interval.
        tasks: Every task.
        unmatched: Tasks that have the metric in one run only.
    """

    column: MetricColumn
    before: float
    after: float
    difference: Interval
    tasks: tuple[TaskChange, ...]
    unmatched: int

    @property
    def verdict(self) -> Verdict:
        """Whether the second run is better or worse; open where the interval holds zero."""
        if not self.difference.is_decided:
            return "open"
        return "better" if (self.difference.mean > 0) == self.column.higher_is_better else "worse"

    def improved(self) -> list[TaskChange]:
        """Tasks that got noticeably better, most of all first."""
        return self._moved(1 if self.column.higher_is_better else -1)

    def worsened(self) -> list[TaskChange]:
        """Tasks that got noticeably worse, most of all first."""
        return self._moved(-1 if self.column.higher_is_better else 1)

    def _moved(self, sign: int) -> list[TaskChange]:
        moved = [t for t in self.tasks if t.is_noticeable and sign * t.difference > 0]
        return sorted(moved, key=lambda t: (-sign * t.difference, t.task))


@dataclass(frozen=True)
class SuiteComparison:
    """One suite in both runs.

    Attributes:
        suite: Its name.
        before: Method of the first run.
        after: Method of the second.
        metrics: Those that both have.
        newly_failed: Tasks that failed in the second run only.
        newly_answered: Tasks that failed in the first run only.
        only_before: Tasks of the first run alone.
        only_after: Tasks of the second run alone.
    """

    suite: str
    before: str
    after: str
    metrics: tuple[MetricChange, ...]
    newly_failed: tuple[str, ...]
    newly_answered: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    @property
    def main(self) -> MetricChange | None:
        """The metric that stands for quality."""
        column = first_of(QUALITY, [m.column.name for m in self.metrics])
        return next((m for m in self.metrics if column and m.column.name == column.name), None)


@dataclass(frozen=True)
class Comparison:
    """Two runs.

    Attributes:
        suites: What was compared.
        left_out: Suites and methods of one run that the other has no partner for.
    """

    suites: tuple[SuiteComparison, ...]
    left_out: tuple[str, ...]


def compare(a: Sequence[Results], b: Sequence[Results]) -> Comparison:
    """Compare two runs, the second against the first.

    Methods of the same name are compared; where each run has a single method on a suite, those
    are, whatever their names.

    Args:
        a: The first run, what is compared with.
        b: The second.

    Raises:
        InputError: If nothing in the two belongs together.
    """
    found, left_out = [], []
    for suite in dict.fromkeys(item.suite for item in (*a, *b)):
        first = {item.method: item for item in a if item.suite == suite}
        second = {item.method: item for item in b if item.suite == suite}
        pairs = [(first[m], second[m]) for m in first if m in second]
        if not pairs and len(first) == len(second) == 1:
            pairs = [(next(iter(first.values())), next(iter(second.values())))]
        found += [_compare(*pair) for pair in pairs]
        used = {(i, run.method) for pair in pairs for i, run in enumerate(pair)}
        left_out += [
            f"{suite}: {method} ({'first' if i == 0 else 'second'} run only)"
            for i, side in enumerate((first, second))
            for method in side
            if (i, method) not in used
        ]
    if not found:
        raise InputError(
            "Nothing in the two runs belongs together: they need a suite in common, and on it a "
            f"method in common or a single one each. There are {'; '.join(left_out) or 'none'}."
        )
    return Comparison(tuple(found), tuple(left_out))


def _compare(a: Results, b: Results) -> SuiteComparison:
    first, second = {s.task: s for s in a.scored}, {s.task: s for s in b.scored}
    both = [task for task in first if task in second]
    failed_a = {s.task for s in a.failed}
    failed_b = {s.task for s in b.failed}
    names = [{n for s in run.scored for n in s.numbers} for run in (a, b)]
    changes = []
    for column in columns_for(names[0] & names[1]):
        before = values_of([first[t] for t in both], column.name)
        after = values_of([second[t] for t in both], column.name)
        tasks = tuple(
            TaskChange(t, before[t], after[t]) for t in both if t in before and t in after
        )
        if not tasks:
            continue
        changes.append(
            MetricChange(
                column,
                sum(t.before for t in tasks) / len(tasks),
                sum(t.after for t in tasks) / len(tasks),
                bootstrap_mean([t.difference for t in tasks]),
                tasks,
                len(before.keys() ^ after.keys()),
            )
        )
    return SuiteComparison(
        a.suite,
        a.method,
        b.method,
        tuple(changes),
        newly_failed=tuple(t for t in both if t in failed_b and t not in failed_a),
        newly_answered=tuple(t for t in both if t in failed_a and t not in failed_b),
        only_before=tuple(t for t in first if t not in second),
        only_after=tuple(t for t in second if t not in first),
    )
