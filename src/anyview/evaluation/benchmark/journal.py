# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scored tasks on disk as they come, one line each, so that a run that was stopped goes on.

The first line says whose they are. A line that was cut off by a crash is left out.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from anyview.core.errors import InputError, OptionError, OutputError
from anyview.evaluation.benchmark.records import record_of, scored_of
from anyview.evaluation.benchmark.task import Scored
from anyview.io.atomic import atomic_path, prepare_folder

FORMAT = "anyview-benchmark-records"
_MOST_NAME = 80


def file_name(text: str) -> str:
    """A name of a method as part of a file name; different texts give different ones."""
    plain = re.sub(r"[^A-Za-z0-9.=-]+", "_", text).strip("._")[:_MOST_NAME]
    if plain == text:
        return plain
    return f"{plain}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


class Journal:
    """The records of one method on one suite.

    Args:
        folder: Of the run.
        suite: The suite.
        method: The method as it was asked for.

    Attributes:
        path: The file.
        provenance: Of the first line; None before there is one.

    Raises:
        InputError: If the file there is damaged or something else.
    """

    def __init__(self, folder: Path, suite: str, method: str) -> None:
        self.path = folder / "records" / f"{file_name(suite)}--{file_name(method)}.jsonl"
        self.provenance: Mapping[str, Any] | None = None
        self._head = {"format": FORMAT, "suite": suite, "method": method}
        self._scored: dict[str, Scored] = {}
        if self.path.is_file():
            self._read()

    @property
    def scored(self) -> Mapping[str, Scored]:
        """Tasks by name; of several records of one task the last."""
        return self._scored

    def begin(self, provenance: Mapping[str, Any], identity: Iterable[str]) -> None:
        """Write the first line, or compare with the one that is there.

        Args:
            provenance: JSON-able.
            identity: Its entries that must not change between the parts of a run.

        Raises:
            OptionError: If the records there are of other weights or options.
            OutputError: If the file cannot be written.
        """
        if self.provenance is not None:
            for entry in identity:
                there, here = self.provenance.get(entry), _as_read(provenance.get(entry))
                # Nothing is known of a method that could not be made ready.
                if there != here and there is not None:
                    raise OptionError(
                        f"{self.path} holds results of {self._head['method']!r} made otherwise "
                        f"({_first_difference(there, here, entry)}): choose another folder, or "
                        "remove that file."
                    )
            return
        self.provenance = _as_read(provenance)
        line = json.dumps({**self._head, "provenance": provenance}, allow_nan=False)
        with atomic_path(self.path) as temporary:
            temporary.write_text(line + "\n", encoding="utf-8")

    def append(self, scored: Scored) -> None:
        """Add a task: its line is there whole, and on disk, when this returns.

        Raises:
            OutputError: If it cannot be written.
        """
        assert self.provenance is not None, "the first line comes first"
        line = json.dumps(record_of(scored), ensure_ascii=False, allow_nan=False) + "\n"
        try:
            with self.path.open("ab", buffering=0) as file:
                file.write(line.encode())
                os.fsync(file.fileno())
        except OSError as error:
            raise OutputError(f"Cannot write {self.path}: {error.strerror or error}.") from error
        self._scored[scored.task] = scored

    def _read(self) -> None:
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise InputError(f"Cannot read {self.path}: {error.strerror or error}.") from error
        *lines, rest = content.split(b"\n")
        if not lines:
            raise InputError(f"{self.path} holds no records: remove it.")
        try:
            head, *records = (json.loads(line) for line in lines)
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"{self.path} is damaged: {error}. Remove it to start anew."
            ) from error
        own = {name: head.get(name) for name in self._head} if isinstance(head, dict) else None
        if own != self._head or not isinstance(head.get("provenance"), dict):
            raise InputError(f"{self.path} is not of this suite and method: remove it.")
        for number, record in enumerate(records, start=2):
            scored = scored_of(record, f"{self.path}, line {number}")
            self._scored[scored.task] = scored
        self.provenance = head["provenance"]
        if rest:
            # What a crash left of a line would spoil the next one.
            prepare_folder(self.path.parent)
            with atomic_path(self.path) as temporary:
                temporary.write_bytes(content[: len(content) - len(rest)])


def _as_read(value: Any) -> Any:
    """The value as it comes back from JSON."""
    return json.loads(json.dumps(value))


def _first_difference(there: Any, here: Any, name: str) -> str:
    if isinstance(there, dict) and isinstance(here, dict):
        for key in sorted({*there, *here}):
            if there.get(key) != here.get(key):
                return _first_difference(there.get(key), here.get(key), f"{name}.{key}")
    return f"{name}: {there!r} there, {here!r} now"
