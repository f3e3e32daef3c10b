# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where the files of a scene lie: in a folder, or in memory after they came out of a shard."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol, runtime_checkable

from anyview.core.errors import InputError
from anyview.io.formats import first_line
from anyview.io.listing import require_file

OpenFile = io.BufferedReader | io.BytesIO


@runtime_checkable
class FileStore(Protocol):
    """Named files that can be opened, whatever holds them."""

    def open(self, name: str) -> OpenFile:
        """A file at its start, to be closed by the caller; ``InputError`` if it is not there."""

    def describe(self, name: str) -> str:
        """The file's place for messages."""


def check_inside(name: str, *, what: str) -> None:
    """Refuse a name that leads out of its store.

    Args:
        name: A relative path with ``/``.
        what: What names it, which starts the message.

    Raises:
        InputError: If it is empty, absolute or goes up.
    """
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        raise InputError(
            f"{what}: {name!r} is no path inside the scene; accepted are relative ones with /, "
            "such as 'images/0001.jpg'."
        )


@dataclass(frozen=True)
class FolderStore:
    """Files below a folder.

    Attributes:
        root: The folder.
    """

    root: Path

    def open(self, name: str) -> OpenFile:
        """See ``FileStore``."""
        check_inside(name, what=str(self.root))
        path = self.root / name
        if path.exists():
            require_file(path, "a file of a scene")
        try:
            return path.open("rb")
        except FileNotFoundError as error:
            raise InputError(f"{path}: there is no such file.") from error
        except OSError as error:
            raise InputError(f"{path}: cannot be opened ({first_line(error)}).") from error

    def describe(self, name: str) -> str:
        """See ``FileStore``."""
        return str(self.root / name)


@dataclass(frozen=True)
class MemoryStore:
    """Files held as bytes.

    Attributes:
        files: Content by name.
        where: Where they came from, for messages.
    """

    files: Mapping[str, bytes]
    where: str

    def open(self, name: str) -> OpenFile:
        """See ``FileStore``."""
        if name not in self.files:
            raise InputError(f"{self.describe(name)}: there is no such file.")
        return io.BytesIO(self.files[name])

    def describe(self, name: str) -> str:
        """See ``FileStore``."""
        return f"{self.where}:{name}"
