# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A stream on disk, chunk by chunk: a run that is killed loses no chunk and repeats none.

``chunks/000012/`` holds ``prediction.npz`` (the chunk's final frames, in the world of its segment),
``chunk.json`` (where the chunk lies and how it was joined) and, of the last chunks, ``tail/``: what
a stream that goes on needs. A folder of a chunk appears whole or not at all.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from anyview.core.errors import InputError, OptionError, OutputError
from anyview.export.npz import NPZ_NAME, read_npz, write_npz
from anyview.export.options import ExportOptions
from anyview.export.trajectories import write_trajectories
from anyview.geometry.sim3 import Sim3
from anyview.io.atomic import atomic_path, prepare_folder
from anyview.streaming.session import StreamedChunk, Tail
from anyview.structures.prediction import Prediction

STREAM_FILE = "stream.json"
CHUNK_FILE = "chunk.json"

_TAILS = 2
"""Tails that are kept: the last one, and the one before in case a disk loses the last."""


class StreamFolder:
    """The chunks of one stream.

    Args:
        root: Made if absent.
        settings: JSON-able, all that decides the result; a folder goes on with the same only.

    Raises:
        OptionError: If the folder holds a stream with other settings.
        OutputError: If it cannot be written.
    """

    def __init__(self, root: Path, settings: Mapping[str, Any]) -> None:
        self.root = prepare_folder(root)
        record = json.loads(json.dumps(dict(settings), default=str))
        file = root / STREAM_FILE
        if file.exists():
            known = _read_json(file)
            changed = sorted(k for k in {*known, *record} if known.get(k) != record.get(k))
            if changed:
                raise OptionError(
                    f"{root} holds a stream made with other settings ({', '.join(changed)}): take "
                    "the same to go on, or another folder."
                )
        else:
            with atomic_path(file) as path:
                path.write_text(json.dumps(record, indent=1), encoding="utf-8")
        self._chunks = prepare_folder(root / "chunks")

    def chunks(self) -> list[Path]:
        """Folders of the chunks that are complete, in order."""
        return sorted(p for p in self._chunks.iterdir() if p.name.isdigit())

    def resume(self) -> Tail | None:
        """Where to go on; chunks behind it, which have no tail, are made again."""
        found = self.chunks()
        while found:
            document = _read_json(found[-1] / CHUNK_FILE)
            tail = document["tail"]
            if tail is not None and (found[-1] / "tail" / NPZ_NAME).is_file():
                return Tail(
                    read_npz(found[-1] / "tail" / NPZ_NAME),
                    _sim3(tail["world_from_chunk"]),
                    tail["segment"],
                    tail["next_chunk"],
                    tail["next_frame"],
                )
            if document["is_last"]:
                return None
            shutil.rmtree(found.pop())
        return None

    @property
    def is_complete(self) -> bool:
        """Whether the last frame has been written."""
        found = self.chunks()
        return bool(found) and bool(_read_json(found[-1] / CHUNK_FILE)["is_last"])

    def add(self, piece: StreamedChunk, *, is_last: bool) -> Path:
        """Write a chunk; it is there whole when this returns.

        Args:
            piece: Of the stream.
            is_last: Whether no frame comes after it.

        Raises:
            OutputError: If it cannot be written.
        """
        target = self._chunks / f"{piece.index:06d}"
        part = self._chunks / f".{piece.index:06d}.part"
        shutil.rmtree(part, ignore_errors=True)
        try:
            prepare_folder(part)
            write_npz(piece.prediction, part, ExportOptions())
            if piece.tail is not None:
                write_npz(piece.tail.chunk, prepare_folder(part / "tail"), ExportOptions())
            document = json.dumps(_document(piece, is_last=is_last), indent=1)
            (part / CHUNK_FILE).write_text(document, encoding="utf-8")
            shutil.rmtree(target, ignore_errors=True)
            part.rename(target)
        except OSError as error:
            shutil.rmtree(part, ignore_errors=True)
            raise OutputError(f"Cannot write {target}: {error.strerror or error}.") from error
        for old in self.chunks()[:-_TAILS]:
            shutil.rmtree(old / "tail", ignore_errors=True)
        return target

    def predictions(self) -> Iterator[Prediction]:
        """The chunks that are there, one in memory at a time."""
        for folder in self.chunks():
            yield read_npz(folder / NPZ_NAME)

    def write_path(self) -> list[Path]:
        """Write the trajectory of all frames so far, as TUM and KITTI read it.

        Raises:
            InputError: If there is no frame.
        """
        return write_trajectories(_cameras_only(self.predictions()), self.root, ExportOptions())


def _cameras_only(parts: Iterator[Prediction]) -> Prediction:
    """All cameras with maps of one pixel: a path needs no more."""
    kept = [(p.names, p.extrinsics, p.intrinsics) for p in parts if p.extrinsics is not None]
    if not kept:
        raise InputError("There is no frame yet, so there is no path.")
    names, poses, K = zip(*kept, strict=True)
    numbered = tuple(f"{i:06d}" for i in range(sum(len(n) for n in names)))
    count = len(numbered)
    return Prediction(
        depth=torch.ones(count, 1, 1),
        images=torch.zeros(count, 3, 1, 1, dtype=torch.uint8),
        names=numbered,
        extrinsics=torch.cat(poses),
        intrinsics=torch.cat(K),
    )


def _document(piece: StreamedChunk, *, is_last: bool) -> dict[str, Any]:
    join, tail = piece.join, piece.tail
    return {
        "index": piece.index,
        "segment": piece.segment,
        "first_frame": piece.first_frame,
        "frames": len(piece.prediction),
        "world_from_chunk": _numbers(piece.world_from_chunk),
        "join": None
        if join is None
        else {"ok": join.ok, "inliers": join.inliers, "reason": join.reason},
        "tail": None
        if tail is None
        else {
            "world_from_chunk": _numbers(tail.world_from_chunk),
            "segment": tail.segment,
            "next_chunk": tail.next_chunk,
            "next_frame": tail.next_frame,
        },
        "is_last": is_last,
    }


def _numbers(transform: Sim3) -> dict[str, Any]:
    return {
        "scale": float(transform.scale),
        "rotation": transform.rotation.double().tolist(),
        "translation": transform.translation.double().tolist(),
    }


def _sim3(document: Mapping[str, Any]) -> Sim3:
    parts = (document[name] for name in ("scale", "rotation", "translation"))
    return Sim3(*(torch.tensor(part, dtype=torch.float64) for part in parts))


def _read_json(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{file} cannot be read ({error}): remove its folder.") from error
    if not isinstance(document, dict):
        raise InputError(f"{file} is no record of a stream: remove its folder.")
    return document
