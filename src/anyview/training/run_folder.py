# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The folder of a training run: states that survive a crash, and the record of what made them.

::

    run/
    ├── run.json                     recipe, config, one entry for each start
    ├── journal.jsonl                numbers of each step (see ``journal``)
    └── states/
        ├── state-00001000.pt        everything needed to continue after 1000 steps
        └── state-00001000.pt.sha256 its checksum, in the format of ``sha256sum``
"""

import hashlib
import json
import logging
import pickle
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from anyview.core.errors import CheckpointError, OptionError, OutputError
from anyview.io.atomic import atomic_path, prepare_folder
from anyview.io.listing import require_file
from anyview.training.provenance import describe_session

logger = logging.getLogger(__name__)

RUN_FILE = "run.json"
STATES = "states"
_STATE_NAME = re.compile(r"state-(\d{8,})\.pt")


@dataclass(frozen=True)
class SavedState:
    """A state that was read back.

    Attributes:
        step: Steps that had been made.
        values: What was saved; tensors on the CPU.
        path: Its file.
        damaged: Newer files that could not be used, each with the reason.
    """

    step: int
    values: dict[str, Any]
    path: Path
    damaged: tuple[str, ...]


class RunFolder:
    """One run on disk. Make it with ``create`` or ``open``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, path: str | Path, *, recipe: str, config: Mapping[str, Any]) -> "RunFolder":
        """Start a run in a folder that is new or empty.

        Args:
            path: The folder.
            recipe: Name of the recipe.
            config: All settings, JSON-able.

        Raises:
            OutputError: If something lies there already, or it cannot be written.
        """
        root = prepare_folder(path)
        if any(root.iterdir()):
            raise OutputError(
                f"{root} is not empty. Give a new folder, or resume the run that is there."
            )
        run = cls(root)
        record = {"format": 1, "recipe": recipe, "config": dict(config), "sessions": []}
        run._write_record(record)
        run.note_session(0)
        return run

    @classmethod
    def open(cls, path: str | Path) -> "RunFolder":
        """The run that is in a folder; call ``note_session`` once the step is known.

        Raises:
            CheckpointError: If there is no run in it, or its record is damaged.
        """
        run = cls(Path(path))
        run.record()
        return run

    @property
    def journal_path(self) -> Path:
        """Where the numbers of each step go."""
        return self.path / "journal.jsonl"

    def record(self) -> dict[str, Any]:
        """Recipe, config and sessions.

        Raises:
            CheckpointError: If the folder is not a run's, or the record is damaged.
        """
        file = self.path / RUN_FILE
        if file.exists():
            require_file(file, "the record of a run", CheckpointError)
        try:
            record = json.loads(file.read_text(encoding="utf-8"))
            json.dumps(record, allow_nan=False)  # as it is written again later
        except FileNotFoundError as error:
            raise CheckpointError(
                f"{self.path} is not the folder of a training run: {RUN_FILE} is missing."
            ) from error
        except (OSError, ValueError, RecursionError) as error:
            raise CheckpointError(f"{file} cannot be read: {error}.") from error
        if not isinstance(record, dict) or record.get("format") != 1:
            raise CheckpointError(f"{file} was not written by this version of anyview.")
        if not isinstance(record.get("sessions"), list):
            raise CheckpointError(f"{file} is damaged: it lists no sessions.")
        return record

    def note_session(self, step: int) -> None:
        """Add this start of the program to the record.

        Args:
            step: Steps that had been made before.
        """
        record = self.record()
        record["sessions"].append({"step": step, **describe_session()})
        self._write_record(record)

    def save_state(self, step: int, values: Mapping[str, Any]) -> Path:
        """Write a state; readers see a whole one or none.

        Args:
            step: Steps that have been made.
            values: Tensors, numbers, strings, None, and dicts, lists and tuples of them: nothing
                that could run code when it is read back.

        Returns:
            The file.

        Raises:
            TypeError: If ``values`` holds anything else; says where.
            OutputError: If the disk is full or not writable.
        """
        _check_plain(values, "state")
        path = self.path / STATES / f"state-{step:08d}.pt"
        path.unlink(missing_ok=True)  # its checksum is about to change
        with atomic_path(path) as temporary:
            torch.save(dict(values), temporary)
            # The checksum goes first: a state without one would look damaged.
            with atomic_path(_checksum_path(path)) as beside:
                beside.write_text(f"{_sha256(temporary)}  {path.name}\n", encoding="utf-8")
        return path

    def steps(self) -> list[int]:
        """Steps of the states that are there, ascending, damaged ones included."""
        folder = self.path / STATES
        names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
        found = [match for name in names if (match := _STATE_NAME.fullmatch(name))]
        return sorted(int(match.group(1)) for match in found)

    def load_newest(self) -> SavedState | None:
        """The newest state that is intact; None if no state was ever saved.

        Damaged ones are reported in the log and in the result, and left where they are.

        Raises:
            CheckpointError: If there are states and all are damaged.
        """
        damaged: list[str] = []
        for step in reversed(self.steps()):
            path = self.path / STATES / f"state-{step:08d}.pt"
            try:
                values = load_state(path)
            except CheckpointError as error:
                logger.warning("%s The state before it is used.", error)
                damaged.append(str(error))
                continue
            return SavedState(step, values, path, tuple(damaged))
        if damaged:
            raise CheckpointError(
                f"All states in {self.path / STATES} are damaged: {' '.join(damaged)} "
                "Start a new run in another folder."
            )
        return None

    def prune(self, *, keep_last: int, milestone_every: int = 0) -> list[Path]:
        """Delete old states.

        Args:
            keep_last: How many of the newest stay, at least 1; with 2, one may get damaged.
            milestone_every: States whose step is a multiple of this stay for ever; 0 for none.

        Returns:
            What was deleted.
        """
        if keep_last < 1 or milestone_every < 0:
            raise OptionError(
                f"keep_last is {keep_last} and milestone_every {milestone_every}; "
                "accepted: at least 1, and 0 or more."
            )
        deleted = []
        for step in self.steps()[:-keep_last]:
            if milestone_every and step % milestone_every == 0:
                continue
            path = self.path / STATES / f"state-{step:08d}.pt"
            path.unlink(missing_ok=True)
            _checksum_path(path).unlink(missing_ok=True)
            deleted.append(path)
        return deleted

    def _write_record(self, record: Mapping[str, Any]) -> None:
        text = json.dumps(record, indent=1, allow_nan=False)
        with atomic_path(self.path / RUN_FILE) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")


