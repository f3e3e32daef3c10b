# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The parts of a report on one suite as HTML: overview, curves, cost, confidence, scenes."""

import math
from collections.abc import Mapping, Sequence
from html import escape

from anyview.evaluation.benchmark.calibration import BINS, Calibration, calibration_of
from anyview.evaluation.benchmark.charts import (
    Axis,
    Series,
    chart,
    linear_axis,
    log_axis,
    swatch,
)
from anyview.evaluation.benchmark.error_curves import (
    Points,
    depth_recall,
    pose_recall,
    sorted_values,
    surface_f1,
)
from anyview.evaluation.benchmark.metric_columns import (
    ABSENT,
    QUALITY,
    MetricColumn,
    columns_for,
    first_of,
)
from anyview.evaluation.benchmark.page_shell import TableCell, TableHead, card, choice, table
from anyview.evaluation.benchmark.report_data import Cell, MethodRow, SuiteRuns, overview
from anyview.evaluation.benchmark.report_markdown import megabytes, number
from anyview.evaluation.benchmark.results import Results
from anyview.evaluation.benchmark.task import Scored

Places = Mapping[str, int]
"""Number of each method on the page: its colour, dash, shape and class."""


def overview_section(suite: SuiteRuns, places: Places, key: str) -> str:
    """Means of all methods, for all tasks and for each kind.

    Args:
        suite: The runs.
        places: Of methods.
        key: Identity of the suite in the page.
    """
    tags = suite.tags if len(suite.tags) > 1 else ()
    parts = []
    for i, tag in enumerate((None, *tags)):
        found = overview(suite, tag)
        heads = [TableHead("method"), TableHead("tasks"), TableHead("failed")]
        heads += [
            TableHead(f"{c.title} {c.arrow}", f"{c.name}: {c.help}", c.higher_is_better)
            for c in found.columns
        ]
        heads += [TableHead("s", "median seconds of an answer"), TableHead("MB", "largest memory")]
        rows = [
            (_method_row(places[r.method]), _overview_cells(r, found.columns, places))
            for r in found.rows
        ]
        what = "all tasks" if tag is None else f"tasks of kind {escape(tag)}"
        caption = f"{escape(suite.suite)}, means over {what}, with 95 % intervals"
        parts.append(f'<div data-choice="{i}">{table(caption, heads, rows)}</div>')
    tools = ""
    if tags:
        values = [("0", "all"), *((str(i), tag) for i, tag in enumerate(tags, 1))]
        tools = f'<div class="tools">{choice("Tasks", f"{key}-overview", values)}</div>'
    return f'<section class="card">{tools}<div id="{key}-overview">{"".join(parts)}</div></section>'


def chart_cards(suite: SuiteRuns, places: Places) -> list[str]:
    """Error curves and costs, those that there is something for."""
    names = [run.method for run in suite.runs]
    depth = first_of(("depth_joint/abs_rel", "depth/abs_rel"), suite.metrics)
    found = [
        _lines(
            "Cameras",
            "Share of pairs of views whose relative pose is at most so wrong (rotation or "
            "direction). Higher is better.",
            names,
            places,
            pose_recall(suite),
            Axis("error of the relative pose (°)", 0.0, 30.0),
            Axis("share of pairs", 0.0, 1.0),
        ),
        _lines(
            "Depth",
            "Share of true pixels at most so wrong, each view aligned; pixels without an answer "
            "count as wrong. Higher is better.",
            names,
            places,
            depth_recall(suite),
            Axis("relative error of depth", 0.00316, 1.0, "log"),
            Axis("share of pixels", 0.0, 1.0),
        ),
        _lines(
            "Surface",
            "F1 of the fused surface at multiples of the protocol's distance. Higher is better.",
            names,
            places,
            surface_f1(suite),
            Axis("multiple of the distance", 0.1, 10.0, "log"),
            Axis("F1", 0.0, 1.0),
        ),
    ]
    if depth is not None:
        lines = sorted_values(suite, depth.name)
        values = [y for points in lines for _, y in points]
        y = log_axis(depth.title, values) if min(values) > 0 else linear_axis(depth.title, values)
        found.append(
            _lines(
                f"{depth.title} of every task",
                "Tasks sorted by error, easiest left. Lower is better; a line that ends early "
                "lacks tasks.",
                names,
                places,
                lines,
                Axis("share of tasks", 0.0, 1.0),
                y,
            )
        )
    quality = first_of(QUALITY, suite.metrics)
    if quality is not None:
        found += _cost(suite, places, quality)
    return [one for one in found if one]


