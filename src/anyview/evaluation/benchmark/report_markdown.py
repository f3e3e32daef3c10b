# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Reports as Markdown tables."""

import math
from collections.abc import Iterable, Sequence

from anyview.evaluation.benchmark.calibration import calibration_of
from anyview.evaluation.benchmark.comparison import Comparison, MetricChange, SuiteComparison
from anyview.evaluation.benchmark.metric_columns import ABSENT
from anyview.evaluation.benchmark.report_data import Cell, Overview, SuiteRuns, overview
from anyview.evaluation.benchmark.results import Results

_SPECIAL = str.maketrans(
    {
        **{c: f"\\{c}" for c in "\\`*_[]|"},
        "<": "&lt;",
        ">": "&gt;",
        "&": "&amp;",
        "\n": " ",
        "\r": " ",
    }
)
_MOST_FAILURES = 50
_MOST_MOVED = 10

NOTE = (
    "Means over tasks; ↑ more is better, ↓ less is. Failed tasks count with the worst value of "
    "every metric that has one; where a mean is over fewer tasks than others have, it says so "
    "(n/N) and is not compared. **Bold**: the best, and those whose difference from it over "
    "the same tasks has a 95 % bootstrap interval that holds zero; nothing is bold "
    "where all are alike."
)


def plain(text: str) -> str:
    """A name as Markdown shows it, whatever it contains."""
    return text.translate(_SPECIAL)


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column is text, the others numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def report_markdown(suites: Sequence[SuiteRuns]) -> str:
    """The whole report."""
    parts = ["# Benchmark report", NOTE]
    for suite in suites:
        parts += [f"## {plain(suite.suite)}", overview_markdown(overview(suite))]
        if len(suite.tags) > 1:
            for tag in suite.tags:
                found = overview(suite, tag)
                tasks = max(row.tasks for row in found.rows)
                parts += [f"### {plain(suite.suite)}: {plain(tag)} ({tasks} tasks)"]
                parts += [overview_markdown(found)]
        parts += _calibration(suite)
        parts += _failures(suite)
    parts += ["## Where this comes from", *(_provenance(run) for s in suites for run in s.runs)]
    return "\n\n".join(parts) + "\n"


def overview_markdown(found: Overview) -> str:
    """One overview."""
    header = ["method", "tasks", "failed", *(f"{c.title} {c.arrow}" for c in found.columns)]
    rows = []
    for row in found.rows:
        cells = [
            _cell(cell, column.shown(cell.interval.mean))
            for cell, column in zip(row.cells, found.columns, strict=True)
        ]
        cost = [number(row.seconds, 2), megabytes(row.peak_bytes)]
        rows.append([plain(row.method), str(row.tasks), str(row.failed), *cells, *cost])
    return markdown_table([*header, "s", "MB"], rows)


def comparison_markdown(found: Comparison) -> str:
    """Two runs, the second against the first."""
    parts = [
        "# Comparison of two runs",
        "Differences are second minus first over the same tasks, with 95 % intervals of a paired "
        "bootstrap. **open**: the interval holds zero, or there are too few tasks.",
    ]
    for suite in found.suites:
        parts += _suite_comparison(suite)
    if found.left_out:
        parts += ["Not compared: " + "; ".join(map(plain, found.left_out)) + "."]
    return "\n\n".join(parts) + "\n"


def change_cells(change: MetricChange) -> list[str]:
    """Metric, both means, difference, interval, tasks, verdict; without mark-up."""
    column, d = change.column, change.difference
    tasks = str(d.count) + (f" (+{change.unmatched} in one run only)" if change.unmatched else "")
    ends = f"{d.low:+.{column.digits}f} to {d.high:+.{column.digits}f}" if d.count > 1 else ABSENT
    return [
        f"{column.title} {column.arrow}",
        column.shown(change.before),
        column.shown(change.after),
        f"{d.mean:+.{column.digits}f}",
        ends,
        tasks,
        f"{len(change.improved())} / {len(change.worsened())}",
        change.verdict,
    ]


CHANGE_HEADER = (
    "metric",
    "first",
    "second",
    "difference",
    "95 % interval",
    "tasks",
    "tasks better / worse",
    "verdict",
)


