# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""transforms.json of nerfstudio, instant-ngp and Blender: cameras of a folder of images.

Layout: https://docs.nerf.studio/quickstart/data_conventions.html and its ``nerfstudio-data``
parser, as of nerfstudio 1.1: ``transform_matrix`` is camera-to-world with OpenGL camera axes.
``applied_scale`` and ``applied_transform`` are undone, so cameras come out in the world they were
measured in. ``camera_angle_x`` of older files is understood.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry import se3
from anyview.geometry.lens import Lens
from anyview.io.json_fields import below, field, matrix, number, read_json, rows, table, text

TRANSFORMS = "transforms.json"

_PERSPECTIVE = {"OPENCV", "PERSPECTIVE", "PINHOLE", "SIMPLE_PINHOLE", "SIMPLE_RADIAL", "RADIAL"}
_FISHEYE = {"OPENCV_FISHEYE", "FISHEYE"}
DISTORTION_KEYS = ("camera_model", "is_fisheye", "k1", "k2", "k3", "k4", "p1", "p2")
"""Keys that say how a lens bends."""

_CAMERA_KEYS = (*DISTORTION_KEYS, "fl_x", "fl_y", "cx", "cy", "w", "h", "camera_angle_x")


@dataclass(frozen=True)
class TransformsFrame:
    """One entry of ``frames``; what is absent or odd in it is told when it is asked for.

    Attributes:
        record: The entry itself.
        camera: Keys of the camera: those of the file, overlaid by the entry's own.
        world: What was done to the poses.
        folder: Where paths start.
        where: File and place, which starts messages.
    """

    record: dict[str, Any]
    camera: dict[str, Any]
    world: "AppliedWorld"
    folder: Path
    where: str

    @property
    def name(self) -> str:
        """``file_path`` as it stands, or empty."""
        return str(self.record.get("file_path") or "")

    @property
    def has_intrinsics(self) -> bool:
        """Whether there is a focal length, or a field of view that gives one."""
        return any(self.camera.get(key) is not None for key in ("fl_x", "camera_angle_x"))

    @property
    def image_path(self) -> Path:
        """The image's file.

        Raises:
            InputError: If it is not named, or leads out of the folder.
        """
        path = below(self.folder, text(self.record, "file_path", self.where), self.where)
        # Blender's files name images without their suffix.
        return path if path.suffix or path.exists() else path.with_suffix(".png")

    def cam_from_world(self) -> Float64[Tensor, "4 4"]:
        """World-to-camera with our axes, in the world before ``applied_transform`` and scale.

        Raises:
            InputError: If the matrix is absent or no rigid transform.
        """
        return self.world.undo(pose_of(self.record, self.where), self.where)

    def lens(self, size: tuple[int, int] | None = None) -> Lens:
        """The frame's camera; see ``lens_of``."""
        return lens_of(self.camera, size, self.where)


@dataclass(frozen=True)
class Transforms:
    """A transforms.json.

    Attributes:
        path: The file.
        document: All that it holds.
        frames: At least one.
        world: What was done to the poses.
    """

    path: Path
    document: dict[str, Any]
    frames: tuple[TransformsFrame, ...]
    world: "AppliedWorld"


class AppliedWorld:
    """What was done to the world's axes and scale before the poses were written.

    Args:
        document: The file's keys.
        where: The file, which starts messages.

    Raises:
        InputError: If it is no similarity.
    """

    def __init__(self, document: dict[str, Any], where: str) -> None:
        self._scale = number(document, "applied_scale", where, 1.0)
        if self._scale <= 0:
            raise InputError(f"{where}: applied_scale must be positive, is {self._scale}.")
        self._new_from_old = torch.eye(4, dtype=torch.float64)
        if document.get("applied_transform") is not None:
            given = document["applied_transform"]
            shape = (4, 4) if isinstance(given, list) and len(given) == 4 else (3, 4)
            rigid = matrix(document, "applied_transform", where, shape)
            self._new_from_old = se3.validate_extrinsics(rigid, name=f"{where}: applied_transform")

    def undo(self, cam_from_new: Float64[Tensor, "4 4"], where: str) -> Float64[Tensor, "4 4"]:
        """A pose in the original world."""
        unscaled = se3.rigid_transform(cam_from_new[:3, :3], cam_from_new[:3, 3] / self._scale)
        return se3.validate_extrinsics(unscaled @ self._new_from_old, name=f"{where}: the pose")

    def undo_points(self, points: Float64[Tensor, "N 3"]) -> Float64[Tensor, "N 3"]:
        """Points, which nerfstudio stores before ``applied_scale``, in the original world."""
        return se3.transform_points(se3.invert(self._new_from_old), points)


