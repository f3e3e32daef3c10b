# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Answers of any other program, read from files; see ``stored_answers`` for their format."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from anyview.core.errors import InputError, OptionError
from anyview.core.options import option
from anyview.evaluation.benchmark.methods.spec import MethodSpec, typed_options
from anyview.evaluation.benchmark.stored_answers import read_answer
from anyview.evaluation.benchmark.task import Answer
from anyview.structures.views import ViewSet


@dataclass(frozen=True)
class DiskOptions:
    """Where the answers lie."""

    folder: str = option("", "Folder with SUITE/TASK.npz for each task.")


@dataclass(frozen=True)
class DiskMethod:
    """Answers that were made before.

    Attributes:
        name: As it was asked for.
        folder: Where they lie.
    """

    name: str
    folder: Path

    def answer(self, views: ViewSet, task: str) -> Answer:
        """Read the answer of a task; its cost is what the file says.

        Raises:
            InputError: If it is absent or cannot be used.
        """
        return read_answer(self.folder / f"{task}.npz", len(views))

    def describe(self) -> Mapping[str, object]:
        """The folder's name."""
        return {"folder": self.folder.name}


def build(spec: MethodSpec) -> DiskMethod:
    """Look for the folder.

    Raises:
        OptionError: If none is named.
        InputError: If it is not there.
    """
    options = typed_options(DiskOptions, spec.options, spec.text)
    if not options.folder:
        raise OptionError("from-disk needs a folder: from-disk:folder=PATH.")
    folder = Path(options.folder)
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder: it must hold SUITE/TASK.npz for each task.")
    return DiskMethod(spec.text, folder)
