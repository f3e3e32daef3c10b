# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A process that answers tasks: the runner sends orders, it sends back what came of them.

Methods and suites are made in the process itself, of recipes, so that nothing but names, options
and scores crosses; one method is held at a time.
"""

import contextlib
import logging
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Generic, TypeVar

import torch

from anyview.core import errors
from anyview.core.errors import AnyViewError
from anyview.evaluation.benchmark.case_pictures import case_file
from anyview.evaluation.benchmark.evaluation import (
    Asked,
    Scorer,
    draw,
    evaluate,
    failure,
    unread,
)
from anyview.evaluation.benchmark.task import Method, Scored, Suite, Task

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Recipe(Generic[Thing]):
    """A method or a suite that another process can make too.

    Attributes:
        name: Of what it makes.
        build: Makes it; a function of a module, or a partial of one, so that it can be sent.
    """

    name: str
    build: Callable[[], Thing]


@dataclass(frozen=True)
class Setup:
    """What all processes of a run know.

    Attributes:
        methods: By name.
        suites: By name.
        scorer: What scores.
        threads: Of torch.
        answers: Folder for answers that are kept, by method; None keeps none.
        pictures: Folder of the run, for pictures of its tasks; None draws none.
    """

    methods: Mapping[str, Recipe[Method]]
    suites: Mapping[str, Recipe[Suite]]
    scorer: Scorer
    threads: int
    answers: Mapping[str, Path] | None = None
    pictures: Path | None = None


@dataclass(frozen=True)
class Order:
    """One task for one method.

    Attributes:
        method: Name of the method.
        suite: Name of the suite.
        task: Name of the task.
        failed: Not empty: it failed already, for this reason; only the numbers are wanted.
        seconds: How long it was tried then.
        claims_metres: Whether the method's answers are said to be in metres.
    """

    method: str
    suite: str
    task: str
    failed: str = ""
    seconds: float = float("nan")
    claims_metres: bool = False


@dataclass(frozen=True)
class Ready:
    """The task begins.

    Attributes:
        description: Of its method, which is made ready; None where no method is needed.
    """

    description: Mapping[str, object] | None


@dataclass(frozen=True)
class Refused:
    """A method or suite cannot be made, or an answer not be kept: the user has to do something."""

    kind: str
    message: str

    def error(self) -> AnyViewError:
        """The error that it was, by the nearest class that takes a message."""
        cls = getattr(errors, self.kind)
        found: AnyViewError = cls(self.message)
        return found


@dataclass
class _Held:
    """What a process keeps between orders."""

    setup: Setup
    method_name: str = ""
    method: Method | None = None
    tasks: dict[str, dict[str, Task]] = field(default_factory=dict)

    def task(self, order: Order) -> Task:
        """Look a task up."""
        if order.suite not in self.tasks:
            suite = self.setup.suites[order.suite].build()
            self.tasks[order.suite] = {task.name: task for task in suite.tasks()}
        return self.tasks[order.suite][order.task]

    def made_ready(self, order: Order) -> Method:
        """The method of an order; the one before is let go first."""
        if self.method is None or self.method_name != order.method:
            self.method = None
            self.method = self.setup.methods[order.method].build()
            self.method_name = order.method
        return self.method


def serve(connection: Connection, setup: Setup) -> None:
    """Answer orders until None comes or the other side is gone.

    Args:
        connection: To the runner.
        setup: What all processes know.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the runner is interrupted, and ends us
    logging.getLogger("anyview").addHandler(logging.NullHandler())  # notes are the runner's
    torch.set_num_threads(setup.threads)
    held = _Held(setup)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while (order := connection.recv()) is not None:
            try:
                connection.send(_fulfil(order, held, connection))
            except AnyViewError as error:
                connection.send(_refusal(error))


def _fulfil(order: Order, held: _Held, connection: Connection) -> Scored:
    task = held.task(order)
    scorer, folder = held.setup.scorer, held.setup.pictures
    picture = None if folder is None else case_file(folder, order.method, order.suite, order.task)
    if order.failed:
        connection.send(Ready(None))
        try:
            views, truth = task.load()
        except AnyViewError:
            return unread(task, order.failed, order.seconds)
        asked = Asked(task, views, truth, order.claims_metres)
        draw(asked, None, picture)
        return failure(asked, order.failed, scorer, order.seconds)
    method = held.made_ready(order)
    connection.send(Ready(dict(method.describe())))
    keep = held.setup.answers
    answers = None if keep is None else keep[order.method]
    return evaluate(task, method, scorer, answers, picture)


def _refusal(error: AnyViewError) -> Refused:
    """An error that can be sent: classes with arguments of their own become their base."""
    plain = (c for c in type(error).__mro__ if "__init__" not in vars(c) or c is AnyViewError)
    return Refused(next(c.__name__ for c in plain if hasattr(errors, c.__name__)), str(error))
