# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Many tasks, several methods, several processes: what is done is on disk, what fails is listed."""

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from anyview.core.errors import InputError, OptionError
from anyview.evaluation.benchmark.case_pictures import case_file
from anyview.evaluation.benchmark.evaluation import Scorer
from anyview.evaluation.benchmark.journal import Journal, file_name
from anyview.evaluation.benchmark.options import RunOptions
from anyview.evaluation.benchmark.pool import Pool
from anyview.evaluation.benchmark.provenance import machine, program
from anyview.evaluation.benchmark.report_data import worst_tasks
from anyview.evaluation.benchmark.results import Results
from anyview.evaluation.benchmark.task import Method, Scored, Suite, Task
from anyview.evaluation.benchmark.worker import Order, Recipe, Setup

METHOD, SUITE = "method", "suite"
"""Entries of the provenance that must stay the same when a run goes on."""

_GOLDEN = (math.sqrt(5) - 1) / 2
Progress = Callable[[Scored, str], None]
"""Told of each task that is done, and of its method."""


def run_benchmark(
    suites: Sequence[Recipe[Suite]],
    methods: Sequence[Recipe[Method]],
    scorer: Scorer,
    folder: Path,
    options: RunOptions | None = None,
    *,
    about_suites: Mapping[str, Any] | None = None,
    on_start: Callable[[int, int], None] | None = None,
    on_progress: Progress | None = None,
) -> list[Results]:
    """Run every method on every task that has not been scored yet.

    Tasks are answered in processes of their own. An error, a time that runs out and a process that
    dies are failures of the task, with a reason and the worst numbers. What was done is kept in
    ``folder / "records"``, and a second call goes on. Pictures of the worst
    tasks of each method lie in ``folder / "pictures"``.

    Args:
        suites: What to answer.
        methods: What answers.
        scorer: What scores; a function of a module, or a partial of one.
        folder: For records.
        options: Limits and what is kept.
        about_suites: By suite, JSON-able: what must stay the same when a run goes on.
        on_start: Told how many tasks were done before, and how many there are.
        on_progress: Told of each task that is done.

    Returns:
        Results by suite, then by method, in the order given.

    Raises:
        OptionError: If a name is there twice, or the folder holds results of other weights or
            options of the same method.
        InputError: If the data of a suite, or a file that a method needs, cannot be used.
        MissingDependencyError: If a method lacks a package.
        CheckpointError: If weights cannot be had.
        OutputError: If records cannot be written.
    """
    options = options or RunOptions()
    by_suite, by_method = _by_name(suites, "suite"), _by_name(methods, "method")
    tasks = {name: _tasks(recipe, options.limit) for name, recipe in by_suite.items()}
    journals = {(s, m): Journal(folder, s, m) for s in by_suite for m in by_method}
    orders = open_orders(tasks, by_method, journals, retry_failed=options.retry_failed)
    total = len(by_method) * sum(map(len, tasks.values()))
    if on_start is not None:
        on_start(total - len(orders), total)
    answers = folder / "answers"
    setup = Setup(
        by_method,
        by_suite,
        scorer,
        threads=max(1, torch.get_num_threads() // options.jobs),
        answers={m: answers / file_name(m) for m in by_method} if options.keep_answers else None,
        pictures=folder if options.pictures else None,
    )
    by_task = {(suite, task.name): task for suite, own in tasks.items() for task in own}
    about = {"program": program(), "machine": machine(), "run": asdict(options)}
    about["run"]["threads"] = setup.threads

    def keep(order: Order, scored: Scored, description: Mapping[str, object] | None) -> None:
        journal = journals[order.suite, order.method]
        if description is not None or journal.provenance is None:
            suite = (about_suites or {}).get(order.suite)
            journal.begin({METHOD: description, SUITE: suite, **about}, (METHOD, SUITE))
        journal.append(scored)
        _keep_worst(folder, order, tuple(journal.scored.values()), options.pictures)
        if on_progress is not None:
            on_progress(scored, order.method)

    Pool(setup, by_task, orders, options.jobs, options.timeout_s, keep).run()
    return [
        Results(
            suite,
            method,
            journals[suite, method].provenance or {},
            tuple(journals[suite, method].scored[task.name] for task in tasks[suite]),
        )
        for suite in by_suite
        for method in by_method
    ]


def open_orders(
    tasks: Mapping[str, Sequence[Task]],
    methods: Iterable[str],
    journals: Mapping[tuple[str, str], Journal],
    *,
    retry_failed: bool,
) -> deque[Order]:
    """What is still to be done: method by method, so that each process loads each model once.

    Args:
        tasks: By suite.
        methods: Names.
        journals: By suite and method.
        retry_failed: Whether failures are to be done again.
    """
    orders: deque[Order] = deque()
    for method in methods:
        for suite, own in tasks.items():
            done = journals[suite, method].scored
            for task in own:
                before = done.get(task.name)
                if before is None or (retry_failed and before.outcome == "failed"):
                    orders.append(Order(method, suite, task.name))
    return orders


def _keep_worst(folder: Path, order: Order, scored: tuple[Scored, ...], count: int) -> None:
    """Remove the pictures of all but the worst tasks: only those are shown."""
    worst = worst_tasks(Results(order.suite, order.method, {}, scored), count)
    kept = {item.task for item, _ in worst}
    for item in scored:
        if item.task not in kept:
            case_file(folder, order.method, order.suite, item.task).unlink(missing_ok=True)


def _by_name(recipes: Iterable[Recipe[Any]], what: str) -> dict[str, Recipe[Any]]:
    found: dict[str, Recipe[Any]] = {}
    for recipe in recipes:
        if recipe.name in found:
            raise OptionError(f"The {what} {recipe.name!r} is given twice.")
        found[recipe.name] = recipe
    if not found:
        raise OptionError(f"Give at least one {what}.")
    return found


def chosen_tasks(tasks: Sequence[Task], limit: int | None) -> list[Task]:
    """All tasks, or some of them, spread evenly; a smaller limit takes some of the same.

    Args:
        tasks: Of a suite, whose kinds often come in a fixed turn: a regular step might take one
            kind only. The fractional parts of multiples of the golden ratio have no period.
        limit: How many; None for all.
    """
    order = sorted(range(len(tasks)), key=lambda number: number * _GOLDEN % 1)
    return [tasks[number] for number in sorted(order[:limit])]


def _tasks(recipe: Recipe[Suite], limit: int | None) -> list[Task]:
    tasks = list(recipe.build().tasks())
    names = [task.name for task in tasks]
    assert len(set(names)) == len(names), f"{recipe.name} has a task twice"
    if not tasks:
        raise InputError(f"The suite {recipe.name!r} has no tasks.")
    return chosen_tasks(tasks, limit)
