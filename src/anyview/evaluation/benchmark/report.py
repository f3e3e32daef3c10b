# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Reports and comparisons as files: one page that needs nothing else, and Markdown."""

from collections.abc import Sequence
from pathlib import Path

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.comparison import Comparison
from anyview.evaluation.benchmark.report_data import by_suite
from anyview.evaluation.benchmark.report_markdown import comparison_markdown, report_markdown
from anyview.evaluation.benchmark.report_page import comparison_page, report_page
from anyview.evaluation.benchmark.results import Results
from anyview.io.atomic import atomic_path

REPORT_NAMES = ("report.html", "report.md")
COMPARISON_NAMES = ("comparison.html", "comparison.md")


def write_report(
    results: Sequence[Results], directory: Path, *, pictures: Path | None = None
) -> list[Path]:
    """Write ``report.html`` and ``report.md``.

    Args:
        results: Of one or more methods on one or more suites.
        directory: Where to.
        pictures: Folder of the run, whose ``pictures/`` show the worst cases; None for
            ``directory``. Without pictures there are none on the page.

    Returns:
        The two files.

    Raises:
        InputError: If there are no results, or a picture is damaged.
        OutputError: If a file cannot be written.
    """
    if not results:
        raise InputError("There are no results to report.")
    suites = by_suite(results)
    page = report_page(suites, directory if pictures is None else pictures)
    return _write(directory, REPORT_NAMES, (page, report_markdown(suites)))


def write_comparison(found: Comparison, directory: Path) -> list[Path]:
    """Write ``comparison.html`` and ``comparison.md``.

    Args:
        found: Of ``comparison.compare``.
        directory: Where to.

    Returns:
        The two files.

    Raises:
        OutputError: If a file cannot be written.
    """
    texts = (comparison_page(found), comparison_markdown(found))
    return _write(directory, COMPARISON_NAMES, texts)


def _write(directory: Path, names: Sequence[str], texts: Sequence[str]) -> list[Path]:
    paths = [directory / name for name in names]
    for path, text in zip(paths, texts, strict=True):
        with atomic_path(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return paths
