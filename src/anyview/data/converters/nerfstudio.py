# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""nerfstudio data: a folder with transforms.json.

Layout: https://docs.nerf.studio/quickstart/data_conventions.html and its ``nerfstudio-data``
parser, as of nerfstudio 1.1: ``transform_matrix`` is camera-to-world with OpenGL camera axes;
depth is z-depth, 1 mm a grey level unless stated; ``ply_file_path`` lies in the same world as the
poses (before version 1.0.1 it lay in COLMAP's). ``applied_scale`` and ``applied_transform`` are
undone, so scenes come out in the world they were measured in. ``camera_angle_x`` of older files
(instant-ngp, Blender) is understood.
"""

import math
from functools import partial
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.data.converters.cloud_views import points_in_view
from anyview.data.converters.found import FoundScene, SceneSource, gather
from anyview.data.converters.json_fields import (
    below,
    field,
    matrix,
    number,
    read_json,
    rows,
    table,
    text,
)
from anyview.data.converters.options import ConvertOptions
from anyview.data.converters.posed_frames import FLIP_YZ, FrameMaker
from anyview.data.converters.source_files import ImageFile, LevelsFile, MaskFile, image_file
from anyview.data.scene import Frame, MaskKind, Origin
from anyview.geometry import se3
from anyview.geometry.lens import Lens
from anyview.io.ply import read_ply

TRANSFORMS = "transforms.json"

_PERSPECTIVE = {"OPENCV", "PERSPECTIVE", "PINHOLE", "SIMPLE_PINHOLE", "SIMPLE_RADIAL", "RADIAL"}
_FISHEYE = {"OPENCV_FISHEYE", "FISHEYE"}
_CAMERA_KEYS = (
    *("camera_model", "is_fisheye", "fl_x", "fl_y", "cx", "cy", "w", "h", "camera_angle_x"),
    *("k1", "k2", "k3", "k4", "p1", "p2"),
)


def find_nerfstudio(source: Path, options: ConvertOptions) -> list[SceneSource]:
    """The one scene of a folder with transforms.json, or of such a file.

    Raises:
        InputError: If it is not there.
    """
    path = source if source.suffix == ".json" else source / TRANSFORMS
    if not path.is_file():
        raise InputError(f"{path}: no such file; a folder with {TRANSFORMS} is wanted.")
    name = path.resolve().parent.name
    return [SceneSource(name, partial(read_nerfstudio, path, options))]


def read_nerfstudio(path: Path, options: ConvertOptions) -> FoundScene:
    """Read a transforms.json.

    Args:
        path: The file; its paths are relative to its folder.
        options: ``depth_unit``, unless the file has ``depth_unit_scale_factor``; ``is_metric``.

    Raises:
        InputError: If the file is damaged or lacks what every frame needs.
    """
    folder = path.parent
    document = table(read_json(path), str(path))
    records = rows(field(document, "frames", str(path)), f"{path}: frames")
    if not records:
        raise InputError(f"{path}: has no frames.")
    unit = number(document, "depth_unit_scale_factor", str(path), default=options.depth_unit)
    applied = _Applied(document, str(path))
    cloud = _cloud(document, folder, applied, str(path))
    maker = FrameMaker()

    def make(record: dict[str, Any], where: str) -> Frame:
        image = image_file(_image_path(folder, record, where))
        lens = lens_of({**document, **_camera_part(record)}, image, where)
        cam_from_world = applied.undo(pose_of(record, where), where)
        depth = record.get("depth_file_path")
        mask = record.get("mask_path")
        masks: dict[MaskKind, MaskFile] = {}
        if mask is not None:
            file = _there(below(folder, text(record, "mask_path", where), where), where)
            masks["ignore"] = MaskFile(file, is_inverted=True)
        read_depth = None
        if depth is not None:
            file = _there(below(folder, text(record, "depth_file_path", where), where), where)
            read_depth = LevelsFile(file, unit)
        points = None
        if cloud is not None:
            size = (image.height, image.width)
            near = lens.resized(*size).intrinsics()
            points = points_in_view(cloud, cam_from_world, near, size)
        return maker.make(
            image, lens, cam_from_world, read_depth=read_depth, points=points, masks=masks
        )

    makers = []
    for index, record in enumerate(records):
        where = f"{path}: frames[{index}]"
        name = str(record.get("file_path") or f"frame_{index}")
        makers.append((_short(name), partial(make, record, where)))
    frames, left_out = gather(makers)
    has_depth = any(frame.read_depth is not None for frame in frames)
    return FoundScene(
        name=folder.resolve().name,
        frames=frames,
        origin=Origin(
            source="nerfstudio transforms.json",
            note="points of ply_file_path without tracks: visibility guessed"
            if cloud is not None
            else "",
        ),
        depth_kind="measured" if has_depth else ("sparse" if cloud is not None else None),
        is_metric=options.is_metric,
        left_out=left_out,
    )


def pose_of(record: dict[str, Any], where: str) -> Float64[Tensor, "4 4"]:
    """``cam_from_world`` with our camera axes, of a frame's ``transform_matrix``.

    Raises:
        InputError: If it is absent, no rigid transform, or has a NaN.
    """
    given = field(record, "transform_matrix", where)
    shape = (3, 4) if isinstance(given, list) and len(given) == 3 else (4, 4)
    world_from_cam = se3.to_homogeneous(matrix(record, "transform_matrix", where, shape))
    se3.validate_extrinsics(world_from_cam, name=f"{where}: transform_matrix")
    return se3.invert(world_from_cam @ FLIP_YZ)


def lens_of(record: dict[str, Any], image: ImageFile | None, where: str) -> Lens:
    """The camera that a frame's or the file's keys describe.

    Args:
        record: The file's keys, overlaid by the frame's own.
        image: Gives the size if ``w`` and ``h`` are absent; None makes them compulsory.
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
    width = int(number(record, "w", where, None if image is None else image.width))
    height = int(number(record, "h", where, None if image is None else image.height))
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


class _Applied:
    """What was done to the world's axes and scale before the poses were written."""

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


def _cloud(
    document: dict[str, Any], folder: Path, applied: _Applied, where: str
) -> Float64[Tensor, "N 3"] | None:
    if document.get("ply_file_path") is None:
        return None
    points = read_ply(below(folder, text(document, "ply_file_path", where), where)).points.double()
    return applied.undo_points(points[points.isfinite().all(dim=-1)])


def _camera_part(record: dict[str, Any]) -> dict[str, Any]:
    return {key: record[key] for key in _CAMERA_KEYS if record.get(key) is not None}


def _image_path(folder: Path, record: dict[str, Any], where: str) -> Path:
    path = below(folder, text(record, "file_path", where), where)
    # Blender's files name images without their suffix.
    return path if path.suffix or path.exists() else path.with_suffix(".png")


def _there(path: Path, where: str) -> Path:
    if not path.is_file():
        raise InputError(f"{where}: {path} is not there.")
    return path


def _short(name: str) -> str:
    parts = [part for part in Path(name).with_suffix("").parts if part not in (".", "images")]
    return "/".join(parts) or name
