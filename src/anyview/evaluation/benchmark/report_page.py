# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Reports and comparisons as pages."""

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from PIL import Image

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.case_pictures import case_file
from anyview.evaluation.benchmark.charts import swatch
from anyview.evaluation.benchmark.comparison import Comparison, SuiteComparison
from anyview.evaluation.benchmark.page_shell import TableCell, TableHead, page, table
from anyview.evaluation.benchmark.report_data import SuiteRuns, worst_tasks
from anyview.evaluation.benchmark.report_markdown import (
    CHANGE_HEADER,
    change_cells,
    facts_of,
    task_changes,
)
from anyview.evaluation.benchmark.report_sections import (
    calibration_section,
    chart_cards,
    failures_section,
    overview_section,
    provenance_text,
    scenes_section,
)

CASES = 6
"""Worst tasks of each method that are shown, as far as there are pictures of them."""

_JPEG_QUALITY = 85
_MOST_MOVED = 20

_NOTE = (
    "Means over tasks with 95 % bootstrap intervals. Failed tasks count with the worst value of "
    "every metric that has one. <b>Bold</b>: the best, and those that cannot be told apart from it "
    "on the same tasks; a method without a value where others have one is not compared. "
    "Nothing is bold where all are alike."
)


def report_page(suites: Sequence[SuiteRuns], pictures: Path | None) -> str:
    """The report.

    Args:
        suites: What to report.
        pictures: Folder of the run, with sheets at ``case_pictures.case_file``; None for none.
    """
    methods = list(dict.fromkeys(run.method for suite in suites for run in suite.runs))
    places = {method: i for i, method in enumerate(methods)}
    tasks = sum(len(suite.tasks) for suite in suites)
    answers = sum(len(run.scored) for suite in suites for run in suite.runs)
    failed = sum(len(run.failed) for suite in suites for run in suite.runs)
    facts = (
        (len(suites), "suite" if len(suites) == 1 else "suites"),
        (len(methods), "method" if len(methods) == 1 else "methods"),
        (tasks, "tasks"),
        (answers, "answers asked for"),
        (failed, "failed"),
    )
    header = (
        f'<h1>Benchmark report</h1><p class="faint">{_NOTE}</p><ul class="facts">'
        + "".join(f"<li><b>{count}</b><span>{what}</span></li>" for count, what in facts)
        + "</ul>"
    )
    parts = [_controls(methods, [suite.suite for suite in suites]), '<main id="main">']
    for i, suite in enumerate(suites):
        key = f"s{i}"
        parts.append(f'<h2 id="{key}">{escape(suite.suite)}</h2>')
        parts.append(overview_section(suite, places, key))
        parts.append(f'<div class="cards">{"".join(chart_cards(suite, places))}</div>')
        parts.append(calibration_section(suite, places))
        parts.append(scenes_section(suite, places, key))
        parts.append(failures_section(suite, places))
        parts.append(_cases(suite, places, pictures))
    parts.append('<h2>Where this comes from</h2><details class="card">')
    parts.append("<summary>Weights, options, versions, machine</summary>")
    parts += [provenance_text(run, facts_of(run)) for suite in suites for run in suite.runs]
    parts.append("</details></main>")
    return page("Benchmark report", header, "\n".join(parts))


def comparison_page(found: Comparison) -> str:
    """Two runs, the second against the first."""
    header = (
        '<h1>Comparison of two runs</h1><p class="faint">Differences are second minus first '
        "over the same tasks, with 95 % intervals of a paired bootstrap. Open: the "
        "interval holds zero, or there are too few tasks.</p>"
    )
    parts = ['<main id="main">', *(_compared(suite) for suite in found.suites)]
    if found.left_out:
        items = "".join(f"<li>{escape(text)}</li>" for text in found.left_out)
        parts.append(f"<h2>Not compared</h2><ul>{items}</ul>")
    return page("Comparison of two runs", header, "\n".join([*parts, "</main>"]))


