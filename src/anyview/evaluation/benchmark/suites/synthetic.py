# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The seeded scenes as tasks: the first view alone, the first two, all eight."""

from functools import partial
from pathlib import Path
from typing import Any

from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.listed_suite import FrameFiles, ListedSuite, SceneFiles
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.suites.synthetic_scenes import (
    SCENES_A_KIND,
    SYNTHETIC_KINDS,
    VIEWS,
    scene_file,
    stored_scene,
)
from anyview.evaluation.benchmark.suites.true_points import surface_of_depth

NAME = "synthetic"


def open_synthetic(root: Path, options: SuiteOptions) -> ListedSuite:
    """The suite.

    Args:
        root: Where scenes are kept; they are made there when they are first loaded.
        options: Which tasks.
    """
    return ListedSuite(NAME, protocol_of(NAME), options, partial(_scenes, root))


def _scenes(root: Path) -> list[SceneFiles]:
    return [
        SceneFiles(
            f"{kind.name}-{index:03d}",
            (kind.name,),
            partial(_frames, root, kind.name, index),
            num_frames=VIEWS,
            read_surface=surface_of_depth,
        )
        for index in range(SCENES_A_KIND)
        for kind in SYNTHETIC_KINDS
    ]


def _frames(root: Path, kind: str, index: int) -> list[FrameFiles]:
    scene = stored_scene(root, kind, index)
    source = str(scene_file(root, kind, index))
    return [
        FrameFiles(
            name=f"{view}",
            read_image=partial(_same, scene.images[view].permute(2, 0, 1).contiguous()),
            source=source,
            cam_from_world=scene.cam_from_world[view].double(),
            intrinsics=scene.intrinsics[view].double(),
            read_depth=partial(_same, scene.depth[view]),
        )
        for view in range(VIEWS)
    ]


def _same(value: Any) -> Any:
    return value
