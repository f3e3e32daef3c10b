# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Suites and methods by the names that the command line knows, run and scored as published."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from anyview.core.errors import OptionError
from anyview.evaluation.benchmark.evaluation import score_by_protocol
from anyview.evaluation.benchmark.methods.catalogue import build_method, check_packages
from anyview.evaluation.benchmark.methods.spec import parse_spec
from anyview.evaluation.benchmark.options import RunOptions
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.results import RESULTS_NAME, Results, write_results
from anyview.evaluation.benchmark.runner import Progress, run_benchmark
from anyview.evaluation.benchmark.suites import open_suite
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.task import Method, Suite
from anyview.evaluation.benchmark.worker import Recipe

_SELECTION = ("view_counts", "scenes", "max_scenes")
"""Suite options that choose among tasks and leave each as it is."""


def suite_folders(words: Sequence[str], data: Path | None) -> dict[str, Path]:
    """Suites and where their data lies.

    Args:
        words: ``SUITE`` or ``SUITE=FOLDER``.
        data: Of suites without a folder: their own folder in it by name, or else itself.

    Raises:
        OptionError: If a suite is unknown, there twice, or has no folder.
    """
    found: dict[str, Path] = {}
    for word in words:
        name, _, folder = word.partition("=")
        protocol_of(name)
        if name in found:
            raise OptionError(f"The suite {name!r} is given twice.")
        if folder:
            found[name] = Path(folder)
        elif data is None:
            raise OptionError(f"Where does the data of {name!r} lie? {name}=FOLDER or --data ROOT.")
        else:
            found[name] = data / name if (data / name).is_dir() else data
    if not found:
        raise OptionError("Give at least one suite; --list shows them.")
    return found


def run_standard(
    suites: Mapping[str, Path],
    methods: Sequence[str],
    folder: Path,
    options: RunOptions,
    suite_options: SuiteOptions,
    *,
    on_start: Callable[[int, int], None] | None = None,
    on_progress: Progress | None = None,
) -> list[Results]:
    """Run methods on suites, go on with a run that was stopped, and write ``results.json``.

    Args:
        suites: Folder of the data by name.
        methods: Specifications, see ``methods.spec``.
        folder: For records and results.
        options: Limits and what is kept.
        suite_options: Which tasks.
        on_start: See ``run_benchmark``.
        on_progress: See ``run_benchmark``.

    Raises:
        AnyViewError: See ``run_benchmark``.
    """
    specs = [parse_spec(text) for text in methods]
    check_packages(specs)
    suite_recipes: list[Recipe[Suite]] = [
        Recipe(name, partial(open_suite, name, root, suite_options))
        for name, root in suites.items()
    ]
    method_recipes: list[Recipe[Method]] = [
        Recipe(spec.text, partial(build_method, spec)) for spec in specs
    ]
    conditions = {k: v for k, v in asdict(suite_options).items() if k not in _SELECTION}
    results = run_benchmark(
        suite_recipes,
        method_recipes,
        score_by_protocol,
        folder,
        options,
        about_suites={
            name: {"protocol": plain(asdict(protocol_of(name))), "options": conditions}
            for name in suites
        },
        on_start=on_start,
        on_progress=on_progress,
    )
    write_results(folder / RESULTS_NAME, results)
    return results


def plain(value: Any) -> Any:
    """A value as JSON has it: infinity is a text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
