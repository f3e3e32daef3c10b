# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The folder that results go to: tried before the work, taken back if nothing came of it."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from anyview.core.errors import OutputError
from anyview.io.atomic import prepare_folder


@contextlib.contextmanager
def output_folder(folder: Path, *, bookkeeping: tuple[str, ...] = ()) -> Iterator[Path]:
    """Make a folder, and remove it again if the block fails before anything is in it.

    Args:
        folder: Made with its parents unless it is there.
        bookkeeping: Names of files that are worth nothing alone.

    Yields:
        The folder, which can be written.

    Raises:
        OutputError: If it cannot be made or written; before any work.
    """
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        prepare_folder(folder)
        _try_to_write(folder)
        yield folder
    except BaseException:
        _take_back(made, bookkeeping)
        raise


def _try_to_write(folder: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(
            f"Cannot write into {folder}: {error.strerror or error}. Choose another folder."
        ) from error


def _take_back(made: list[Path], bookkeeping: tuple[str, ...]) -> None:
    """Remove folders, innermost first, as far as they are empty."""
    for folder in made:
        with contextlib.suppress(OSError):
            names = {path.name for path in folder.iterdir()}
            if names <= set(bookkeeping):
                for name in names:
                    (folder / name).unlink()
                folder.rmdir()
