# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a run tells while it goes: journal, TensorBoard, progress line, curves."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from anyview.training.curves import write_curves
from anyview.training.distributed import Processes
from anyview.training.efficiency import EfficiencyMeter
from anyview.training.journal import Journal, read_journal
from anyview.training.progress import ProgressLine
from anyview.training.tensorboard_log import TensorBoardLog


class RunLog:
    """The first process writes; others only take part in averages.

    Args:
        journal: None in other processes.
        tensorboard: None if not wanted.
        line: Progress on the terminal.
        group: The run's processes.
        curves: Picture that is drawn anew at every validation.
    """

    def __init__(
        self,
        journal: Journal | None,
        tensorboard: TensorBoardLog | None,
        line: ProgressLine,
        group: Processes,
        curves: Path,
    ) -> None:
        self._journal, self._tensorboard = journal, tensorboard
        self._line, self._group, self._curves = line, group, curves

    def train(self, step: int, numbers: Mapping[str, float], meter: EfficiencyMeter) -> None:
        """A line about step ``step``; all processes must call this."""
        values = self._group.mean(numbers) | meter.read()
        self._write(step, values, "train")
        self._line.update(step + 1, values)

    def validation(self, step: int, numbers: Mapping[str, float]) -> None:
        """A validation after step ``step``; the first process calls this."""
        self._write(step, numbers, "validation")
        self._line.note(f"{step + 1}: " + ", ".join(f"{n} {v:.3f}" for n, v in numbers.items()))
        if self._journal is not None:
            write_curves(self._curves, read_journal(self._journal.path))

    def _write(self, step: int, numbers: Mapping[str, float], kind: str) -> None:
        if self._journal is not None:
            self._journal.write(step, numbers, kind=kind)
        if self._tensorboard is not None:
            self._tensorboard.write(step, numbers, kind=kind)


@contextlib.contextmanager
def open_run_log(
    folder: Path, first: int, num_steps: int, group: Processes, *, tensorboard: bool
) -> Iterator[RunLog]:
    """Open the logs of a run for the time of the block.

    Args:
        folder: Of the run.
        first: The step that comes next.
        num_steps: Steps of the recipe.
        group: The run's processes.
        tensorboard: Also write TensorBoard files, below ``tensorboard/``.
    """
    with contextlib.ExitStack() as stack:
        journal = board = None
        if group.is_first:
            journal = stack.enter_context(Journal(folder / "journal.jsonl", resume_step=first))
            if tensorboard:
                board = stack.enter_context(
                    TensorBoardLog(folder / "tensorboard", resume_step=first)
                )
        line = stack.enter_context(ProgressLine(num_steps, done=first, enabled=group.is_first))
        yield RunLog(journal, board, line, group, folder / "curves.png")
