# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One line that says how a run is going; nothing where nobody looks."""

from collections.abc import Mapping
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from anyview.training.efficiency import format_duration, seconds_left


class ProgressLine:
    """A progress bar on standard error, with loss, rate, waiting for data and time left.

    In a pipe, a log file or a process other than the first, it writes nothing: the journal has
    all numbers.

    Args:
        num_steps: Steps of the whole run.
        done: Steps that were made before, when a run is resumed.
        console: Where to write; None for standard error.
        enabled: False in other processes than the first.
    """

    def __init__(
        self,
        num_steps: int,
        *,
        done: int = 0,
        console: Console | None = None,
        enabled: bool = True,
    ) -> None:
        self._console = console or Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[numbers]}"),
            console=self._console,
            disable=not (enabled and self._console.is_terminal),
        )
        self._num_steps = num_steps
        self._task = self._progress.add_task(
            "training", total=num_steps, completed=done, numbers=""
        )

    def update(self, done: int, numbers: Mapping[str, float]) -> None:
        """Show the state after ``done`` steps.

        Args:
            done: Steps made in all.
            numbers: Of the journal; those that ``describe`` knows are shown.
        """
        text = describe(numbers, self._num_steps - done)
        self._progress.update(self._task, completed=done, numbers=text)

    def note(self, text: str) -> None:
        """Print a line above the bar, such as a validation's result; nothing without a bar."""
        if not self._progress.disable:
            self._console.print(text, markup=False, highlight=False)

    def __enter__(self) -> "ProgressLine":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()


def describe(numbers: Mapping[str, float], steps_left: int) -> str:
    """Loss, rate, share of waiting and time left in a few words.

    Args:
        numbers: ``loss``, ``views_per_s``, ``steps_per_s``, ``data_wait``, each if it is there.
        steps_left: Steps that are still to be made.
    """
    parts = []
    if "loss" in numbers:
        parts.append(f"loss {numbers['loss']:.4g}")
    if "views_per_s" in numbers:
        parts.append(f"{numbers['views_per_s']:.3g} views/s")
    if "data_wait" in numbers:
        parts.append(f"data {numbers['data_wait']:.0%}")
    if "steps_per_s" in numbers:
        left = seconds_left(steps_left, numbers["steps_per_s"])
        parts.append(f"{format_duration(left)} left")
    return ", ".join(parts)