def _controls(methods: Sequence[str], suites: Sequence[str]) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" checked data-method="m{i}" aria-label="Show {escape(m)}">'
        f"{swatch(i)}{escape(m)}</label>"
        for i, m in enumerate(methods)
    )
    links = "".join(f'<a href="#s{i}">{escape(suite)}</a>' for i, suite in enumerate(suites))
    nav = f'<nav aria-label="Suites">{links}</nav>' if len(suites) > 1 else ""
    inside = f"<legend>Methods shown</legend>{boxes}{nav}"
    return f'<div class="methods"><fieldset>{inside}</fieldset></div>'


def _cases(suite: SuiteRuns, places: Mapping[str, int], pictures: Path | None) -> str:
    """Worst tasks as pictures, those that there are pictures of."""
    figures = []
    for run in suite.runs if pictures is not None else ():
        for scored, column in worst_tasks(run, CASES):
            assert pictures is not None
            data = _embedded(case_file(pictures, run.method, run.suite, scored.task))
            if data is None:
                continue
            words = "failed: " + scored.reason if scored.outcome == "failed" else ""
            if not words and column is not None and column.name in scored.numbers:
                words = f"{column.title} {column.shown(scored.numbers[column.name])}"
            alt = f"Image, true depth, predicted depth and error of {scored.task} by {run.method}"
            figures.append(
                f'<figure class="m{places[run.method]}"><img loading="lazy" src="{data}" '
                f'alt="{escape(alt)}"><figcaption>{swatch(places[run.method])}'
                f"{escape(run.method)}, <b>{escape(scored.task)}</b> {escape(words)}"
                "</figcaption></figure>"
            )
    if not figures:
        return ""
    return f'<h3>Worst cases</h3><div class="cases">{"".join(figures)}</div>'


def _embedded(path: Path) -> str | None:
    """A picture as a data URI, or None if there is none."""
    if not path.is_file():
        return None
    buffer = io.BytesIO()
    try:
        with Image.open(path) as picture:
            picture.convert("RGB").save(buffer, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    except (OSError, ValueError, SyntaxError) as error:
        raise InputError(f"{path} is no picture: {error}. Remove it and run again.") from error
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")


def _compared(suite: SuiteComparison) -> str:
    title = f"{suite.suite}: {suite.before} → {suite.after}"
    heads = [TableHead(text) for text in CHANGE_HEADER]
    rows = []
    for change in suite.metrics:
        texts = change_cells(change)
        values = (
            None,
            change.before,
            change.after,
            change.difference.mean,
            None,
            float(change.difference.count),
            None,
            None,
        )
        cells = [TableCell(escape(t), v) for t, v in zip(texts, values, strict=True)]
        cells[0] = TableCell(escape(texts[0]), is_head=True)
        cells[-1] = TableCell(escape(texts[-1]), kind=change.verdict)
        rows.append(("", cells))
    parts = [
        f"<h2>{escape(title)}</h2>",
        f'<section class="card">{table("Means over tasks that both have", heads, rows)}</section>',
    ]
    main = suite.main
    if main is not None:
        column, tables = main.column, []
        for word, moved in (("better", main.improved()), ("worse", main.worsened())):
            heads = [
                TableHead("task"),
                TableHead("first"),
                TableHead("second"),
                TableHead("difference"),
            ]
            body = [
                (
                    "",
                    [
                        TableCell(escape(t.task), is_head=True),
                        *(TableCell(column.shown(v), v) for v in (t.before, t.after)),
                        TableCell(f"{t.difference:+.{column.digits}f}", t.difference, word),
                    ],
                )
                for t in moved[:_MOST_MOVED]
            ]
            caption = f"{len(moved)} tasks got {word} by {escape(column.title)}"
            tables.append(f'<section class="card">{table(caption, heads, body)}</section>')
        parts.append(f'<div class="cards">{"".join(tables)}</div>')
    for what, tasks in task_changes(suite):
        items = "".join(f"<li>{escape(task)}</li>" for task in tasks)
        summary = f"<summary>{what}: {len(tasks)}</summary>"
        parts.append(f'<details class="card">{summary}<ul>{items}</ul></details>')
    return "".join(parts)
