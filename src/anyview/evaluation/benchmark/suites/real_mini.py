# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Small sets of real images as tasks: windows of sets with poses, single images of the others."""

from functools import partial
from pathlib import Path
from typing import Any

import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import depth_levels, missing, rigid
from anyview.evaluation.benchmark.suites.listed_suite import (
    FrameFiles,
    ListedSuite,
    SceneFiles,
    image_reader,
)
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.suites.true_points import surface_of_depth
from anyview.evaluation.image_sets import DAMAGED_INDEX, WHOLE_PIXELS, Photo, read_set
from anyview.geometry.cameras import crop_intrinsics
from anyview.io.json_fields import below, read_json

NAME = "real-mini"
LEAST_POSED = 2
"""Sets with fewer posed images are single images."""


def open_real_mini(root: Path, options: SuiteOptions) -> ListedSuite:
    """The suite.

    Args:
        root: Holds the sets, or is one.
        options: Which tasks.
    """
    return ListedSuite(NAME, protocol_of(NAME), options, partial(_scenes, root))


def _scenes(root: Path) -> list[SceneFiles]:
    alone = (root / "cameras.json").is_file()
    folders = [root] if alone else sorted(file.parent for file in root.glob("*/cameras.json"))
    if not folders:
        raise missing(root, protocol_of(NAME), "<set>/cameras.json")
    return [scene for folder in folders for scene in _of_set(folder)]


def _of_set(folder: Path) -> list[SceneFiles]:
    index = read_json(folder / "cameras.json")
    try:
        posed = [i for i, entry in enumerate(index["images"]) if entry.get("T_w2c") is not None]
        count = len(index["images"])
        meta = read_json(folder / "meta.json") if (folder / "meta.json").is_file() else {}
        is_metric = "depth_unit_m" in meta
    except DAMAGED_INDEX as error:
        raise InputError(f"{folder} is no image set: {type(error).__name__}: {error}.") from error
    name = folder.resolve().name
    if len(posed) >= LEAST_POSED:
        return [
            SceneFiles(
                name,
                ("real",),
                partial(_frames, folder, posed),
                num_frames=len(posed),
                read_surface=surface_of_depth,
                is_metric=is_metric,
            )
        ]
    return [
        SceneFiles(
            f"{name}_{i}",
            ("real", "single image"),
            partial(_frames, folder, [i]),
            num_frames=1,
            is_metric=is_metric,
            posed=False,
        )
        for i in range(count)
    ]


def _frames(folder: Path, chosen: list[int]) -> list[FrameFiles]:
    if (folder / "sparse.npz").is_file():
        photos = read_set(folder).photos  # triangulated points are shared out among all images
        return [_of_photo(photos[i]) for i in chosen]
    index, meta = read_json(folder / "cameras.json"), read_json(folder / "meta.json")
    try:
        shift = 0.5 if WHOLE_PIXELS in index.get("convention", WHOLE_PIXELS) else 0.0
        return [_of_entry(folder, index["images"][i], meta, shift) for i in chosen]
    except DAMAGED_INDEX as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{folder} is no image set: {type(error).__name__}: {error}.") from error


def _of_entry(
    folder: Path, entry: dict[str, Any], meta: dict[str, Any], shift: float
) -> FrameFiles:
    """A frame whose depth may be on a coarser grid than its image."""
    where = f"{folder / 'cameras.json'}: {entry['file']}"
    read_depth = None
    if entry.get("depth"):
        levels = 1 / float(meta["depth_unit_m"])
        read_depth = depth_levels(below(folder, entry["depth"], where), levels)
    path = below(folder, entry["file"], where)
    K, pose = (
        None if entry.get(key) is None else torch.tensor(entry[key], dtype=torch.float64)
        for key in ("K", "T_w2c")
    )
    return FrameFiles(
        name=path.stem,
        read_image=image_reader(path),
        source=str(path),
        cam_from_world=None if pose is None else rigid(pose, where),
        intrinsics=None if K is None else crop_intrinsics(K.reshape(3, 3), -shift, -shift),
        read_depth=read_depth,
    )


def _of_photo(photo: Photo) -> FrameFiles:
    return FrameFiles(
        name=photo.view.name,
        read_image=partial(_same, photo.view.image),
        source=str(photo.view.source),
        cam_from_world=photo.cam_from_world,
        intrinsics=photo.intrinsics,
        read_depth=None if photo.depth is None else partial(_same, photo.depth),
    )


def _same(value: Any) -> Any:
    return value
