# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Photos of a rig: a folder for each camera, and rig.json that says how they are mounted.

::

    rig/rig.json
    rig/front/0001.jpg  rig/front/0002.jpg
    rig/left/0001.jpg   rig/left/0002.jpg

Files of one name (suffix aside) in the folders are one frame. ``rig.json`` is
``{"cameras": {"front": {...}, "left": {...}}}`` with, for each folder, ``cam_from_rig`` (3 x 4 or
4 x 4, OpenCV axes; may be left out for one camera, the reference) and, if known, ``intrinsics``
with the ``width`` and ``height`` they belong to and a distortion by the names of transforms.json
(``camera_model``, ``k1`` ...). COLMAP's own rig_config.json, a list, is read under this name too.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry import se3
from anyview.geometry.rotations import matrix_from_quaternion_wxyz
from anyview.io.camera_set import CameraSet, KnownCamera
from anyview.io.cameras import camera_of_record
from anyview.io.json_fields import below, field, matrix, read_json, rows, table, text
from anyview.io.listing import RIG_FILE, is_image
from anyview.io.naming import natural_key
from anyview.structures.rig import Rig


@dataclass(frozen=True)
class RigFolder:
    """Images of a rig and their cameras.

    Attributes:
        images: By frame, then by camera in the order of rig.json; a frame may lack cameras.
        cameras: For each image, named by its path: K, size and lens where they are known, no
            poses; ``cameras.rig`` is the rig of the images.
    """

    images: tuple[Path, ...]
    cameras: CameraSet

    @property
    def rig(self) -> Rig:
        """Camera and frame of each image, and how the cameras are mounted."""
        assert self.cameras.rig is not None, "made with one"
        return self.cameras.rig


@dataclass(frozen=True)
class _Mounted:
    """A camera of the rig: its folder, where it sits, and its K, size and lens."""

    folder: str
    cam_from_rig: Float64[Tensor, "4 4"]
    camera: KnownCamera


def read_rig_folder(folder: Path) -> RigFolder:
    """Read rig.json and list the images; no image is opened.

    Raises:
        InputError: If rig.json is absent or damaged, a camera's folder is not there or holds no
            image, or two files of one camera have the same name but for the suffix.
    """
    path = folder / RIG_FILE
    content = read_json(path)
    mounted = _from_colmap(content, path) if isinstance(content, list) else _own(content, path)
    frames: dict[str, dict[int, Path]] = {}
    for number, camera in enumerate(mounted):
        for file in _images(below(folder, camera.folder, str(path)), path):
            views = frames.setdefault(file.stem, {})
            if number in views:
                raise InputError(f"{file}: {views[number].name} is of the same frame.")
            views[number] = file
    images: list[Path] = []
    cameras, places, moments = [], [], []
    for moment, stem in enumerate(sorted(frames, key=natural_key)):
        for number, file in sorted(frames[stem].items()):
            known = mounted[number].camera
            name = file.relative_to(folder).as_posix()
            images.append(file)
            cameras.append(KnownCamera(name, None, known.intrinsics, known.size, known.lens))
            places.append(number)
            moments.append(moment)
    rig = Rig(
        cam_from_rig=torch.stack([camera.cam_from_rig for camera in mounted]),
        camera_of_view=torch.tensor(places),
        frame_of_view=torch.tensor(moments),
        names=tuple(camera.folder for camera in mounted),
    )
    return RigFolder(tuple(images), CameraSet(path, tuple(cameras), rig=rig))


def _own(content: Any, path: Path) -> list[_Mounted]:
    records = table(field(table(content, str(path)), "cameras", str(path)), f"{path}: cameras")
    if not records:
        raise InputError(f"{path}: names no camera.")
    mounted = []
    references = []
    for name, value in records.items():
        where = f"{path}: camera {name!r}"
        record = table(value, where)
        if record.get("cam_from_rig") is None:
            references.append(name)
            place = torch.eye(4, dtype=torch.float64)
        else:
            given = record["cam_from_rig"]
            shape = (4, 4) if isinstance(given, list) and len(given) == 4 else (3, 4)
            place = matrix(record, "cam_from_rig", where, shape)
        place = se3.validate_extrinsics(place, name=f"{where}: cam_from_rig")
        mounted.append(_Mounted(name, place, camera_of_record(name, record, where)))
    _check_references(references, path)
    return mounted


def _from_colmap(content: Any, path: Path) -> list[_Mounted]:
    """rig_config.json of COLMAP: a list of rigs, cameras known by the prefix of their images."""
    rigs = rows(content, str(path))
    if len(rigs) != 1:
        raise InputError(f"{path}: describes {len(rigs)} rigs; one is read at a time.")
    mounted = []
    references = []
    for index, record in enumerate(rows(field(rigs[0], "cameras", str(path)), f"{path}: cameras")):
        where = f"{path}: cameras[{index}]"
        folder = text(record, "image_prefix", where).rstrip("/")
        place = torch.eye(4, dtype=torch.float64)
        if record.get("ref_sensor"):
            references.append(folder)
        else:
            quaternion = matrix(record, "cam_from_rig_rotation", where, (4,))
            shift = matrix(record, "cam_from_rig_translation", where, (3,))
            place = se3.rigid_transform(matrix_from_quaternion_wxyz(quaternion), shift)
        place = se3.validate_extrinsics(place, name=f"{where}: cam_from_rig")
        mounted.append(_Mounted(folder, place, KnownCamera(folder)))
    if not mounted:
        raise InputError(f"{path}: names no camera.")
    _check_references(references, path)
    return mounted


def _check_references(references: list[str], path: Path) -> None:
    if len(references) > 1:
        raise InputError(
            f"{path}: cameras {', '.join(references)} have no cam_from_rig; only the reference "
            "camera, one, may go without."
        )


def _images(folder: Path, path: Path) -> list[Path]:
    if not folder.is_dir():
        raise InputError(f"{path}: the folder {folder} of a camera is not there.")
    files = [
        file
        for file in folder.iterdir()
        if is_image(file) and not file.name.startswith(".") and file.is_file()
    ]
    if not files:
        raise InputError(f"{folder}: a camera of the rig, holds no images.")
    return files
