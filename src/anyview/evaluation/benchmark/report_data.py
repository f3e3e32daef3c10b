# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a report says, before it has a form: means with intervals, who is best, who is worst where.

Bold is earned: the best mean, and those whose difference from it, over the same tasks, has a 95 %
interval that holds zero. A method that has no value where others have one is not compared.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from anyview.evaluation.benchmark.bootstrap import Interval, bootstrap_mean
from anyview.evaluation.benchmark.metric_columns import (
    PICTURED,
    MetricColumn,
    columns_for,
    first_of,
)
from anyview.evaluation.benchmark.results import Results
from anyview.evaluation.benchmark.task import Scored


@dataclass(frozen=True)
class Cell:
    """One metric of one method.

    Attributes:
        interval: Mean over tasks that have it.
        wanted: Tasks that any method has it for.
        is_best: Best, or not told apart from the best.
    """

    interval: Interval
    wanted: int
    is_best: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether no task is missing that others have."""
        return self.interval.count == self.wanted


@dataclass(frozen=True)
class MethodRow:
    """One method in an overview.

    Attributes:
        method: Its name.
        cells: In the order of the columns.
        tasks: How many there were.
        failed: How many of them had no answer.
        seconds: Median over answers; NaN if unknown.
        peak_bytes: Largest; None if unknown.
    """

    method: str
    cells: tuple[Cell, ...]
    tasks: int
    failed: int
    seconds: float
    peak_bytes: int | None


@dataclass(frozen=True)
class Overview:
    """All methods on one suite, or on its tasks of one kind.

    Attributes:
        columns: Metrics.
        rows: Methods, in the order of the run.
    """

    columns: tuple[MetricColumn, ...]
    rows: tuple[MethodRow, ...]


@dataclass(frozen=True)
class SuiteRuns:
    """All methods on one suite.

    Attributes:
        suite: Its name.
        runs: One for each method.
    """

    suite: str
    runs: tuple[Results, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """Kinds of tasks, in order of appearance."""
        return tuple(dict.fromkeys(tag for run in self.runs for s in run.scored for tag in s.tags))

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of tasks, in order of appearance."""
        return tuple(dict.fromkeys(s.task for run in self.runs for s in run.scored))

    @property
    def metrics(self) -> frozenset[str]:
        """Metrics that a task has a finite value for."""
        return frozenset(
            name
            for run in self.runs
            for scored in run.scored
            for name, value in scored.numbers.items()
            if math.isfinite(value)
        )


def by_suite(results: Sequence[Results]) -> list[SuiteRuns]:
    """Runs grouped by suite, in order of appearance."""
    names = dict.fromkeys(item.suite for item in results)
    return [SuiteRuns(n, tuple(r for r in results if r.suite == n)) for n in names]


def values_of(scored: Sequence[Scored], metric: str) -> dict[str, float]:
    """Finite values of a metric by task."""
    return {
        item.task: item.numbers[metric]
        for item in scored
        if math.isfinite(item.numbers.get(metric, math.nan))
    }


def overview(suite: SuiteRuns, tag: str | None = None) -> Overview:
    """Means with intervals, the best marked.

    Args:
        suite: The runs.
        tag: Tasks of this kind only.
    """
    chosen = [[s for s in run.scored if tag is None or tag in s.tags] for run in suite.runs]
    columns = columns_for(suite.metrics)
    cells = [
        _cells([values_of(tasks, column.name) for tasks in chosen], column) for column in columns
    ]
    rows = []
    for index, (run, tasks) in enumerate(zip(suite.runs, chosen, strict=True)):
        times = [s.seconds for s in tasks if s.outcome == "ok" and math.isfinite(s.seconds)]
        peaks = [s.peak_bytes for s in tasks if s.peak_bytes is not None]
        rows.append(
            MethodRow(
                run.method,
                tuple(column[index] for column in cells),
                len(tasks),
                sum(s.outcome == "failed" for s in tasks),
                median(times),
                max(peaks) if peaks else None,
            )
        )
    return Overview(tuple(columns), tuple(rows))


def worst_tasks(run: Results, count: int) -> list[tuple[Scored, MetricColumn | None]]:
    """Tasks that went worst, failed ones first, each with the metric that says so.

    Args:
        run: One method on one suite.
        count: At most so many.
    """
    metrics = {name for s in run.scored for name, v in s.numbers.items() if math.isfinite(v)}
    column = first_of(PICTURED, metrics)

    def badness(scored: Scored) -> tuple[bool, float]:
        value = math.nan if column is None else scored.numbers.get(column.name, math.nan)
        if column is None or not math.isfinite(value):
            return scored.outcome == "failed", -math.inf
        return scored.outcome == "failed", -value if column.higher_is_better else value

    return [(s, column) for s in sorted(run.scored, key=badness, reverse=True)[:count]]


def median(values: Sequence[float]) -> float:
    """The median; NaN of nothing."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _cells(values: list[dict[str, float]], column: MetricColumn) -> list[Cell]:
    """One column."""
    wanted = len({task for own in values for task in own})
    cells = [Cell(bootstrap_mean(list(own.values())), wanted) for own in values]
    whole = [i for i, cell in enumerate(cells) if wanted and cell.is_whole]
    if len(whole) < 2:
        return cells
    sign = 1 if column.higher_is_better else -1
    best = max(whole, key=lambda i: sign * cells[i].interval.mean)
    for i in whole:
        differences = [values[i][task] - values[best][task] for task in values[best]]
        tied = all(d == 0 for d in differences)
        apart = bootstrap_mean(differences)
        if i == best or tied or (apart.count > 1 and not apart.is_decided):
            cells[i] = Cell(cells[i].interval, wanted, is_best=True)
    if all(cell.is_best for cell in cells):  # where nobody is told apart, nobody is better
        return [Cell(cell.interval, wanted) for cell in cells]
    return cells
