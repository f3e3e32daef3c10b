# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One task under one method: answered, measured, scored. A failure is a score too."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from anyview.core.errors import AnyViewError, OutputError
from anyview.evaluation.benchmark.case_pictures import write_case_picture
from anyview.evaluation.benchmark.cost import measured
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.scoring import score_answer, score_failure
from anyview.evaluation.benchmark.stored_answers import answer_file, write_answer
from anyview.evaluation.benchmark.task import Answer, Method, Scored, Task, Truth
from anyview.evaluation.benchmark.task_scores import TaskScores
from anyview.structures.views import ViewSet

_LOGGER = logging.getLogger(__name__)

CLAIMS_METRES = "claims_metres"
"""Entry of a method's description: whether its answers are said to be in metres."""

_MOST_REASON = 500


@dataclass(frozen=True)
class Asked:
    """A task with what was read for it.

    Attributes:
        task: The task.
        views: What the method is given.
        truth: What it is scored by.
        claims_metres: Whether the method's answers are said to be in metres.
    """

    task: Task
    views: ViewSet
    truth: Truth
    claims_metres: bool = False


Scorer = Callable[[Asked, Answer | None], TaskScores]
"""Numbers and curves of an answer, or the worst ones where there is none."""


def score_by_protocol(asked: Asked, answer: Answer | None) -> TaskScores:
    """Score under the protocol of the task's suite.

    Raises:
        InputError: If the answer is not of these views.
        MissingDependencyError: If the protocol needs a package that is absent.
    """
    protocol = protocol_of(asked.task.suite)
    if answer is None:
        return score_failure(asked.truth, protocol, asked.views, claims_metres=asked.claims_metres)
    return score_answer(answer, asked.truth, protocol, asked.views)


def evaluate(
    task: Task,
    method: Method,
    scorer: Scorer,
    keep: Path | None = None,
    picture: Path | None = None,
) -> Scored:
    """Answer and score one task.

    Whatever goes wrong in the method, or in scoring what it said, becomes a failure with a reason.

    Args:
        task: What to answer.
        method: What answers.
        scorer: What scores.
        keep: Folder for the answer; None keeps none.
        picture: File for a sheet of pictures; None draws none.

    Raises:
        OutputError: If the answer or the pictures cannot be kept.
    """
    try:
        views, truth = task.load()
    except AnyViewError as error:
        return unread(task, f"the data could not be read: {error}")
    claims = bool(method.describe().get(CLAIMS_METRES, False))
    asked = Asked(task, views, truth, claims)
    started = time.perf_counter()
    try:
        answer, cost = measured(lambda: method.answer(views, f"{task.suite}/{task.name}"))
    except Exception as error:  # noqa: BLE001 - a job worker: one task must not end the others
        seconds = time.perf_counter() - started
        draw(asked, None, picture)
        return failure(asked, reason_of(error), scorer, seconds)
    if answer.cost.seconds == 0:  # it was not made elsewhere
        answer = replace(answer, cost=cost)
    if keep is not None:
        write_answer(answer_file(keep, task.suite, task.name), answer)
    try:
        scores = scorer(asked, answer)
    except Exception as error:  # noqa: BLE001 - what a method says may be anything
        reason = f"the answer cannot be scored: {reason_of(error)}"
        draw(asked, None, picture)
        return failure(asked, reason, scorer, answer.cost.seconds)
    draw(asked, answer, picture)
    return Scored(
        task=task.name,
        suite=task.suite,
        tags=task.tags,
        outcome="ok",
        reason="",
        numbers=dict(scores.numbers),
        curves=dict(scores.curves),
        seconds=answer.cost.seconds,
        peak_bytes=answer.cost.peak_bytes,
    )


def draw(asked: Asked, answer: Answer | None, picture: Path | None) -> None:
    """Draw a task for the report.

    Args:
        asked: What was to be answered.
        answer: The answer; None where there is none.
        picture: File; None draws nothing.

    Raises:
        OutputError: If it cannot be written.
    """
    if picture is None:
        return
    try:
        write_case_picture(picture, asked.views, asked.truth, answer)
    except OutputError:
        raise
    except Exception as error:  # noqa: BLE001 - what a method says may be anything
        _LOGGER.debug("No picture of %s: %s", asked.task.name, error)


def failure(asked: Asked, reason: str, scorer: Scorer, seconds: float = float("nan")) -> Scored:
    """A failed task with the worst numbers.

    Args:
        asked: What was to be answered.
        reason: Why it was not.
        scorer: What gives the worst numbers.
        seconds: How long it was tried.
    """
    try:
        scores = scorer(asked, None)
    except Exception:  # noqa: BLE001 - without numbers it is still a failure that is listed
        scores = TaskScores()
    bare = unread(asked.task, reason, seconds)
    return replace(bare, numbers=dict(scores.numbers), curves=dict(scores.curves))


def unread(task: Task, reason: str, seconds: float = float("nan")) -> Scored:
    """A failed task whose worst numbers are not known, because its truth is not.

    Args:
        task: What was to be answered.
        reason: Why it was not.
        seconds: How long it was tried.
    """
    return Scored(
        task=task.name,
        suite=task.suite,
        tags=task.tags,
        outcome="failed",
        reason=" ".join(reason.split())[:_MOST_REASON],
        numbers={},
        curves={},
        seconds=seconds,
        peak_bytes=None,
    )


def reason_of(error: BaseException) -> str:
    """One clause on an error: what ours say, the kind of others too."""
    if isinstance(error, AnyViewError):
        return str(error)
    return f"unexpected {type(error).__name__}: {error}"
