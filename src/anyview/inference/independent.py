# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Each image for itself, in batches, with results on disk: folders of a million photos.

Images are decoded ahead in threads, gathered by processed size, predicted in batches and written
in threads; at no time are more than a few batches in memory. The results of an image lie in a
folder of its own that appears whole, by one rename, so that a run that was cut off goes on where
it stopped. Nothing that exists is ever replaced.
"""

import itertools
import logging
import os
import secrets
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from anyview.core.errors import InputError, OptionError, OutputError
from anyview.inference.engine import Predictor
from anyview.inference.inputs import read_views
from anyview.inference.options import MATCHED_POSES
from anyview.inference.prepared_scene import PreparedScene
from anyview.inference.run_record import RunSettings, check_run
from anyview.io.atomic import prepare_folder
from anyview.structures.prediction import Prediction

logger = logging.getLogger(__name__)

DEFAULT_BATCH = {"cpu": 4}
DEFAULT_BATCH_ELSEWHERE = 16
"""Images in a batch, by type of device: fixed, so that a run can be repeated to the bit."""

_DECODERS = 2
_WRITERS = 2
_KEPT_PROBLEMS = 100

Write = Callable[[Prediction, Path], object]
"""Writes the files of one prediction into an existing folder."""


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        done: Images written in this run.
        skipped: Images whose results were there already.
        failed: Images that could not be used.
        seconds: Since the run began.
    """

    done: int
    skipped: int
    failed: int
    seconds: float

    @property
    def images_per_second(self) -> float:
        """Throughput of this run, reading and writing included."""
        return self.done / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True)
class IndependentReport:
    """What became of a run.

    Attributes:
        progress: The final counts.
        problems: The first hundred messages about images that could not be used.
    """

    progress: Progress
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _Job:
    """One image on its way."""

    folder: Path
    scene: PreparedScene


@dataclass
class _Counts:
    """Mutable counts of a run."""

    started: float = field(default_factory=time.perf_counter)
    done: int = 0
    skipped: int = 0
    failed: int = 0
    problems: list[str] = field(default_factory=list)

    def progress(self) -> Progress:
        return Progress(self.done, self.skipped, self.failed, time.perf_counter() - self.started)

    def failed_on(self, problem: str) -> None:
        self.failed += 1
        if len(self.problems) < _KEPT_PROBLEMS:
            self.problems.append(problem)


