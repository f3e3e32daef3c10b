# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frozen worlds as tasks: the first view alone, the first two, all."""

from functools import partial
from pathlib import Path
from typing import Any

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import need
from anyview.evaluation.benchmark.suites.listed_suite import FrameFiles, ListedSuite, SceneFiles
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.suites.true_points import surface_of_depth
from anyview.evaluation.frozen_worlds import INDEX_NAME, KIND_NAMES, read_known_view
from anyview.evaluation.image_sets import DAMAGED_INDEX
from anyview.io.json_fields import read_json

NAME = "worlds"


def open_worlds(root: Path, options: SuiteOptions) -> ListedSuite:
    """The suite.

    Args:
        root: Holds ``scenes.json``.
        options: Which tasks.
    """
    return ListedSuite(NAME, protocol_of(NAME), options, partial(_scenes, root))


def _scenes(root: Path) -> list[SceneFiles]:
    index = need(root / INDEX_NAME, root, protocol_of(NAME))
    content = read_json(index)
    try:
        found = []
        for scene in content["scenes"]:
            kind = KIND_NAMES.get(str(scene["kind"]), str(scene["kind"]))
            found.append(
                SceneFiles(
                    str(scene["name"]),
                    (kind,),
                    partial(_frames, root, scene["views"]),
                    num_frames=len(scene["views"]),
                    read_surface=surface_of_depth,
                    is_metric=False,
                )
            )
    except DAMAGED_INDEX as error:
        raise InputError(f"{index} is not as expected: {type(error).__name__}: {error}.") from error
    if not found:
        raise InputError(f"{index} lists no scenes.")
    return found


def _frames(root: Path, entries: list[dict[str, Any]]) -> list[FrameFiles]:
    frames = []
    try:
        for entry in entries:
            known = read_known_view(root, entry)
            frames.append(
                FrameFiles(
                    name=known.view.name,
                    read_image=partial(_same, known.view.image),
                    source=str(known.view.source),
                    cam_from_world=known.cam_from_world,
                    intrinsics=known.intrinsics,
                    read_depth=partial(_same, known.depth),
                )
            )
    except DAMAGED_INDEX as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{root / INDEX_NAME} is not as expected: {type(error).__name__}: {error}."
        ) from error
    return frames


def _same(value: Any) -> Any:
    return value
