# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The one on-disk format of scenes: a folder with scene.json, images/, depth/, masks/, teacher/.

Every converter writes it and all training reads it. Fields: docs/reference/training-data.md.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from PIL import Image

from anyview.core.errors import InputError, OptionError
from anyview.data.scene import FloatArray, Frame, Scene, TeacherLabels
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
from anyview.data.stored_arrays import (
    DepthFormat,
    StoredImage,
    write_depth_file,
    write_mask_file,
    write_sparse_file,
)
from anyview.data.stores import FolderStore
from anyview.data.whole_folder import whole_folder
from anyview.geometry.cameras import validate_intrinsics
from anyview.geometry.se3 import validate_extrinsics
from anyview.io.naming import UniqueNames

ImageFormat = Literal["png", "jpg"]


def read_scene(folder: str | os.PathLike[str], *, check_cameras: bool = True) -> Scene:
    """Read a scene; pictures are opened when a frame is asked for them.

    Args:
        folder: Written by ``write_scene``, or by hand after docs/reference/training-data.md.
        check_cameras: Refuse cameras that are no cameras; ``scene_checks`` turns this off to
            report them all.

    Raises:
        InputError: If there is no scene, a field is wrong, or a camera is impossible.
    """
    folder = Path(folder)
    if not (folder / SCENE_FILE).is_file():
        raise InputError(
            f"{folder}: no scene; a folder with {SCENE_FILE} is wanted (see write_scene and "
            "docs/reference/training-data.md)."
        )
    store = FolderStore(folder)
    document = read_document(store, SCENE_FILE, kind=SCENE_FORMAT, version=SCENE_VERSION)
    scene = scene_from_document(document, store)
    scene = replace(scene, teachers=_read_teachers(folder, store))
    if check_cameras:
        validate_cameras(scene)
    return scene


def validate_cameras(scene: Scene) -> None:
    """Refuse poses that are not rigid and K that cannot belong to its image.

    Raises:
        InputError: At the first one.
    """
    for frame in scene.frames:
        name = f"{scene.name}/{frame.name}"
        if frame.cam_from_world is not None:
            validate_extrinsics(
                torch.from_numpy(frame.cam_from_world), name=f"{name}: cam_from_world"
            )
        if frame.intrinsics is not None:
            validate_intrinsics(torch.from_numpy(frame.intrinsics)[None], [frame.size], [name])


def find_scenes(root: str | os.PathLike[str]) -> list[Path]:
    """Folders with a scene at or below ``root``, sorted; scenes are not looked into for more.

    Raises:
        InputError: If there is none.
    """
    root = Path(root)
    found = []
    for parent, folders, files in os.walk(root):
        if SCENE_FILE in files:
            found.append(Path(parent))
            folders.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
    if not found:
        raise InputError(f"{root}: no scene at or below it (a folder with {SCENE_FILE}).")
    return sorted(found)


