# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What the commands show: progress and remarks on stderr, results and JSON on stdout."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress


def error_line(message: str) -> None:
    """One error, in red on a terminal."""
    click.secho(f"error: {message}", fg="red", err=True)


def remark(message: str) -> None:
    """Something worth knowing that is no result."""
    click.echo(message, err=True)


def problem(message: str) -> None:
    """An input that was skipped, in yellow on a terminal."""
    click.secho(f"skipped: {message}", fg="yellow", err=True)


def result(message: str = "") -> None:
    """A line of the result."""
    click.echo(message)


def json_result(document: Any) -> None:
    """The result as one JSON document."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


class _Notes(logging.Handler):
    """Warnings of the library as remarks."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one, in yellow on a terminal."""
        click.secho(f"note: {record.getMessage()}", fg="yellow", err=True)


@contextmanager
def notes() -> Iterator[None]:
    """Show what the library logs as a warning, such as a non-commercial licence, once each."""
    logger = logging.getLogger("anyview")
    handler, propagate = _Notes(logging.WARNING), logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


@contextmanager
def progress(*, quiet: bool = False) -> Iterator["Progress"]:
    """A progress bar on stderr; silent when that is no terminal or ``quiet`` is asked for."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=quiet or not sys.stderr.isatty(),
        transient=True,
        redirect_stdout=False,
    ) as bar:
        yield bar