def predict_independent(
    predictor: Predictor,
    files: Iterable[tuple[Path, str]],
    directory: str | os.PathLike[str],
    write: Write,
    *,
    settings: RunSettings | None = None,
    on_problem: Callable[[str], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> IndependentReport:
    """Predict every image as a scene of its own and write its results into a folder of its own.

    Args:
        predictor: The model.
        files: Image files with the relative name of their result folders, each name once; may be
            endless, is read as needed.
        directory: Where result folders are made: ``directory / name``.
        write: Writes one prediction into a folder, such as an exporter with its options.
        settings: How to read, predict, batch and resume.
        on_problem: Told of each image that is left out, with ``on_error="skip"``.
        on_progress: Told after each batch.

    Returns:
        Counts and problems.

    Raises:
        InputError: At the first image that cannot be used, unless ``on_error="skip"``.
        OptionError: If the directory holds results made with other settings, or images would have
            to be matched with others.
        OutputError: If results cannot be written.
    """
    settings = settings or RunSettings()
    options = settings.predict
    predictor.check_options(options)
    if options.pose in MATCHED_POSES:
        raise OptionError(
            f"pose={options.pose!r} matches the images of one scene with each other; images that "
            "are predicted each alone have nothing to be matched with."
        )
    remaining = iter(files)
    first = next(remaining, None)  # a list that cannot be had fails before a folder is made
    if first is None:
        raise InputError("No images were given: at least one is needed.")
    files = itertools.chain([first], remaining)
    root = prepare_folder(directory)
    check_run(root, predictor.info, settings)
    counts = _Counts()
    partial = prepare_folder(root / f".partial-{os.getpid()}-{secrets.token_hex(4)}")
    batch_size = settings.batch_size or DEFAULT_BATCH.get(
        predictor.device.type, DEFAULT_BATCH_ELSEWHERE
    )

    def report(problem: str) -> None:
        counts.failed_on(problem)
        logger.info("%s", problem)
        if on_problem is not None:
            on_problem(problem)

    def finish(future: "Future[None]") -> None:
        future.result()
        counts.done += 1

    try:
        jobs = _decoded(predictor, files, root, settings, counts, report)
        with ThreadPoolExecutor(_WRITERS, "anyview-write") as writers:
            writing: deque[Future[None]] = deque()
            try:
                for batch in _batches(jobs, batch_size):
                    scenes = [job.scene for job in batch]
                    predictor.check_fits(len(batch), _grid(scenes[0]), options)
                    predictions = predictor.predict_prepared(scenes, options)
                    for job, prediction in zip(batch, predictions, strict=True):
                        writing.append(
                            writers.submit(_write_whole, write, prediction, job.folder, partial)
                        )
                    while len(writing) > 2 * batch_size:
                        finish(writing.popleft())
                    if on_progress is not None:
                        on_progress(counts.progress())
            finally:
                # What is predicted is written, even if the next image stops the run.
                while writing:
                    finish(writing.popleft())
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    if on_progress is not None:
        on_progress(counts.progress())
    return IndependentReport(counts.progress(), tuple(counts.problems))


def _grid(scene: PreparedScene) -> tuple[int, int]:
    height, width = scene.processed.images.shape[-2:]
    return height, width


def _decoded(
    predictor: Predictor,
    files: Iterable[tuple[Path, str]],
    root: Path,
    settings: RunSettings,
    counts: _Counts,
    report: Callable[[str], None],
) -> Iterator[_Job]:
    """Images read and resized ahead of their use, in order, a bounded number at a time."""
    # A single image that cannot be read is an error in any case; here it is decided what follows.
    reading = replace(settings.input, on_error="stop")

    def decode(path: Path, folder: Path) -> _Job:
        started = time.perf_counter()
        views = read_views(path, options=reading)
        seconds = time.perf_counter() - started
        return _Job(folder, predictor.prepare(views, settings.predict, read_s=seconds))

    def taken(future: "Future[_Job]") -> Iterator[_Job]:
        try:
            yield future.result()
        except InputError as error:
            if settings.input.on_error == "stop":
                raise
            report(str(error))

    ahead: deque[Future[_Job]] = deque()
    with ThreadPoolExecutor(_DECODERS, "anyview-read") as readers:
        try:
            for path, name in files:
                folder = root / name
                if folder.is_dir():
                    counts.skipped += 1
                    continue
                ahead.append(readers.submit(decode, path, folder))
                if len(ahead) > 2 * _DECODERS:
                    yield from taken(ahead.popleft())
            while ahead:
                yield from taken(ahead.popleft())
        finally:
            for future in ahead:
                future.cancel()


def _batches(jobs: Iterable[_Job], size: int) -> Iterator[list[_Job]]:
    """Batches of one shape: full ones as they fill, and the fullest when too many images wait."""
    waiting: dict[tuple[object, ...], list[_Job]] = {}
    for job in jobs:
        key = job.scene.batch_key
        waiting.setdefault(key, []).append(job)
        if len(waiting[key]) == size:
            yield waiting.pop(key)
        elif sum(map(len, waiting.values())) >= 4 * size:
            yield waiting.pop(max(waiting, key=lambda k: len(waiting[k])))
    yield from waiting.values()


def _write_whole(write: Write, prediction: Prediction, folder: Path, partial: Path) -> None:
    """Write into a folder aside, then give it its name."""
    aside = partial / secrets.token_hex(8)
    aside.mkdir()
    write(prediction, aside)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside.rename(folder)
    except OSError as error:
        cause = error.strerror or str(error)
        raise OutputError(f"Cannot write {folder}: {cause}.") from error
