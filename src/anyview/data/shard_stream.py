# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Shards read front to back, from a disk or the network, in an order known beforehand.

The order of an epoch follows from seed, epoch and the index alone: shards are shuffled, shared out
among the readers, and their samples pass through a shuffling buffer. So a reader can be stopped
and resumed at any position, and whole shards that it is done with are not read again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from anyview.core.errors import InputError, OptionError
from anyview.core.optional import require
from anyview.data.findings import FailureReport
from anyview.data.overlap import Overlap
from anyview.data.scene import Scene
from anyview.data.shard_samples import Files, scene_of_sample
from anyview.data.shards import INDEX_FILE, ByteStream, Shard, read_index, samples_in
from anyview.data.stores import MemoryStore
from anyview.io.listing import require_file

Place = tuple[int, int]
"""Number of the shard, number of the sample in it."""


@dataclass(frozen=True)
class Reader:
    """Which of several readers of the same shards this is.

    Attributes:
        rank: Of the process, from 0.
        world: Number of processes.
        worker: Of the worker within its process, from 0.
        workers: Number of workers of each process.
    """

    rank: int = 0
    world: int = 1
    worker: int = 0
    workers: int = 1

    def __post_init__(self) -> None:
        if not (0 <= self.rank < self.world and 0 <= self.worker < self.workers):
            raise OptionError(
                f"Reader needs 0 <= rank < world and 0 <= worker < workers, got rank {self.rank} "
                f"of {self.world}, worker {self.worker} of {self.workers}."
            )

    @property
    def number(self) -> int:
        """From 0 to below ``count``."""
        return self.rank * self.workers + self.worker

    @property
    def count(self) -> int:
        """Of all readers."""
        return self.world * self.workers


