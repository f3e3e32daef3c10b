# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A benchmark run from names to files: the work behind ``anyview eval``."""

from collections.abc import Sequence
from pathlib import Path

from anyview.cli.console import progress
from anyview.cli.eval_table import failure_lines, summary, summary_lines
from anyview.cli.output_folder import output_folder
from anyview.cli.prediction_run import Run
from anyview.evaluation.benchmark.comparison import compare
from anyview.evaluation.benchmark.options import RunOptions
from anyview.evaluation.benchmark.report import write_comparison, write_report
from anyview.evaluation.benchmark.results import RESULTS_NAME, read_results
from anyview.evaluation.benchmark.standard_run import run_standard, suite_folders
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.task import Scored


def run_evaluation(
    suites: Sequence[str],
    methods: Sequence[str],
    output: Path,
    data: Path | None,
    options: tuple[RunOptions, SuiteOptions],
    *,
    compare_with: Path | None = None,
    quiet: bool = False,
) -> Run:
    """Run methods on suites, write results and report.

    Args:
        suites: ``SUITE`` or ``SUITE=FOLDER``.
        methods: Specifications.
        output: Folder for results and report.
        data: Where suites without a folder lie.
        options: Of the run, and of its tasks.
        compare_with: Folder or results of another run, to compare this one with.
        quiet: Whether to show no progress.
    """
    folders = suite_folders(suites, data)
    before = [] if compare_with is None else read_results(compare_with)
    with output_folder(output), progress(quiet=quiet) as bar:
        shown = bar.add_task("reading", total=None)

        def on_start(done: int, total: int) -> None:
            bar.update(shown, completed=done, total=total, description="scoring")

        def on_progress(scored: Scored, method: str) -> None:
            bar.update(shown, advance=1, description=f"{scored.suite} {method}")

        results = run_standard(
            folders, methods, output, *options, on_start=on_start, on_progress=on_progress
        )
        files = [output / RESULTS_NAME, *write_report(results, output)]
        if compare_with is not None:
            files += write_comparison(compare(before, results), output)
    return Run(
        lines=[
            *summary_lines(results),
            *failure_lines(results),
            f"written to {output}/",
            *(f"  {path.relative_to(output)}" for path in files),
        ],
        document={
            "output": str(output),
            "files": [str(path) for path in files],
            "runs": summary(results),
        },
    )