def write_scene(
    scene: Scene,
    folder: str | os.PathLike[str],
    *,
    image_format: ImageFormat = "png",
    depth_format: DepthFormat = "auto",
    overwrite: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> Path:
    """Write a scene so that the folder appears whole or not at all.

    Upright JPEG and PNG files are copied as they are; other images are encoded. Teachers' labels
    are written too.

    Args:
        scene: Its frames are read one after the other.
        folder: The new folder.
        image_format: For images that are not copied; "jpg" has quality 95.
        depth_format: "png" has 16 bits, "npy" is float32; "auto" takes PNG where its rounding
            stays below 0.1 % of the nearest depths.
        overwrite: Replace a scene that is there. Any other folder is never replaced.
        extra: Anything to keep in ``scene.json``, as JSON.

    Returns:
        The folder.

    Raises:
        InputError: If a camera is impossible, or a picture cannot be read or has another size
            than its frame says.
        OutputError: If something is there that may not be replaced, or the disk refuses.
        OptionError: If an option is unknown.
    """
    if image_format not in ("png", "jpg"):
        raise OptionError(f"image_format is {image_format!r}; accepted: 'png', 'jpg'.")
    validate_cameras(scene)
    folder = Path(folder)
    with whole_folder(folder, marker=SCENE_FILE, overwrite=overwrite) as temporary:
        stems = _stems(scene)
        entries = [
            _write_frame(frame, temporary, stems[frame.name], image_format, depth_format)
            for frame in scene.frames
        ]
        document = {
            "format": SCENE_FORMAT,
            "version": SCENE_VERSION,
            "name": scene.name,
            "is_metric": scene.is_metric,
            "unit": scene.unit,
            "depth_kind": scene.depth_kind,
            "is_ordered": scene.is_ordered,
            "origin": asdict(scene.origin),
            "frames": entries,
            "extra": dict(extra or {}),
        }
        for labels in scene.teachers.values():
            below = temporary / "teacher" / _safe(labels.teacher)
            below.mkdir(parents=True)
            _write_labels(labels, below, stems, depth_format)
        _write_json(temporary / SCENE_FILE, document)
    return folder


def write_teacher_labels(
    folder: str | os.PathLike[str],
    labels: TeacherLabels,
    *,
    depth_format: DepthFormat = "auto",
    overwrite: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> Path:
    """Add a teacher's labels beside the data of a scene, whole or not at all.

    Args:
        folder: A scene's.
        labels: For some or all of its frames; each is read once, in turn.
        depth_format: As in ``write_scene``.
        overwrite: Replace this teacher's labels if there are any.
        extra: Anything to keep in ``teacher.json``, as JSON.

    Returns:
        The folder ``teacher/<name>``.

    Raises:
        InputError: If there is no scene, or a label is for a frame that it does not have.
        OutputError: As ``write_scene``.
    """
    folder = Path(folder)
    stems = _stems(read_scene(folder, check_cameras=False))
    foreign = sorted(set(labels.readers) - set(stems))
    if foreign:
        raise InputError(f"{folder}: has no frames {', '.join(foreign[:5])} that labels are for.")
    target = folder / "teacher" / _safe(labels.teacher)
    with whole_folder(target, marker=TEACHER_FILE, overwrite=overwrite) as temporary:
        _write_labels(labels, temporary, stems, depth_format, extra)
    return target


def _read_teachers(folder: Path, store: FolderStore) -> dict[str, TeacherLabels]:
    teachers = {}
    for path in sorted((folder / "teacher").glob(f"[!.]*/{TEACHER_FILE}")):
        prefix = f"teacher/{path.parent.name}/"
        document = read_document(
            store, prefix + TEACHER_FILE, kind=TEACHER_FORMAT, version=TEACHER_VERSION
        )
        labels = labels_from_document(document, store, prefix)
        teachers[labels.teacher] = labels
    return teachers


def _write_frame(
    frame: Frame, folder: Path, stem: str, image_format: ImageFormat, depth_format: DepthFormat
) -> dict[str, Any]:
    """Write the files of a frame; its entry in scene.json."""
    entry: dict[str, Any] = {
        "name": frame.name,
        "image": _write_image(frame, folder, stem, image_format),
        "size": list(frame.size),
        "K": None if frame.intrinsics is None else frame.intrinsics.tolist(),
        "cam_from_world": None if frame.cam_from_world is None else frame.cam_from_world.tolist(),
    }
    if frame.read_depth is not None:
        entry["depth"] = _write_depth(frame.read_depth(), folder, f"depth/{stem}", depth_format)
    if frame.read_sparse is not None:
        entry["sparse"] = f"depth/{stem}.npz"
        write_sparse_file(_made(folder / entry["sparse"]), frame.read_sparse())
    if frame.masks:
        entry["masks"] = {kind: f"masks/{stem}.{kind}.png" for kind in frame.masks}
        for kind, read in frame.masks.items():
            write_mask_file(_made(folder / entry["masks"][kind]), read())
    return entry


def _write_image(frame: Frame, folder: Path, stem: str, image_format: ImageFormat) -> str:
    reader = frame.read_image
    image = reader()
    if image.shape != (*frame.size, 3) or image.dtype != np.uint8:
        raise InputError(
            f"Frame {frame.name}: its image is {image.dtype} {image.shape}, not uint8 "
            f"{(*frame.size, 3)} as its size says."
        )
    copied = reader.upright_bytes() if isinstance(reader, StoredImage) else None
    name = f"images/{stem}" + (copied[0] if copied else f".{image_format}")
    path = _made(folder / name)
    if copied:
        path.write_bytes(copied[1])
    else:
        # Pillow ignores the options of the other format.
        Image.fromarray(np.ascontiguousarray(image)).save(path, quality=95, compress_level=3)
    return name


def _write_depth(depth: FloatArray, folder: Path, stem: str, kind: DepthFormat) -> dict[str, Any]:
    name, step = write_depth_file(_made(folder / stem), depth, kind)
    file = f"{stem.rpartition('/')[0]}/{name}".lstrip("/")
    return {"file": file} if step is None else {"file": file, "unit_per_step": step}


def _write_labels(
    labels: TeacherLabels,
    folder: Path,
    stems: Mapping[str, str],
    kind: DepthFormat,
    extra: Mapping[str, Any] | None = None,
) -> None:
    document = {
        "format": TEACHER_FORMAT,
        "version": TEACHER_VERSION,
        "teacher": labels.teacher,
        "weights_hash": labels.weights_hash,
        "is_aligned": labels.is_aligned,
        "frames": {
            name: _write_depth(read(), folder, stems[name], kind)
            for name, read in labels.readers.items()
        },
        "extra": dict(extra or {}),
    }
    _write_json(folder / TEACHER_FILE, document)


def _stems(scene: Scene) -> dict[str, str]:
    """File stems by name of the frame: safe on any disk and unique."""
    unique = UniqueNames()
    return {frame.name: unique.take(_safe(frame.name)) for frame in scene.frames}


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:100] or "frame"


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
