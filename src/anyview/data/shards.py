# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""WebDataset shards of scenes: tar files of a bounded size beside an index of what they hold.

The index names every sample with its place, so that local shards are read at random
(``ShardLibrary``) and all shards can be streamed in a known order (``shard_stream``).
"""

import io
import json
import os
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Protocol, runtime_checkable

from anyview.core.errors import InputError, OptionError
from anyview.data.findings import FailureReport
from anyview.data.overlap import Overlap
from anyview.data.scene import Scene
from anyview.data.scene_document import Fields, read_document
from anyview.data.shard_samples import Files, samples_of_folder, scene_of_sample
from anyview.data.stores import FileStore, FolderStore, check_inside
from anyview.data.whole_folder import whole_folder
from anyview.io.listing import require_file

SHARDS_FORMAT, SHARDS_VERSION = "anyview-shards", 1
INDEX_FILE = "index.json"
_LARGEST = 1 << 62


@runtime_checkable
class ByteStream(Protocol):
    """What a tar file is read from: a file, bytes in memory, a pipe, an answer of a server."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; all that are left if the size is negative."""

    def close(self) -> None:
        """Give back what it holds."""


@dataclass(frozen=True)
class Sample:
    """One scene, or stretch of a scene, in a shard.

    Attributes:
        key: What the names of its members start with.
        scene: Name of the scene.
        frames: How many.
        offset: Where its first member's header starts in the tar file, in bytes.
        size: Bytes from there to the end of its last member.
    """

    key: str
    scene: str
    frames: int
    offset: int
    size: int


@dataclass(frozen=True)
class Shard:
    """One tar file.

    Attributes:
        file: Its name.
        samples: In their order in the file.
    """

    file: str
    samples: tuple[Sample, ...]


def write_shards(
    scenes: Sequence[Path],
    folder: str | os.PathLike[str],
    *,
    max_bytes: int = 1_000_000_000,
    max_frames: int = 64,
    overwrite: bool = False,
    failures: FailureReport | None = None,
) -> list[Shard]:
    """Pack scene folders into shards; the folder appears whole or not at all.

    The same scenes in the same order give the same bytes.

    Args:
        scenes: Folders of scenes, see ``find_scenes``.
        folder: The new folder for ``shard-000000.tar`` and so on and ``index.json``.
        max_bytes: Size at which a new shard is begun; only a single larger sample exceeds it.
        max_frames: Longer scenes are cut into stretches of at most this many frames.
        overwrite: Replace shards that are there.
        failures: Where scenes that cannot be read are counted and skipped; None refuses them.

    Returns:
        What was written.

    Raises:
        InputError: If a scene cannot be read and there is no report, or none is left.
        OptionError: If a limit is not positive.
        OutputError: If something is there that may not be replaced, or the disk refuses.
    """
    if max_bytes < 1 or max_frames < 1:
        raise OptionError(
            f"max_bytes and max_frames must be positive, got {max_bytes} and {max_frames}."
        )
    with whole_folder(Path(folder), marker=INDEX_FILE, overwrite=overwrite) as temporary:
        writer = _Writer(temporary, max_bytes)
        try:
            for scene in scenes:
                try:
                    samples = samples_of_folder(scene, max_frames)
                except InputError as error:
                    if failures is None:
                        raise
                    failures.failed(str(scene), error)
                    continue
                for name, frames, files in samples:
                    writer.add(name, frames, files)
                if failures is not None:
                    failures.succeeded()
        finally:
            writer.close()
        if not writer.shards:
            raise InputError(f"None of {len(scenes)} scenes could be read; no shards were written.")
        (temporary / INDEX_FILE).write_text(_index_text(writer.shards), encoding="utf-8")
    return writer.shards


def read_index(store: FileStore) -> list[Shard]:
    """The shards that an ``index.json`` lists.

    Args:
        store: What holds it.

    Raises:
        InputError: If it is missing, damaged or of a newer version.
    """
    document = read_document(store, INDEX_FILE, kind=SHARDS_FORMAT, version=SHARDS_VERSION)
    what = store.describe(INDEX_FILE)
    names = ("format", "version", "num_samples", "num_frames", "shards")
    shards = []
    for entry in Fields(document, what, names).get("shards", list):
        fields = Fields(entry, f"{what}: shard", ("file", "samples"))
        file = fields.get("file", str)
        check_inside(file, what=what)
        samples = []
        for item in fields.get("samples", list):
            sample = Fields(item, f"{what}: {file}", ("key", "scene", "frames", "offset", "size"))
            counts = [sample.get(name, int) for name in ("frames", "offset", "size")]
            if not all(0 <= count < _LARGEST for count in counts):
                raise InputError(f"{sample.what}: frames, offset and size must be sound counts.")
            samples.append(Sample(sample.get("key", str), sample.get("scene", str), *counts))
        shards.append(Shard(file, tuple(samples)))
    if not any(shard.samples for shard in shards):
        raise InputError(f"{what}: lists no samples.")
    return shards