def calibration_section(suite: SuiteRuns, places: Places) -> str:
    """Does confidence predict error; empty without confidence."""
    pairs = [(run.method, calibration_of(run.scored)) for run in suite.runs]
    known: list[tuple[str, Calibration]] = [(m, c) for m, c in pairs if c is not None]
    if not known:
        return ""
    curves, tenths = [], []
    for method, c in known:
        place = places[method]
        curves.append(Series(method, place, tuple(zip(c.removed, c.kept, strict=True))))
        curves.append(
            Series(
                f"{method}: oracle",
                place,
                tuple(zip(c.removed, c.oracle, strict=True)),
                is_faint=True,
            )
        )
        tenths.append(Series(method, place, tuple((i + 1.0, v) for i, v in enumerate(c.deciles))))
    highest = [y for s in curves for _, y in s.points]
    parts = [
        card(
            "Error left as the least sure pixels go",
            "Relative to the error of all. Dotted: the oracle, which takes the worst pixels first.",
            chart(
                Axis("share of pixels taken away", 0.0, 1.0),
                linear_axis("error of the rest", [0.0, 1.0, *highest]),
                curves,
                label=f"Sparsification curves on {suite.suite}",
                reference=(1.0, "chance"),
            ),
        ),
        card(
            "Error of each tenth by confidence",
            "Relative to the error of all; falls from left to right if confidence orders errors.",
            chart(
                Axis("tenth of pixels, least sure first", 1.0, float(BINS)),
                linear_axis(
                    "relative error", [0.0, 1.0, *(y for s in tenths for _, y in s.points)]
                ),
                tenths,
                label=f"Error by tenth of confidence on {suite.suite}",
                reference=(1.0, "mean"),
            ),
        ),
    ]
    heads = [
        TableHead("method"),
        TableHead("tasks"),
        TableHead("AUSE ↓", "area between its curve and the oracle's"),
        TableHead("AUSE of chance", "of a confidence that says nothing"),
        TableHead("of the oracle's gain ↑", "1 is the oracle, 0 chance, below 0 misleads", True),
        TableHead("falls throughout", "whether each surer tenth has a smaller error"),
    ]
    rows = []
    for method, c in known:
        numbers = (c.ause, c.ause_random, c.realised)
        cells = [
            _name(method, places[method]),
            TableCell(str(c.tasks), float(c.tasks)),
            *(TableCell(number(v, 3), v) for v in numbers),
            TableCell("yes" if c.is_monotone else "no"),
        ]
        rows.append((_method_row(places[method]), cells))
    values = table("Does confidence predict error?", heads, rows)
    return f'<div class="cards">{"".join(parts)}</div><section class="card">{values}</section>'


def scenes_section(suite: SuiteRuns, places: Places, key: str) -> str:
    """Every task under every method, one table for each main metric.

    Args:
        suite: The runs.
        places: Of methods.
        key: Identity of the suite in the page.
    """
    columns = columns_for(suite.metrics)
    if not columns:
        return ""
    quality = first_of(QUALITY, suite.metrics)
    columns.sort(key=lambda c: quality is None or c.name != quality.name)
    by_task = [{s.task: s for s in run.scored} for run in suite.runs]
    tags = {s.task: s.tags for run in suite.runs for s in run.scored}
    parts = []
    for i, column in enumerate(columns):
        heads = [TableHead("task"), TableHead("kind", kind="text")]
        heads += [
            TableHead(run.method, column.name, column.higher_is_better, f"m{places[run.method]}")
            for run in suite.runs
        ]
        rows = []
        for task in suite.tasks:
            kinds = escape(", ".join(tags[task]))
            cells = [TableCell(escape(task), is_head=True), TableCell(kinds, kind="text")]
            for run, tasks in zip(suite.runs, by_task, strict=True):
                cells.append(_task_cell(tasks.get(task), column, f"m{places[run.method]}"))
            rows.append((f' data-tags="{kinds}"', cells))
        caption = f"{escape(column.title)} {column.arrow} of every task; failed tasks in red"
        parts.append(f'<div data-choice="{i}">{table(caption, heads, rows)}</div>')
    values = [(str(i), column.title) for i, column in enumerate(columns)]
    tools = (
        f'<div class="tools">{choice("Metric", f"{key}-scenes", values)}'
        f'<label data-needs-script hidden>Filter <input type="search" data-filters="{key}-scenes" '
        'placeholder="task or kind"></label></div>'
    )
    return (
        '<details class="card" open><summary>Every task</summary>'
        f'{tools}<div id="{key}-scenes">{"".join(parts)}</div></details>'
    )


