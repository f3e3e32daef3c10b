# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""nerfstudio data: a folder with transforms.json.

Cameras are read by ``io.transforms_json``. Depth is z-depth, 1 mm a grey level unless stated;
``ply_file_path`` is taken to lie in the world of the poses (before version 1.0.1 it lay in
COLMAP's). Scenes come out in the world they were measured in.
"""

from functools import partial
from pathlib import Path
from typing import Any

from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.data.converters.cloud_views import points_in_view
from anyview.data.converters.found import FoundScene, SceneSource, gather
from anyview.data.converters.options import ConvertOptions
from anyview.data.converters.posed_frames import FrameMaker
from anyview.data.converters.source_files import LevelsFile, MaskFile, image_file
from anyview.data.scene import Frame, MaskKind, Origin
from anyview.io.json_fields import below, number, text
from anyview.io.ply import read_ply
from anyview.io.transforms_json import TRANSFORMS, AppliedWorld, TransformsFrame, read_transforms


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
    transforms = read_transforms(path)
    document = transforms.document
    unit = number(document, "depth_unit_scale_factor", str(path), default=options.depth_unit)
    cloud = _cloud(document, folder, transforms.world, str(path))
    maker = FrameMaker()

    def make(given: TransformsFrame) -> Frame:
        record, where = given.record, given.where
        image = image_file(given.image_path)
        lens = given.lens((image.height, image.width))
        cam_from_world = given.cam_from_world()
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

    makers = [
        (_short(given.name or f"frame_{index}"), partial(make, given))
        for index, given in enumerate(transforms.frames)
    ]
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


def _cloud(
    document: dict[str, Any], folder: Path, applied: AppliedWorld, where: str
) -> Float64[Tensor, "N 3"] | None:
    if document.get("ply_file_path") is None:
        return None
    points = read_ply(below(folder, text(document, "ply_file_path", where), where)).points.double()
    return applied.undo_points(points[points.isfinite().all(dim=-1)])


def _there(path: Path, where: str) -> Path:
    if not path.is_file():
        raise InputError(f"{where}: {path} is not there.")
    return path


def _short(name: str) -> str:
    parts = [part for part in Path(name).with_suffix("").parts if part not in (".", "images")]
    return "/".join(parts) or name
