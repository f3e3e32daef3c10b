# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Make many synthetic scenes in several processes; what is there already is kept."""

import contextlib
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import fields
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from anyview.core.errors import AnyViewError, InputError, OptionError
from anyview.data.synthetic.photo_textures import PhotoTextures
from anyview.data.synthetic.scenes import make_scene
from anyview.data.synthetic.world_files import (
    CHUNK_SCENES,
    chunk_path,
    chunk_size,
    read_settings,
    write_chunk,
    write_settings,
)
from anyview.data.synthetic.world_settings import WorldSettings
from anyview.io.atomic import prepare_folder

Progress = Callable[[int, int], None]
Job = tuple[int, int]
"""First scene of a chunk and their number."""


class WorkerDiedError(AnyViewError):
    """A process that made scenes ended before it was done."""


def write_worlds(
    folder: str | os.PathLike[str],
    first: int,
    count: int,
    settings: WorldSettings,
    processes: int = 1,
    progress: Progress | None = None,
) -> Path:
    """Make the scenes ``first`` to ``first + count - 1`` that a folder lacks.

    Scenes depend on their numbers and the settings alone, not on the number of processes.

    Args:
        folder: Made if need be; chunks that are there are kept, damaged and short ones made again.
        first: A multiple of 32, the size of a chunk.
        count: How many.
        settings: Those of the folder, if it has scenes.
        processes: 1 works in this process; more start as many fresh ones.
        progress: Called with scenes done and wanted after every chunk; kept ones count as done.

    Returns:
        The folder.

    Raises:
        OptionError: If the numbers are not accepted.
        InputError: If the folder has scenes of other settings.
        WorkerDiedError: If a process ended early; finished chunks stay.
        OutputError: If the folder cannot be written.
    """
    if first < 0 or first % CHUNK_SCENES or count < 1 or processes < 1:
        raise OptionError(
            f"first {first}, scenes {count}, processes {processes}: first must be a multiple of "
            f"{CHUNK_SCENES}, the others at least 1."
        )
    target = prepare_folder(folder)
    _agree(target, settings)
    starts = range(first, first + count, CHUNK_SCENES)
    jobs = [(start, min(CHUNK_SCENES, first + count - start)) for start in starts]
    missing = [job for job in jobs if not _is_done(target, job)]
    tracker = _Tracker(count - sum(size for _, size in missing), count, progress)
    if processes == 1 or len(missing) <= 1:
        photos = _photos(settings)
        for job in missing:
            _write(target, job, settings, photos)
            tracker.add(job)
    else:
        _share_out(target, missing, settings, min(processes, len(missing)), tracker)
    return target


class _Tracker:
    """Counts scenes and tells the caller."""

    def __init__(self, done: int, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = done, total, progress
        self._tell()

    def add(self, job: Job) -> None:
        """One more chunk is there."""
        self._done += job[1]
        self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._done, self._total)


def _agree(folder: Path, settings: WorldSettings) -> None:
    """Write the settings, or check that the folder's are the same."""
    known = read_settings(folder)
    if known is None:
        write_settings(folder, settings)
        return
    names = [item.name for item in fields(WorldSettings)]
    differing = [name for name in names if getattr(known, name) != getattr(settings, name)]
    if differing:
        shown = ", ".join(
            f"{name} {getattr(known, name)!r} (given {getattr(settings, name)!r})"
            for name in differing
        )
        raise InputError(
            f"{folder} has scenes made with other settings: {shown}. Use those, or another folder."
        )


def _is_done(folder: Path, job: Job) -> bool:
    path = chunk_path(folder, job[0])
    try:
        return path.exists() and chunk_size(path) >= job[1]
    except InputError:
        return False  # damaged: made again


def _photos(settings: WorldSettings) -> PhotoTextures | None:
    return None if settings.photos is None else PhotoTextures(Path(settings.photos))


def _write(folder: Path, job: Job, settings: WorldSettings, photos: PhotoTextures | None) -> None:
    first, count = job
    scenes = [make_scene(number, settings, photos) for number in range(first, first + count)]
    write_chunk(chunk_path(folder, first), scenes)


def _work(folder: Path, settings: WorldSettings, pipe: Connection) -> None:
    """A process: makes the chunks that the pipe names until it names None."""
    try:
        photos = _photos(settings)
        while (job := pipe.recv()) is not None:
            _write(folder, job, settings, photos)
            pipe.send(None)
    except AnyViewError as error:
        pipe.send((type(error), str(error)))


def _share_out(
    folder: Path, jobs: list[Job], settings: WorldSettings, processes: int, tracker: _Tracker
) -> None:
    """Give each of several processes a chunk whenever it is free."""
    # Fresh processes: threads of the caller (torch, Embree) do not survive a fork.
    context = multiprocessing.get_context("spawn")
    waiting = list(reversed(jobs))
    running: dict[Connection, tuple[BaseProcess, Job]] = {}
    workers: list[BaseProcess] = []
    worker: BaseProcess
    try:
        for _ in range(processes):
            ours, theirs = context.Pipe()
            worker = context.Process(target=_work, args=(folder, settings, theirs), daemon=True)
            worker.start()
            theirs.close()  # or the end of the worker would not close the pipe
            workers.append(worker)
            running[ours] = (worker, waiting.pop())
            _send(ours, running[ours][1])
        while running:
            for pipe in wait(list(running)):
                assert isinstance(pipe, Connection), "only pipes are waited for"
                worker, job = running.pop(pipe)
                try:
                    failure = pipe.recv()
                except (EOFError, ConnectionResetError):
                    worker.join()
                    raise WorkerDiedError(_obituary(job, worker.exitcode)) from None
                if failure is not None:
                    kind, message = failure
                    raise kind(message)
                tracker.add(job)
                if waiting:
                    running[pipe] = (worker, waiting.pop())
                    _send(pipe, running[pipe][1])
                else:
                    _send(pipe, None)
    finally:
        for worker in workers:
            if worker.is_alive() and running:
                worker.terminate()
            worker.join()


def _send(pipe: Connection, job: Job | None) -> None:
    # A worker that has just died is noticed when its answer is read.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        pipe.send(job)


def _obituary(job: Job, exit_code: int | None) -> str:
    first, count = job
    why = "out of memory or killed" if exit_code is not None and exit_code < 0 else "see above"
    return (
        f"A process ended with exit code {exit_code} ({why}) while it made the scenes {first} to "
        f"{first + count - 1}. Finished scenes are kept: run the same again, perhaps with fewer "
        "processes."
    )