def failures_section(suite: SuiteRuns, places: Places) -> str:
    """Tasks without an answer, with reasons; empty if there is none."""
    rows = [
        (
            _method_row(places[run.method]),
            [
                TableCell(escape(s.task), is_head=True),
                TableCell(escape(run.method), kind="text"),
                TableCell(escape(s.reason), kind="text"),
            ],
        )
        for run in suite.runs
        for s in run.failed
    ]
    if not rows:
        return ""
    heads = [TableHead("task"), TableHead("method", kind="text"), TableHead("reason", kind="text")]
    return (
        f'<details class="card"><summary>Failed tasks: {len(rows)}</summary>'
        f"{table('Tasks without an answer', heads, rows)}</details>"
    )


def _method_row(place: int) -> str:
    return f' class="m{place}"'


def _name(method: str, place: int) -> TableCell:
    return TableCell(swatch(place) + escape(method), is_head=True)


def _overview_cells(
    row: MethodRow, columns: Sequence[MetricColumn], places: Places
) -> list[TableCell]:
    cells = [
        _name(row.method, places[row.method]),
        TableCell(str(row.tasks), float(row.tasks)),
        TableCell(str(row.failed), float(row.failed), "failed" if row.failed else ""),
    ]
    cells += [_mean_cell(cell, column) for cell, column in zip(row.cells, columns, strict=True)]
    peak = math.nan if row.peak_bytes is None else float(row.peak_bytes)
    cells.append(TableCell(number(row.seconds, 2), row.seconds))
    return [*cells, TableCell(megabytes(row.peak_bytes), peak)]


def _mean_cell(cell: Cell, column: MetricColumn) -> TableCell:
    found = cell.interval
    if found.count == 0:
        return TableCell(ABSENT, math.nan)
    text = column.shown(found.mean)
    shown = f"<b>{text}</b>" if cell.is_best else text
    notes = []
    if found.count > 1:
        notes.append(f"{column.shown(found.low)} … {column.shown(found.high)}")
    if not cell.is_whole:
        notes.append(f"{found.count} of {cell.wanted} tasks")
    return TableCell(shown + "".join(f"<small>{note}</small>" for note in notes), found.mean)


def _task_cell(scored: Scored | None, column: MetricColumn, kind: str) -> TableCell:
    if scored is None:
        return TableCell(ABSENT, math.nan, kind)
    value = scored.numbers.get(column.name, math.nan)
    text = column.shown(value)
    if scored.outcome == "failed":
        return TableCell(
            f"failed ({text})" if math.isfinite(value) else "failed", value, f"{kind} failed"
        )
    return TableCell(text, value, kind)


def _lines(
    title: str,
    note: str,
    names: Sequence[str],
    places: Places,
    lines: Sequence[Points],
    x: Axis,
    y: Axis,
) -> str:
    series = [Series(n, places[n], p) for n, p in zip(names, lines, strict=True) if p]
    if not series:
        return ""
    return card(
        escape(title),
        note,
        chart(x, y, series, label=f"{title}. {note} Methods: {', '.join(names)}."),
    )


def _cost(suite: SuiteRuns, places: Places, quality: MetricColumn) -> list[str]:
    """Quality over time, and over memory."""
    found = overview(suite)
    place = next(i for i, c in enumerate(found.columns) if c.name == quality.name)
    whole = [r for r in found.rows if r.cells[place].interval.count]
    parts = []
    times = [(r, r.seconds) for r in whole if r.seconds > 0]
    peaks = [(r, r.peak_bytes / 1e6) for r in whole if r.peak_bytes]
    for title, axis, pairs in (
        ("Time against quality", "seconds of an answer, median", times),
        ("Memory against quality", "largest memory (MB)", peaks),
    ):
        if not pairs:
            continue
        series, ends = [], []
        for row, cost in pairs:
            mean = row.cells[place].interval
            series.append(
                Series(row.method, places[row.method], ((cost, mean.mean),), mean.low, mean.high)
            )
            ends += [mean.mean, mean.low, mean.high]
        way = "up and left" if quality.higher_is_better else "down and left"
        note = f"Better is {way}. Whiskers: 95 % interval over tasks."
        words = ", ".join(f"{r.method}: {number(c, 2)}" for r, c in pairs)
        drawn = chart(
            log_axis(axis, [c for _, c in pairs]),
            linear_axis(f"{quality.title} {quality.arrow}", ends),
            series,
            label=f"{title}. {axis}: {words}.",
        )
        parts.append(card(title, note, drawn))
    return parts


def provenance_text(run: Results, facts: Sequence[tuple[str, str]]) -> str:
    """Where a run comes from, as lines."""
    lines = "\n".join(f"{name}: {value}" for name, value in facts) or "not recorded"
    title = f"{run.suite}, {run.method}"
    return f"<p><b>{escape(title)}</b></p><pre>{escape(lines)}</pre>"
