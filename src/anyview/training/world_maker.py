# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Worlds made beside the training: a process that keeps ahead of what steps need."""

import ctypes
import multiprocessing
import os
import signal
import time
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from types import TracebackType
from typing import Any

from anyview.core.errors import AnyViewError, TrainingError
from anyview.data.synthetic.world_files import CHUNK_SCENES, chunk_path
from anyview.data.synthetic.world_settings import WorldSettings
from anyview.data.synthetic.world_writer import write_worlds

AHEAD = 32 * CHUNK_SCENES
"""Scenes that may lie ready before anybody needs them."""


class WorldMaker:
    """Makes scenes in the background for the time of the block.

    The process ends by itself when the one that started it is gone, killed included.

    Args:
        folder: Where scenes go; those that are there are kept.
        settings: What they look like.
        first: Number of the first scene, a multiple of 32.
        processes: How many work side by side; 0 makes nothing.
        keeps_used: Whether scenes that no step needs any more stay on the disk.
    """

    def __init__(
        self,
        folder: Path,
        settings: WorldSettings,
        first: int,
        *,
        processes: int,
        keeps_used: bool = True,
    ) -> None:
        context = multiprocessing.get_context("spawn")
        self._needed: Any = context.Value(ctypes.c_longlong, first)
        self._dropped: Any = context.Value(ctypes.c_longlong, first)
        self._keeps_used = keeps_used
        self._process = None
        if processes:
            arguments = (folder, settings, first, processes, self._needed, self._dropped)
            self._process = context.Process(target=_make, args=(*arguments, os.getpid()))

    def need(self, last: int, low: int) -> None:
        """Tell what steps need now.

        Args:
            last: Number behind the last scene that the next step may see.
            low: First scene that it may see.

        Raises:
            TrainingError: If the process is gone.
        """
        self._needed.value = last
        if not self._keeps_used:
            self._dropped.value = low
        if self._process is not None and self._process.exitcode not in (None, 0):
            raise TrainingError(
                f"The process that makes worlds ended with exit code {self._process.exitcode}; "
                "what it printed says why. Resume the run, perhaps with fewer makers."
            )

    def __enter__(self) -> "WorldMaker":
        if self._process is not None:
            self._process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.join()


def _make(
    folder: Path,
    settings: WorldSettings,
    first: int,
    processes: int,
    needed: "Synchronized[int]",
    dropped: "Synchronized[int]",
    parent: int,
) -> None:
    """The process: block after block, until its parent is gone."""
    # Ctrl-C goes to all processes of a terminal; the run decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    block = CHUNK_SCENES * processes
    position = deleted = first
    try:
        while os.getppid() == parent:
            while deleted + CHUNK_SCENES <= dropped.value:
                chunk_path(folder, deleted).unlink(missing_ok=True)
                deleted += CHUNK_SCENES
            if position >= needed.value + AHEAD:
                time.sleep(0.5)
                continue
            write_worlds(folder, position, block, settings, processes)
            position += block
    except AnyViewError as error:
        raise SystemExit(f"Making worlds failed: {error}") from error