def load_state(path: str | Path) -> dict[str, Any]:
    """Read one state after comparing its checksum; nothing in it is executed.

    Raises:
        CheckpointError: If it is missing, damaged or not a state.
    """
    file = Path(path)
    for part in (file, _checksum_path(file)):
        require_file(part, "a file", CheckpointError)
    try:
        expected = _checksum_path(file).read_text(encoding="utf-8").split()[:1]
        if expected != [_sha256(file)]:
            raise CheckpointError(f"{file} is damaged: its checksum differs from the one saved.")
        values = torch.load(file, map_location="cpu", weights_only=True)
    except (
        OSError,
        UnicodeError,
        RuntimeError,
        EOFError,
        pickle.UnpicklingError,
        zipfile.BadZipFile,
    ) as error:
        first_line = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CheckpointError(f"{file} cannot be read: {first_line}.") from error
    if not isinstance(values, dict):
        raise CheckpointError(f"{file} holds a {type(values).__name__}, not the state of a run.")
    return values


def _check_plain(value: Any, where: str) -> None:
    """Only types that safe loading gives back."""
    if value is None or isinstance(value, bool | int | float | str | Tensor):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str | int):
                raise TypeError(f"{where} has the key {key!r}; keys are strings or whole numbers.")
            _check_plain(item, f"{where}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check_plain(item, f"{where}[{index}]")
    else:
        raise TypeError(
            f"{where} is a {type(value).__name__}; a state is made of tensors, numbers, strings, "
            "None, dicts, lists and tuples."
        )


def _checksum_path(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