def read_transforms(path: Path) -> Transforms:
    """Read a transforms.json.

    Args:
        path: The file; its paths are relative to its folder.

    Raises:
        InputError: If the file is damaged, has no frames, or was made with an impossible
            ``applied_transform``.
    """
    return transforms_of(read_json(path), path)


def transforms_of(content: Any, path: Path) -> Transforms:
    """A transforms.json whose content is read already; see ``read_transforms``."""
    document = table(content, str(path))
    records = rows(field(document, "frames", str(path)), f"{path}: frames")
    if not records:
        raise InputError(f"{path}: has no frames.")
    world = AppliedWorld(document, str(path))
    frames = tuple(
        TransformsFrame(
            record=record,
            camera={
                key: value
                for key, value in {**document, **_present(record)}.items()
                if key in _CAMERA_KEYS
            },
            world=world,
            folder=path.parent,
            where=f"{path}: frames[{index}]",
        )
        for index, record in enumerate(records)
    )
    return Transforms(path, document, frames, world)


def pose_of(record: dict[str, Any], where: str) -> Float64[Tensor, "4 4"]:
    """``cam_from_world`` with our camera axes, of a frame's ``transform_matrix``.

    Raises:
        InputError: If it is absent, no rigid transform, or has a NaN.
    """
    given = field(record, "transform_matrix", where)
    shape = (3, 4) if isinstance(given, list) and len(given) == 3 else (4, 4)
    world_from_cam = se3.to_homogeneous(matrix(record, "transform_matrix", where, shape))
    se3.validate_extrinsics(world_from_cam, name=f"{where}: transform_matrix")
    return se3.invert(world_from_cam @ se3.FLIP_YZ)


def lens_of(record: dict[str, Any], size: tuple[int, int] | None, where: str) -> Lens:
    """The camera that a frame's or the file's keys describe.

    Args:
        record: The file's keys, overlaid by the frame's own.
        size: Height and width if ``w`` and ``h`` are absent; None makes them compulsory.
        where: File and place, which starts messages.

    Raises:
        InputError: If a key is absent, or the camera model is none that can be undistorted.
    """
    model = str(record.get("camera_model") or "OPENCV").upper()
    is_fisheye = model in _FISHEYE or bool(record.get("is_fisheye"))
    if model not in _PERSPECTIVE | _FISHEYE:
        raise InputError(
            f"{where}: camera_model {model!r} is not read; accepted are "
            f"{', '.join(sorted(_PERSPECTIVE | _FISHEYE))}."
        )
    width = int(number(record, "w", where, None if size is None else size[1]))
    height = int(number(record, "h", where, None if size is None else size[0]))
    if width < 1 or height < 1:
        raise InputError(f"{where}: 'w' and 'h' must be positive, are {width} and {height}.")
    if "fl_x" not in record and "camera_angle_x" in record:
        fx = width / 2 / math.tan(number(record, "camera_angle_x", where) / 2)
        fy = number(record, "fl_y", where, fx)
    else:
        fx = number(record, "fl_x", where)
        fy = number(record, "fl_y", where, fx)  # instant-ngp: square pixels where it is absent
    centred = "camera_angle_x" in record
    radial = tuple(number(record, f"k{i}", where, 0.0) for i in range(1, 5))
    tangential = (number(record, "p1", where, 0.0), number(record, "p2", where, 0.0))
    return Lens(
        fx=fx,
        fy=fy,
        cx=number(record, "cx", where, width / 2 if centred else None),
        cy=number(record, "cy", where, height / 2 if centred else None),
        height=height,
        width=width,
        model="fisheye" if is_fisheye else "perspective",
        radial=radial,
        # The fisheye model has none; some writers leave COLMAP's zeros in.
        tangential=(0.0, 0.0) if is_fisheye else tangential,
    )


def _present(record: dict[str, Any]) -> dict[str, Any]:
    return {key: record[key] for key in _CAMERA_KEYS if record.get(key) is not None}
