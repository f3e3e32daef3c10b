# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The numbers of a run, one JSON object a line: readable while it runs, whole after a crash."""

import json
import logging
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from anyview.core.errors import InputError
from anyview.io.atomic import atomic_path, prepare_folder

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One line of a journal.

    Attributes:
        step: Steps that had been made before, that is, the index of the step.
        kind: Such as ``"train"`` or ``"validation"``.
        numbers: By name; not finite where the run's were not.
    """

    step: int
    kind: str
    numbers: dict[str, float]


class Journal:
    """Appends numbers to a file; each line is with the operating system when ``write`` returns.

    Args:
        path: The file; made if it is not there.
        resume_step: The first step that is going to be made: what an earlier, longer life of the
            run wrote about it and later steps is cut, so that no step is there twice. None keeps
            all. A last line that was torn by a crash is dropped in any case.
    """

    def __init__(self, path: str | Path, *, resume_step: int | None = None) -> None:
        self.path = Path(path)
        prepare_folder(self.path.parent)
        if self.path.exists():
            _repair(self.path, resume_step)
        self._file = self.path.open("a", encoding="utf-8", newline="\n")

    def write(self, step: int, numbers: Mapping[str, float | int], *, kind: str = "train") -> None:
        """Append one line.

        Args:
            step: Index of the step, from 0. What is measured after a step carries its index, so
                that resuming behind that step keeps it.
            numbers: By name; not finite ones are allowed.
            kind: What is measured.

        Raises:
            ValueError: If a number is called ``step`` or ``kind``.
        """
        if {"step", "kind"} & numbers.keys():
            raise ValueError("'step' and 'kind' are written by the journal; rename the number.")
        values = {name: _to_json(value) for name, value in numbers.items()}
        line = json.dumps({"step": step, "kind": kind, **values}, allow_nan=False)
        self._file.write(line + "\n")
        self._file.flush()

    def close(self) -> None:
        """Bring everything to the disk."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def read_journal(path: str | Path, *, kind: str | None = None) -> list[Entry]:
    """All entries of a journal, also of one that is being written; a torn last line is left out.

    Args:
        path: The file.
        kind: Only entries of this kind; None for all.

    Raises:
        InputError: If there is no such file.
    """
    file = Path(path)
    if not file.is_file():
        raise InputError(f"{file} is not there; a run writes its journal from the first step on.")
    entries = [entry for _, entry in _lines(file)]
    return [entry for entry in entries if kind is None or entry.kind == kind]


def _lines(path: Path) -> list[tuple[bytes, Entry]]:
    """Complete lines, with what they say."""
    lines = path.read_bytes().split(b"\n")[:-1]  # the last has no end, or is nothing
    found = []
    for number, line in enumerate(lines, start=1):
        entry = _parse(line)
        if entry is None:
            logger.warning("Line %d of %s is damaged and left out.", number, path)
        else:
            found.append((line, entry))
    return found


def _parse(line: bytes) -> Entry | None:
    try:
        values = json.loads(line)
        step, kind = values.pop("step"), values.pop("kind")
        return Entry(int(step), str(kind), {name: _from_json(v) for name, v in values.items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _repair(path: Path, resume_step: int | None) -> None:
    kept = [line for line, entry in _lines(path) if resume_step is None or entry.step < resume_step]
    text = b"".join(line + b"\n" for line in kept)
    if text != path.read_bytes():
        with atomic_path(path) as temporary:
            temporary.write_bytes(text)


def _to_json(value: float | int) -> float | int | str:
    # JSON has no nan and inf.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    number = float(value)
    return number if math.isfinite(number) else str(number)


def _from_json(value: Any) -> float:
    return float(value)