def number(value: float, digits: int) -> str:
    """A number, or a dash."""
    return f"{value:.{digits}f}" if math.isfinite(value) else ABSENT


def megabytes(count: int | None) -> str:
    """Bytes in MB, or a dash."""
    return ABSENT if count is None else f"{count / 1e6:.0f}"


def _cell(cell: Cell, text: str) -> str:
    if cell.interval.count == 0:
        return ABSENT
    shown = f"**{text}**" if cell.is_best else text
    return shown if cell.is_whole else f"{shown} ({cell.interval.count}/{cell.wanted})"


def _calibration(suite: SuiteRuns) -> list[str]:
    rows = []
    for run in suite.runs:
        found = calibration_of(run.scored)
        if found is not None:
            numbers = (found.ause, found.ause_random, found.realised)
            tenths = " ".join(f"{v:.2f}" for v in found.deciles)
            rows.append(
                [plain(run.method), str(found.tasks), *(number(v, 3) for v in numbers), tenths]
            )
    if not rows:
        return []
    header = [
        "method",
        "tasks",
        "AUSE ↓",
        "AUSE of chance",
        "share of the oracle's gain ↑",
        "error by tenth, least sure first",
    ]
    return ["### Does confidence predict error?", markdown_table(header, rows)]


def _failures(suite: SuiteRuns) -> list[str]:
    failed = [(run.method, s) for run in suite.runs for s in run.failed]
    if not failed:
        return []
    lines = [
        f"- {plain(m)}, {plain(s.task)}: {plain(s.reason)}" for m, s in failed[:_MOST_FAILURES]
    ]
    if len(failed) > _MOST_FAILURES:
        lines.append(f"- and {len(failed) - _MOST_FAILURES} more")
    return [f"### Failed tasks: {len(failed)}", "\n".join(lines)]


def _provenance(run: Results) -> str:
    facts = "; ".join(f"{plain(k)}: {plain(v)}" for k, v in facts_of(run))
    return f"- {plain(run.suite)}, {plain(run.method)}: {facts or 'not recorded'}"


def facts_of(run: Results) -> list[tuple[str, str]]:
    """Provenance as pairs of name and text, flat."""
    found: list[tuple[str, str]] = []
    for part in ("method", "program", "machine", "run"):
        value = run.provenance.get(part)
        if isinstance(value, dict):
            found += [(f"{part}.{k}", _text(v)) for k, v in value.items() if v is not None]
        elif value is not None:
            found.append((part, _text(value)))
    return found


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k}={_text(v)}" for k, v in value.items())
    return str(value)


def _suite_comparison(suite: SuiteComparison) -> list[str]:
    header = [plain(h) for h in CHANGE_HEADER]
    rows = [[plain(c) for c in change_cells(m)] for m in suite.metrics]
    for row in rows:
        row[-1] = f"**{row[-1]}**"
    parts = [f"## {plain(suite.suite)}: {plain(suite.before)} → {plain(suite.after)}"]
    parts.append(markdown_table(header, rows) if rows else "No metric in common.")
    main = suite.main
    if main is not None:
        for word, moved in (("better", main.improved()), ("worse", main.worsened())):
            if moved:
                value = main.column.shown
                shown = ", ".join(
                    f"{plain(t.task)} ({value(t.before)} → {value(t.after)})"
                    for t in moved[:_MOST_MOVED]
                )
                more = f", and {len(moved) - _MOST_MOVED} more" * (len(moved) > _MOST_MOVED)
                parts.append(f"Most {word} by {plain(main.column.title)}: {shown}{more}.")
    parts += [f"{title}: {', '.join(map(plain, tasks))}." for title, tasks in task_changes(suite)]
    return parts


def task_changes(suite: SuiteComparison) -> list[tuple[str, tuple[str, ...]]]:
    """Lists of tasks that are not in both runs, or failed in one; empty ones left out."""
    lists = (
        ("Failed in the second run only", suite.newly_failed),
        ("Failed in the first run only", suite.newly_answered),
        ("In the first run only", suite.only_before),
        ("In the second run only", suite.only_after),
    )
    return [(title, tasks) for title, tasks in lists if tasks]
