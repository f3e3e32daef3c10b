# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Many tasks, several methods, several processes: what is done is on disk, what fails is listed."""

import math
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from multiprocessing import connection as pipes
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import torch

from anyview.core.errors import InputError, OptionError
from anyview.evaluation.benchmark.evaluation import CLAIMS_METRES, Scorer, unread
from anyview.evaluation.benchmark.journal import Journal, file_name
from anyview.evaluation.benchmark.options import RunOptions
from anyview.evaluation.benchmark.provenance import machine, program
from anyview.evaluation.benchmark.results import Results
from anyview.evaluation.benchmark.task import Method, Scored, Suite, Task
from anyview.evaluation.benchmark.worker import Order, Ready, Recipe, Refused, Setup, serve

METHOD, SUITE = "method", "suite"
"""Entries of the provenance that must stay the same when a run goes on."""

_STOP_S = 5.0
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
    ``folder / "records"``, and a second call goes on.

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
        if on_progress is not None:
            on_progress(scored, order.method)

    _Pool(setup, by_task, orders, options, keep).run()
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


@dataclass
class _Slot:
    """One process and what it is at."""

    process: SpawnProcess
    pipe: Any
    order: Order | None = None
    description: Mapping[str, object] | None = None
    is_ready: bool = False
    began: float = 0.0


@dataclass
class _Pool:
    """Processes and the orders that are left."""

    setup: Setup
    tasks: Mapping[tuple[str, str], Task]
    orders: deque[Order]
    options: RunOptions
    keep: Callable[[Order, Scored, Mapping[str, object] | None], None]
    slots: list[_Slot] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Have all orders fulfilled."""
        try:
            for _ in range(min(self.options.jobs, len(self.orders))):
                self.slots.append(self._start())
            while self.orders or any(slot.order for slot in self.slots):
                for slot in self.slots:
                    if slot.order is None and self.orders:
                        self._give(slot)
                self._wait()
        finally:
            for slot in self.slots:
                _end(slot, politely=slot.order is None)

    def _start(self) -> _Slot:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, self.setup), name="anyview-eval")
        process.start()
        theirs.close()  # so that the end of the process is the end of the pipe
        return _Slot(process, ours)

    def _give(self, slot: _Slot) -> None:
        order = self.orders.popleft()
        if order.method in self.broken and not order.failed:
            order = _failed(order, self.broken[order.method])
        slot.order, slot.description, slot.is_ready = order, None, False
        slot.began = time.monotonic()
        try:
            slot.pipe.send(order)
        except OSError:
            self._replace(slot)

    def _wait(self) -> None:
        """Until something comes, or the time of something runs out."""
        busy = [slot for slot in self.slots if slot.order is not None]
        now = time.monotonic()
        left = [slot.began + self.options.timeout_s - now for slot in busy if slot.is_ready]
        ready = pipes.wait([slot.pipe for slot in busy], max(0.0, min(left)) if left else None)
        for slot in busy:
            if slot.pipe in ready:
                self._hear(slot)
            elif slot.is_ready and time.monotonic() - slot.began > self.options.timeout_s:
                self._replace(slot, f"no answer within {self.options.timeout_s:g} seconds")

    def _hear(self, slot: _Slot) -> None:
        assert slot.order is not None
        try:
            said = slot.pipe.recv()
        except (EOFError, OSError):
            self._replace(slot)
            return
        if isinstance(said, Ready):
            slot.description, slot.is_ready = said.description, True
            slot.began = time.monotonic()
        elif isinstance(said, Refused):
            raise said.error()
        else:
            self.keep(slot.order, said, slot.description)
            slot.order = None

    def _replace(self, slot: _Slot, reason: str = "") -> None:
        """End a process that hangs or is dead; its order failed."""
        assert slot.order is not None
        _end(slot, politely=False)
        order, seconds = slot.order, time.monotonic() - slot.began
        why = reason or _cause_of_death(slot.process.exitcode)
        if order.failed:  # even reading the truth ends the process: numbers cannot be had
            task = self.tasks[order.suite, order.task]
            self.keep(order, unread(task, order.failed, order.seconds), None)
        else:
            if not slot.is_ready:
                why = f"{why} while the method was made ready"
                self.broken[order.method] = why
            claims = bool((slot.description or {}).get(CLAIMS_METRES, False))
            self.orders.appendleft(_failed(order, why, seconds, claims))
        self.slots[self.slots.index(slot)] = self._start()


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


def _failed(
    order: Order, reason: str, seconds: float = float("nan"), claims_metres: bool = False
) -> Order:
    return Order(order.method, order.suite, order.task, reason, seconds, claims_metres)


def _cause_of_death(code: int | None) -> str:
    if code is not None and code < 0:
        memory = " (out of memory, if nobody ended it)" if code == -9 else ""
        return f"the process was ended by signal {-code}{memory}"
    return f"the process ended by itself with code {code}"


def _end(slot: _Slot, *, politely: bool) -> None:
    """End a process: asked to, or at once."""
    if politely and slot.process.is_alive():
        try:
            slot.pipe.send(None)
            slot.process.join(_STOP_S)
        except OSError:
            pass
    if slot.process.is_alive():
        slot.process.kill()
    slot.process.join()
    slot.pipe.close()
