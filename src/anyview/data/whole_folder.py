# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Folders that appear whole or not at all, as ``io.atomic`` does for files."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from anyview.core.errors import OutputError
from anyview.io.atomic import prepare_folder


@contextlib.contextmanager
def whole_folder(target: Path, *, marker: str, overwrite: bool) -> Iterator[Path]:
    """A hidden folder beside ``target`` that becomes it when the block succeeds.

    Args:
        target: The new folder.
        marker: A file that only folders of this kind have; without it nothing is replaced.
        overwrite: Whether a folder with the marker is replaced.

    Yields:
        An empty folder to write into.

    Raises:
        OutputError: If something is there that may not be replaced, or the disk refuses.
    """
    if target.exists() or target.is_symlink():
        is_ours = (target / marker).is_file()
        if not is_ours:
            raise OutputError(
                f"Cannot write {target}: it exists and has no {marker}; remove it first."
            )
        if not overwrite:
            raise OutputError(f"Cannot write {target}: it exists; pass overwrite=True.")
    prepare_folder(target.parent)
    hidden = target.with_name(f".{target.name[:60]}.{secrets.token_hex(6)}")
    prepare_folder(hidden)
    try:
        yield hidden
        if target.exists():
            old = hidden.with_name(hidden.name + ".old")
            target.rename(old)
            hidden.rename(target)
            shutil.rmtree(old)
        else:
            hidden.rename(target)
    finally:
        if hidden.exists():
            shutil.rmtree(hidden)
