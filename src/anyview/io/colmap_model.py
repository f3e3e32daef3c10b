# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""COLMAP models, text or binary, read and written without COLMAP.

Layout: https://colmap.github.io/format.html, "Output Format". Files of COLMAP 3.12 and later
have rigs and frames beside the rest, which are read where they are; files without are written,
which every version reads.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from anyview.core.errors import InputError, OutputError
from anyview.io import colmap_binary, colmap_text
from anyview.io.atomic import atomic_path
from anyview.io.colmap_records import ColmapModel, ColmapPoints
from anyview.io.listing import require_file

MODEL_FOLDERS = (".", "sparse/0", "sparse", "colmap/sparse/0", "colmap")
"""Where below a folder a model is looked for."""

_Parts = TypeVar("_Parts")
_SUFFIXES = (".bin", ".txt")

MODEL_FILES = tuple(f"{stem}{suffix}" for stem in ("cameras", "images") for suffix in _SUFFIXES)
"""Names of files that a model cannot be without."""


def find_colmap_model(folder: str | os.PathLike[str]) -> Path | None:
    """The folder of the model in a folder: itself, sparse/0, sparse, ...; None if there is none."""
    for name in MODEL_FOLDERS:
        candidate = Path(folder) / name
        if any((candidate / f"cameras{suffix}").is_file() for suffix in _SUFFIXES):
            return candidate
    return None


def read_colmap_model(folder: str | os.PathLike[str], *, read_points: bool = True) -> ColmapModel:
    """Read a model, binary if both kinds are there.

    Args:
        folder: Holds cameras, images and points3D, .bin or .txt.
        read_points: Whether to read points3D.

    Raises:
        InputError: If a file is absent or damaged, or the files contradict each other.
    """
    folder = Path(folder)
    suffix = ".bin" if (folder / "cameras.bin").is_file() else ".txt"

    def read(stem: str, binary: Callable[[bytes], _Parts], text: Callable[[str], _Parts]) -> _Parts:
        return _read(folder / f"{stem}{suffix}", binary, text)

    cameras = read("cameras", colmap_binary.cameras_from_bytes, colmap_text.cameras_from_text)
    images = read("images", colmap_binary.images_from_bytes, colmap_text.images_from_text)
    points = ColmapPoints.none()
    if read_points:
        points = read("points3D", colmap_binary.points_from_bytes, colmap_text.points_from_text)
    has_rigs = all((folder / f"{stem}{suffix}").is_file() for stem in ("rigs", "frames"))
    rigs = (
        read("rigs", colmap_binary.rigs_from_bytes, colmap_text.rigs_from_text) if has_rigs else []
    )
    frames = (
        read("frames", colmap_binary.frames_from_bytes, colmap_text.frames_from_text)
        if has_rigs
        else []
    )
    try:
        return ColmapModel(
            cameras=_by_id(cameras, "cameras"),
            images=_by_id(images, "images"),
            points=points,
            rigs=_by_id(rigs, "rigs"),
            frames=tuple(frames),
        )
    except InputError as error:
        raise _unreadable(folder, error) from error


def write_colmap_model(
    model: ColmapModel, folder: str | os.PathLike[str], *, text: bool = False
) -> list[Path]:
    """Write cameras, images and points3D; rigs and frames are not written.

    Args:
        model: What to write.
        folder: Made if absent.
        text: .txt files instead of .bin; numbers come back exactly from either.

    Returns:
        The three files, each written whole or not at all.

    Raises:
        InputError: If a name or number cannot be written.
        OutputError: If the folder cannot be written, or holds files of another model that its
            readers would take for parts of this one.
    """
    _check_writable(model, text=text)
    _check_clear(Path(folder), ".bin" if not text else ".txt")
    cameras, images = model.cameras.values(), model.images.values()
    if text:
        contents = {
            "cameras.txt": colmap_text.text_from_cameras(cameras).encode(),
            "images.txt": colmap_text.text_from_images(images).encode(errors="surrogateescape"),
            "points3D.txt": colmap_text.text_from_points(model.points).encode(),
        }
    else:
        contents = {
            "cameras.bin": colmap_binary.bytes_from_cameras(cameras),
            "images.bin": colmap_binary.bytes_from_images(images),
            "points3D.bin": colmap_binary.bytes_from_points(model.points),
        }
    files = []
    for name, content in contents.items():
        with atomic_path(Path(folder) / name) as path:
            path.write_bytes(content)
        files.append(Path(folder) / name)
    return files


def _read(path: Path, binary: Callable[[bytes], _Parts], text: Callable[[str], _Parts]) -> _Parts:
    require_file(path, "a file of a COLMAP model")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror or error}).") from error
    try:
        if path.suffix == ".bin":
            return binary(data)
        return text(data.decode("utf-8", errors="surrogateescape"))
    except InputError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: InputError) -> InputError:
    return InputError(f"{path}: not a readable COLMAP model ({str(error).rstrip('.')}).")


def _by_id(records: Sequence[Any], what: str) -> dict[int, Any]:
    by_id = {record.id: record for record in records}
    if len(by_id) != len(records):
        raise InputError(f"two of its {what} have the same id.")
    return by_id


def _check_clear(folder: Path, suffix: str) -> None:
    """Refuse a folder with rigs, or with binary files that hide the text files to be written."""
    stems = ["rigs", "frames"]
    in_the_way = [folder / f"{stem}{suffix}" for stem in stems]
    if suffix == ".txt":
        in_the_way += [folder / f"{stem}.bin" for stem in ("cameras", "images", "points3D", *stems)]
    there = next((path for path in in_the_way if path.exists()), None)
    if there is not None:
        raise OutputError(
            f"Cannot write a COLMAP model into {folder}: {there.name} of another model is there "
            "and would be read with it. Give another folder, or delete that model."
        )


def _check_writable(model: ColmapModel, *, text: bool) -> None:
    """Refuse names that would end a record early, and numbers that do not fit."""
    ids = [*model.cameras, *model.images]
    if any(not 0 <= value < 2**32 for value in ids):
        raise InputError("Ids of COLMAP cameras and images must be from 0 to 2^32 - 1.")
    for image in model.images.values():
        forbidden = "\n\r\0" if text else "\0"
        if not image.name or any(letter in image.name for letter in forbidden):
            raise InputError(f"The name {image.name!r} of a COLMAP image cannot be written.")
    tracks = model.points.tracks
    if len(tracks) and not (tracks.min() >= 0 and tracks.max() < 2**32):
        raise InputError("Tracks of COLMAP points must hold numbers from 0 to 2^32 - 1.")
