# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A scene, or a stretch of a long one, as the files of one WebDataset sample, and back.

    scene.json          as on disk, naming the files below
    f0003.image.jpg     of frame 3; also .depth.png or .npy, .sparse.npz, .mask.sky.png
    t0.json             labels of a teacher; t0.f0003.png
    overlap.npz         overlap of the frames

Names are lower case because WebDataset's own reader makes them so.
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from anyview.core.errors import InputError
from anyview.data.overlap import (
    OVERLAP_FILE,
    Overlap,
    overlap_bytes,
    overlap_from,
    overlap_of,
    read_overlap,
)
from anyview.data.scene import Scene
from anyview.data.scene_document import (
    SCENE_FILE,
    SCENE_FORMAT,
    SCENE_VERSION,
    TEACHER_FILE,
    TEACHER_FORMAT,
    TEACHER_VERSION,
    labels_from_document,
    read_document,
    scene_from_document,
)
from anyview.data.scene_folder import read_scene, validate_cameras
from anyview.data.stores import FileStore, FolderStore, MemoryStore

Files = dict[str, bytes]


def samples_of_folder(folder: Path, max_frames: int) -> list[tuple[str, int, Files]]:
    """A scene's samples: its name, number of frames and files of each.

    Frames are cut into stretches of about equal length. Their overlap goes with them: what lies
    beside the scene, or computed.

    Args:
        folder: The scene's.
        max_frames: Most frames of a sample.

    Raises:
        InputError: If the scene or one of its files cannot be read.
    """
    scene = read_scene(folder)
    store = FolderStore(folder)
    document = read_document(store, SCENE_FILE, kind=SCENE_FORMAT, version=SCENE_VERSION)
    teachers = {
        f"teacher/{path.parent.name}/": read_document(
            store,
            f"teacher/{path.parent.name}/{TEACHER_FILE}",
            kind=TEACHER_FORMAT,
            version=TEACHER_VERSION,
        )
        for path in sorted((folder / "teacher").glob(f"[!.]*/{TEACHER_FILE}"))
    }
    overlap = read_overlap(folder, len(scene.frames)) or overlap_of(scene)
    count = len(scene.frames)
    pieces = -(-count // max_frames)
    bounds = [count * piece // pieces for piece in range(pieces + 1)]
    samples = []
    for piece in range(pieces):
        start, stop = bounds[piece], bounds[piece + 1]
        name = scene.name if pieces == 1 else f"{scene.name}#{piece}"
        files = _packed(document, teachers, store, (start, stop), name)
        part = Overlap(overlap.matrix[start:stop, start:stop], overlap.method)
        files[OVERLAP_FILE] = overlap_bytes(part)
        samples.append((name, stop - start, files))
    return samples


def scene_of_sample(files: Mapping[str, bytes], where: str) -> tuple[Scene, Overlap]:
    """The scene that a sample holds, and the overlap of its frames.

    Args:
        files: Content by name, without the sample's key.
        where: Where they came from, for messages.

    Raises:
        InputError: If a document or the overlap is missing or damaged, or a camera impossible.
    """
    store = MemoryStore(files, where)
    document = read_document(store, SCENE_FILE, kind=SCENE_FORMAT, version=SCENE_VERSION)
    scene = scene_from_document(document, store)
    teachers = {}
    for name in sorted(n for n in files if n.startswith("t") and n.endswith(".json")):
        labels = labels_from_document(
            read_document(store, name, kind=TEACHER_FORMAT, version=TEACHER_VERSION), store, ""
        )
        teachers[labels.teacher] = labels
    scene = replace(scene, teachers=teachers)
    validate_cameras(scene)
    if OVERLAP_FILE not in files:
        raise InputError(f"{where}: the sample has no {OVERLAP_FILE}; write the shards again.")
    with store.open(OVERLAP_FILE) as file:
        return scene, overlap_from(file, store.describe(OVERLAP_FILE), len(scene.frames))


def _packed(
    document: Mapping[str, Any],
    teachers: Mapping[str, Mapping[str, Any]],
    store: FileStore,
    frames: tuple[int, int],
    name: str,
) -> Files:
    """Files of the frames from the first to before the second, with documents that name them."""
    files: Files = {}

    def take(old: str, new: str) -> str:
        with store.open(old) as file:
            files[new] = file.read()
        return new

    packed = {**copy.deepcopy(dict(document)), "name": name}
    packed["frames"] = packed["frames"][slice(*frames)]
    numbers = {}
    for number, frame in enumerate(packed["frames"]):
        stem = f"f{number:04d}"
        numbers[frame["name"]] = stem
        frame["image"] = take(frame["image"], f"{stem}.image{_suffix(frame['image'])}")
        if frame.get("depth"):
            entry = frame["depth"]
            entry["file"] = take(entry["file"], f"{stem}.depth{_suffix(entry['file'])}")
        if frame.get("sparse"):
            frame["sparse"] = take(frame["sparse"], f"{stem}.sparse.npz")
        for kind, mask in (frame.get("masks") or {}).items():
            frame["masks"][kind] = take(mask, f"{stem}.mask.{kind}{_suffix(mask)}")
    files[SCENE_FILE] = _json(packed)
    for number, (prefix, labels) in enumerate(teachers.items()):
        kept = {n: dict(entry) for n, entry in labels["frames"].items() if n in numbers}
        for frame_name, entry in kept.items():
            new = f"t{number}.{numbers[frame_name]}{_suffix(entry['file'])}"
            entry["file"] = take(prefix + entry["file"], new)
        files[f"t{number}.json"] = _json({**labels, "frames": kept})
    return files


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8")
