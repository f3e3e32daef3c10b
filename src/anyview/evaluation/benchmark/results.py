# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The results of one method on one suite, with where they come from; a file of several."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.records import record_of, scored_of
from anyview.evaluation.benchmark.task import Scored
from anyview.io.atomic import atomic_path

RESULTS_NAME = "results.json"
FORMAT = "anyview-benchmark"
VERSION = 1


@dataclass(frozen=True)
class Results:
    """One method on one suite.

    Attributes:
        suite: The suite.
        method: The method as it was asked for.
        provenance: JSON-able: ``method`` (weights and their hash, options, versions), ``protocol``,
            ``program`` (version and commit), ``machine``, ``run``.
        scored: Every task, in the order of the suite; failed ones too.
    """

    suite: str
    method: str
    provenance: Mapping[str, Any]
    scored: tuple[Scored, ...]

    @property
    def failed(self) -> tuple[Scored, ...]:
        """Tasks without an answer."""
        return tuple(item for item in self.scored if item.outcome == "failed")

    def mean(self, number: str, tag: str | None = None) -> float:
        """Mean of a number over all tasks that have it; NaN if none has.

        Failed tasks count with their worst values. Values that are NaN were not to be had.

        Args:
            number: Such as ``"pose/auc30"``.
            tag: Tasks of this kind only.
        """
        values = [
            item.numbers[number]
            for item in self.scored
            if number in item.numbers and (tag is None or tag in item.tags)
        ]
        known = [value for value in values if not math.isnan(value)]
        return sum(known) / len(known) if known else float("nan")


def write_results(path: Path, results: Sequence[Results]) -> None:
    """Write results as one JSON file.

    Raises:
        OutputError: If the file cannot be written.
    """
    document = {
        "format": FORMAT,
        "version": VERSION,
        "runs": [
            {
                "suite": item.suite,
                "method": item.method,
                "provenance": dict(item.provenance),
                "tasks": [record_of(scored) for scored in item.scored],
            }
            for item in results
        ],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    with atomic_path(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def read_results(path: Path) -> list[Results]:
    """Read a file of results.

    Args:
        path: The file, or the folder of a run.

    Raises:
        InputError: If it is absent, damaged or something else.
    """
    file = path / RESULTS_NAME if path.is_dir() else path
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{file} holds no results: {error}.") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InputError(f"{file} is no file of results ('anyview eval' writes them).")
    if document.get("version") != VERSION:
        raise InputError(
            f"{file} has version {document.get('version')!r}; this program reads {VERSION}."
        )
    runs = document.get("runs")
    if not isinstance(runs, list):
        raise InputError(f"{file} has no list of runs.")
    return [_run(run, f"{file}, run {number}") for number, run in enumerate(runs)]


def _run(run: Any, what: str) -> Results:
    if not (
        isinstance(run, dict)
        and isinstance(run.get("suite"), str)
        and isinstance(run.get("method"), str)
        and isinstance(run.get("provenance"), dict)
        and isinstance(run.get("tasks"), list)
    ):
        raise InputError(f"{what} must have suite, method, provenance and tasks.")
    tasks = [scored_of(task, f"{what}, task {i}") for i, task in enumerate(run["tasks"])]
    names = [task.task for task in tasks]
    if len(set(names)) != len(names):
        raise InputError(f"{what} has a task twice.")
    return Results(run["suite"], run["method"], run["provenance"], tuple(tasks))
