# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview eval``: how good methods are, on benchmarks."""

from pathlib import Path
from typing import Any

import click

from anyview.cli.console import json_result, result
from anyview.cli.generated_options import TitledCommand, options_of, take_options
from anyview.core.errors import OptionError
from anyview.evaluation.benchmark.options import RunOptions
from anyview.evaluation.benchmark.suites.options import SuiteOptions


@click.command("eval", cls=TitledCommand)
@click.argument("suites", nargs=-1, metavar="[SUITE[=FOLDER]...]")
@click.option(
    "-m",
    "--method",
    "methods",
    multiple=True,
    default=(),
    help="NAME or NAME:option=value,...: a model, or a name from --list. May be repeated "
    "(default: tiny).",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder for results and report; what it holds already is not run again.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of the data: the folder SUITE in it, or itself.",
)
@click.option(
    "--compare-with",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of another run: also write what changed since.",
)
@click.option("--list", "as_list", is_flag=True, help="Show suites and methods and end.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
@options_of({"Options of the run": RunOptions, "Options of the tasks": SuiteOptions})
def command(
    suites: tuple[str, ...],
    methods: tuple[str, ...],
    output: Path | None,
    as_list: bool,
    **others: Any,
) -> None:
    """Score methods on benchmarks.

    SUITE is a name from --list. A run that was stopped goes on when it is started again.
    """
    run_options = take_options(RunOptions, others)
    suite_options = take_options(SuiteOptions, others)
    if as_list:
        from anyview.cli.eval_listing import listing

        found = listing(suites, others["data"])
    else:
        if output is None:
            raise OptionError("Give a folder for the results: -o DIR (--list needs none).")
        from anyview.cli.eval_run import run_evaluation

        found = run_evaluation(
            suites,
            methods or ("tiny",),
            output,
            others["data"],
            (run_options, suite_options),
            compare_with=others["compare_with"],
            quiet=others["quiet"],
        )
    if others["as_json"]:
        json_result(found.document)
    else:
        for line in found.lines:
            result(line)