class ShardStream:
    """Scenes of shards, epoch after epoch.

    Args:
        location: A local folder; a URL such as ``https://host/folder``; or one with ``{}`` for the
            file's name, such as ``pipe:ssh host cat /data/{}``. URLs are opened by WebDataset.
        seed: Of the order.
        reader: Which part is read here; each sample goes to exactly one of the readers.
        buffer: Samples that are shuffled among each other; 1 keeps their order in the shards.
        failures: Where damaged samples are counted; None for an own report.

    Raises:
        InputError: If there is no index, or it is damaged.
        OptionError: If ``buffer`` is not positive.
        MissingDependencyError: If a URL is given and WebDataset is not installed.
    """

    def __init__(
        self,
        location: str | Path,
        seed: int,
        *,
        reader: Reader | None = None,
        buffer: int = 100,
        failures: FailureReport | None = None,
    ) -> None:
        if buffer < 1:
            raise OptionError(f"buffer must be at least 1, got {buffer}.")
        self._location, self._seed, self._buffer = str(location), seed, buffer
        self._reader = reader or Reader()
        self.failures = failures or FailureReport()
        try:
            with _closed(self._open(INDEX_FILE)) as file:
                content = file.read()
        except OSError as error:  # a pipe tells of its failure when it is closed
            raise InputError(f"{self._location}: {INDEX_FILE} cannot be read ({error}).") from error
        self._shards = read_index(MemoryStore({INDEX_FILE: content}, self._location))

    def order(self, epoch: int) -> list[Place]:
        """The samples of an epoch in the order in which this reader gives them."""
        rng = np.random.default_rng((self._seed, epoch, self._reader.number, 0xB0F))
        return shuffled(self._sequence(epoch), self._buffer, rng)

    def epoch(self, epoch: int, start: int = 0) -> Iterator[tuple[int, Scene, Overlap]]:
        """The scenes of an epoch.

        Damaged samples are skipped and counted.

        Args:
            epoch: From 0; each has another order.
            start: Where to begin in it; 0, or a position that was given before.

        Yields:
            The position after this scene, to resume from; the scene, its files in memory; and the
            overlap of its frames.

        Raises:
            InputError: If too large a share of the samples is damaged.
        """
        order = self.order(epoch)
        for position, files in self._in_order(self._sequence(epoch), order, start):
            shard, sample = order[position]
            key = self._shards[shard].samples[sample].key
            where = f"{self._shards[shard].file}: {key}"
            try:
                if isinstance(files, InputError):
                    raise files
                scene, overlap = scene_of_sample(files, where)
            except InputError as error:
                self.failures.failed(where, error)
                continue
            self.failures.succeeded()
            yield position + 1, scene, overlap

    def _sequence(self, epoch: int) -> list[Place]:
        """This reader's samples in the order in which they are read."""
        # The same permutation for all readers: it is what they share out.
        rng = np.random.default_rng((self._seed, epoch, 0x5A4D))
        shards = [int(index) for index in rng.permutation(len(self._shards))]
        number, count = self._reader.number, self._reader.count
        if len(shards) >= count:
            own = shards[number::count]
            return [(s, i) for s in own for i in range(len(self._shards[s].samples))]
        places = [(s, i) for s in shards for i in range(len(self._shards[s].samples))]
        return places[number::count]

    def _in_order(
        self, sequence: Sequence[Place], order: Sequence[Place], start: int
    ) -> Iterator[tuple[int, Files | InputError]]:
        """Positions from ``start`` with their samples, or why they could not be read."""
        needed = set(order[start:])
        held: dict[Place, Files | InputError] = {}
        position = start
        for number in dict.fromkeys(shard for shard, _ in sequence):
            wanted = {
                sample.key: (number, index)
                for index, sample in enumerate(self._shards[number].samples)
                if (number, index) in needed
            }
            if not wanted:
                continue
            for place, files in self._read(self._shards[number], wanted):
                held[place] = files
                while position < len(order) and order[position] in held:
                    yield position, held.pop(order[position])
                    position += 1

    def _read(
        self, shard: Shard, wanted: dict[str, Place]
    ) -> Iterator[tuple[Place, Files | InputError]]:
        """All wanted samples of a shard; those that it does not give come as errors."""
        missing = dict(wanted)
        where = f"{self._location}: {shard.file}"
        problem = InputError(f"{where}: lacks samples that the index lists.")
        try:
            with _closed(self._open(shard.file)) as file:
                for key, files in samples_in(file, set(wanted), where):
                    if key in missing:
                        yield missing.pop(key), files
        except InputError as error:
            problem = error
        except OSError as error:  # as above
            problem = InputError(f"{where}: cannot be read ({error}).")
        for place in missing.values():
            yield place, problem

    def _open(self, name: str) -> ByteStream:
        if "{}" not in self._location and "://" not in self._location:
            path = Path(self._location) / name
            require_file(path, "a file of shards")
            try:
                return path.open("rb")
            except OSError as error:
                raise InputError(f"{path}: cannot be read ({error.strerror}).") from error
        gopen: Any = require("webdataset.gopen", extra="train", purpose="stream shards from a URL")
        place = self._location
        url = place.replace("{}", name) if "{}" in place else f"{place.rstrip('/')}/{name}"
        try:
            stream: ByteStream = gopen.gopen(url)
        except (OSError, ValueError) as error:
            raise InputError(f"{url}: cannot be opened ({error}).") from error
        return stream


def shuffled(sequence: Sequence[Place], buffer: int, rng: np.random.Generator) -> list[Place]:
    """The order in which items leave a shuffling buffer that they enter one by one.

    At most ``buffer`` items are in it at a time.

    Args:
        sequence: In the order of entering.
        buffer: Its capacity.
        rng: What draws.
    """
    waiting: list[Place] = []
    order = []
    for place in sequence:
        waiting.append(place)
        if len(waiting) >= buffer:
            order.append(_taken(waiting, rng))
    while waiting:
        order.append(_taken(waiting, rng))
    return order


def _taken(waiting: list[Place], rng: np.random.Generator) -> Place:
    pick = int(rng.integers(len(waiting)))
    waiting[pick], waiting[-1] = waiting[-1], waiting[pick]
    return waiting.pop()


@contextmanager
def _closed(stream: ByteStream) -> Iterator[ByteStream]:
    """The stream, closed at the end; a pipe that is left early may say so, and nobody listens."""
    try:
        yield stream
    except BaseException:
        with suppress(OSError):
            stream.close()
        raise
    stream.close()
