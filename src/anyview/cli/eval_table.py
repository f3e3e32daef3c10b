# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What ``anyview eval`` prints of results: the main numbers of each method, and what failed."""

import io
import math
import shutil
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from anyview.evaluation.benchmark.metric_columns import columns_for
from anyview.evaluation.benchmark.results import Results

SHOWN = (
    "depth/delta1_full",
    "depth/abs_rel",
    "depth_joint/delta1_full",
    "depth_metric/delta1_full",
    "pose/auc5",
    "pose/auc30",
    "trajectory/ate_full",
    "reconstruction/f1",
    "reconstruction/chamfer",
)
"""Numbers of the table, where a suite has them; the report and results.json have all."""

_MOST_REASONS = 5
_LEAST_WIDTH = 120


def summary(results: Sequence[Results]) -> list[dict[str, Any]]:
    """Every run in short, for programs: means over tasks, failures with their reasons."""
    found = []
    for item in results:
        names = sorted({name for scored in item.scored for name in scored.numbers})
        means = {name: item.mean(name) for name in names}
        found.append(
            {
                "suite": item.suite,
                "method": item.method,
                "tasks": len(item.scored),
                "failed": [{"task": s.task, "reason": s.reason} for s in item.failed],
                "means": {k: v if math.isfinite(v) else None for k, v in means.items()},
                "seconds": _none_if_nan(_median([s.seconds for s in item.scored])),
                "peak_bytes": max((s.peak_bytes or 0 for s in item.scored), default=0) or None,
            }
        )
    return found


def summary_lines(results: Sequence[Results]) -> list[str]:
    """A table for each suite, as text."""
    width = max(_LEAST_WIDTH, shutil.get_terminal_size().columns)
    stream = io.StringIO()
    console = Console(file=stream, width=width, color_system=None)
    for suite in dict.fromkeys(item.suite for item in results):
        runs = [item for item in results if item.suite == suite]
        numbers = {name for run in runs for scored in run.scored for name in scored.numbers}
        shown = [c for c in columns_for(numbers) if c.name in SHOWN]
        table = Table(title=f"{suite}, means over tasks", title_justify="left")
        table.add_column("method", overflow="fold")
        for title in ("tasks", "failed", *(column.title for column in shown), "s", "MB"):
            table.add_column(title, justify="right")
        for run in runs:
            peaks = [s.peak_bytes for s in run.scored if s.peak_bytes is not None]
            table.add_row(
                run.method,
                str(len(run.scored)),
                str(len(run.failed)),
                *(column.shown(run.mean(column.name)) for column in shown),
                _shown(_median([s.seconds for s in run.scored]), 2),
                _shown(max(peaks) / 1e6 if peaks else math.nan, 0),
            )
        console.print(table)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def failure_lines(results: Sequence[Results]) -> list[str]:
    """Why tasks failed, the most frequent reasons of each run."""
    lines = []
    for item in results:
        reasons: dict[str, list[str]] = {}
        for scored in item.failed:
            reasons.setdefault(scored.reason, []).append(scored.task)
        ranked = sorted(reasons.items(), key=lambda pair: -len(pair[1]))
        for reason, tasks in ranked[:_MOST_REASONS]:
            several = f" and {len(tasks) - 1} more" if len(tasks) > 1 else ""
            lines.append(f"failed: {item.suite}, {item.method}: {tasks[0]}{several}: {reason}")
        if len(ranked) > _MOST_REASONS:
            lines.append(f"  and {len(ranked) - _MOST_REASONS} other reasons, see results.json")
    return lines


def _median(values: Sequence[float]) -> float:
    known = sorted(value for value in values if not math.isnan(value))
    return known[len(known) // 2] if known else math.nan


def _none_if_nan(value: float) -> float | None:
    return None if math.isnan(value) else value


def _shown(value: float, digits: int) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"