class ShardLibrary:
    """The samples of local shards as a ``SceneLibrary``: any of them is read at once.

    Args:
        folder: Written by ``write_shards``.

    Raises:
        InputError: If there is no index, or it is damaged.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        shards = read_index(FolderStore(self._folder))
        self._samples = [(shard.file, sample) for shard in shards for sample in shard.samples]

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, index: int) -> tuple[Scene, Overlap]:
        """A scene, its files in memory, and its overlap; ``InputError`` if it is damaged."""
        name, sample = self._samples[index]
        path = self._folder / name
        where = f"{path}: {sample.key}"
        require_file(path, "a shard")
        try:
            if sample.offset + sample.size > path.stat().st_size:
                raise InputError(f"{where}: damaged or cut off (the shard ends before it).")
            with path.open("rb") as file:
                file.seek(sample.offset)
                content = file.read(sample.size)
        except OSError as error:
            raise InputError(f"{where}: cannot be read ({error}).") from error
        found = dict(samples_in(io.BytesIO(content), {sample.key}, where))
        if sample.key not in found:
            raise InputError(f"{where}: the shard holds something else there.")
        return scene_of_sample(found[sample.key], where)


def samples_in(file: ByteStream, wanted: set[str], where: str) -> Iterator[tuple[str, Files]]:
    """Keys and files of the wanted samples of a tar file, read once from front to back.

    Args:
        file: A tar file at its start, seekable or not.
        wanted: Keys of the samples to keep.
        where: Its place, which starts messages.

    Raises:
        InputError: If it is cut off or damaged; samples before that have been given.
    """
    key, files = "", Files()
    source: Any = file  # tarfile only reads, whatever its stubs ask for
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for member in tar:
                own, _, name = member.name.partition(".")
                if own != key:
                    if files:
                        yield key, files
                    key, files = own, Files()
                if member.isfile() and own in wanted:
                    content = tar.extractfile(member)
                    assert content is not None, "a regular file"
                    files[name] = content.read()
    except (tarfile.TarError, OSError, EOFError) as error:
        raise InputError(f"{where}: damaged or cut off ({error}).") from error
    if files:
        yield key, files


class _Writer:
    """Tar files in a folder, one after the other."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.shards: list[Shard] = []
        self._folder, self._max_bytes = folder, max_bytes
        self._file: IO[bytes] | None = None
        self._tar: tarfile.TarFile | None = None
        self._count = 0

    def add(self, scene: str, frames: int, files: Files) -> None:
        expected = sum(512 + -(-len(content) // 512) * 512 for content in files.values())
        if self._file is None or self._file.tell() + expected > self._max_bytes:
            self._begin()
        assert self._file is not None and self._tar is not None, "begun"  # noqa: PT018
        key, offset = f"{self._count:06d}", self._file.tell()
        self._count += 1
        for name in sorted(files):
            member = tarfile.TarInfo(f"{key}.{name}")  # owner and time stay 0: equal bytes
            member.size = len(files[name])
            self._tar.addfile(member, io.BytesIO(files[name]))
        sample = Sample(key, scene, frames, offset, self._file.tell() - offset)
        last = self.shards.pop()
        self.shards.append(Shard(last.file, (*last.samples, sample)))

    def close(self) -> None:
        if self._tar is not None:
            self._tar.close()
        if self._file is not None:
            self._file.close()

    def _begin(self) -> None:
        self.close()
        name = f"shard-{len(self.shards):06d}.tar"
        self._file = (self._folder / name).open("wb")
        self._tar = tarfile.TarFile(fileobj=self._file, mode="w", format=tarfile.USTAR_FORMAT)
        self.shards.append(Shard(name, ()))


def _index_text(shards: Sequence[Shard]) -> str:
    samples = [sample for shard in shards for sample in shard.samples]
    document = {
        "format": SHARDS_FORMAT,
        "version": SHARDS_VERSION,
        "num_samples": len(samples),
        "num_frames": sum(sample.frames for sample in samples),
        "shards": [
            {"file": shard.file, "samples": [asdict(sample) for sample in shard.samples]}
            for shard in shards
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
