# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Files that appear whole or not at all."""

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from anyview.core.errors import AnyViewError, OutputError

_STORAGE_CAUSES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file is larger than this system allows",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reports an error",
}
"""Errors of a write that are about the disk, whoever raised them."""


def prepare_folder(folder: str | os.PathLike[str]) -> Path:
    """Make a folder, with its parents, unless it is there.

    Args:
        folder: The folder that files are about to be written into.

    Returns:
        The folder.

    Raises:
        OutputError: If it, or one of its parents, is a file or cannot be made.
    """
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        blocked = next((p for p in (path, *path.parents) if p.exists() and not p.is_dir()), None)
        if blocked is not None:
            raise OutputError(
                f"Cannot write into {path}: {blocked} is a file, not a folder."
            ) from error
        raise OutputError(f"Cannot make the folder {path}: {_cause(error)}.") from error
    return path


@contextlib.contextmanager
def atomic_path(target: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary path beside ``target`` that becomes ``target`` when the block succeeds.

    Readers see the old file or the new one, never half of one. The temporary file is hidden and
    keeps the suffix of ``target``, from which writers guess the format; it is removed when the
    block fails. Missing parent folders are made. A symbolic link is written through.

    Args:
        target: The file to write or replace.

    Yields:
        The path to write to: an empty file in the same folder.

    Raises:
        OutputError: If the folder cannot be made or written, ``target`` is something other than
            a file, or the disk is full.
    """
    final = Path(target)
    if final.is_symlink():
        try:
            final = final.resolve()
            in_a_circle = final.is_symlink()  # from Python 3.13 on it is given back as it is
        except (OSError, RuntimeError):
            in_a_circle = True
        if in_a_circle:
            raise OutputError(f"Cannot write {final}: it is a link that leads to itself.")
    if final.exists() and not final.is_file():
        kind = "a folder" if final.is_dir() else "not a regular file"
        raise OutputError(f"Cannot write {final}: it is {kind}; give the name of a file.")
    prepare_folder(final.parent)
    temporary = final.with_name(f".{final.stem[:100]}.{secrets.token_hex(6)}{final.suffix}")
    try:
        # Not tempfile: its files are readable by the owner only, and would stay so.
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        raise OutputError(f"Cannot write {final}: {_cause(error)}.") from error
    try:
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(final)
    except OSError as error:
        if isinstance(error, AnyViewError) or error.errno not in _STORAGE_CAUSES:
            raise
        raise OutputError(f"Cannot write {final}: {_cause(error)}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _cause(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "no permission to write there"
    if error.errno in _STORAGE_CAUSES:
        return _STORAGE_CAUSES[error.errno]
    return error.strerror or str(error)
