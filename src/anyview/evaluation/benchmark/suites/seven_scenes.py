# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""7Scenes as DA3-BENCH has it (7scenes.zip): one sequence of each scene, meshes fused of the depth.

Poses are camera-to-world, depth is in mm with 65535 for unknown, K is one for all. Depth is of the
depth camera, not moved to the colour camera: it says which pixels are used, no more.
"""

from functools import partial
from pathlib import Path

from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import (
    camera_of_pose,
    depth_levels,
    missing,
    need,
    pinhole,
    read_rows,
    sample_mesh_file,
)
from anyview.evaluation.benchmark.suites.listed_suite import (
    FrameFiles,
    ListedSuite,
    SceneFiles,
    SurfaceTruth,
    image_reader,
)
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.task import Truth

NAME = "7scenes"
SCENES = ("chess", "fire", "heads", "office", "pumpkin", "redkitchen", "stairs")
INTRINSICS = (585.0, 585.0, 320.0, 240.0)
UNKNOWN = 65535


def open_seven_scenes(root: Path, options: SuiteOptions) -> ListedSuite:
    """The suite.

    Args:
        root: Holds ``7Scenes``.
        options: Which tasks.
    """
    return ListedSuite(NAME, protocol_of(NAME), options, partial(_scenes, root))


def _scenes(root: Path) -> list[SceneFiles]:
    protocol = protocol_of(NAME)
    base = need(root / "7Scenes", root, protocol)
    found = []
    for name in SCENES:
        folder = base / name / ("seq-02" if name == "stairs" else "seq-01")
        if folder.is_dir():
            mesh = base / "meshes" / f"{name}.ply"
            found.append(
                SceneFiles(
                    name,
                    ("indoor",),
                    partial(_frames, folder),
                    read_surface=partial(_surface, mesh),
                )
            )
    if not found:
        raise missing(root, protocol, f"7Scenes/{SCENES[0]}/seq-01")
    return found


def _frames(folder: Path) -> list[FrameFiles]:
    frames = []
    for image in sorted(folder.glob("frame-*.color.png")):
        name = image.name.removesuffix(".color.png")
        pose = folder / f"{name}.pose.txt"
        depth = folder / f"{name}.depth.png"
        if not pose.is_file():
            continue
        frames.append(
            FrameFiles(
                name=name,
                read_image=image_reader(image),
                source=str(image),
                cam_from_world=camera_of_pose(read_rows(pose, (4,)), str(pose)),
                intrinsics=pinhole(*INTRINSICS),
                read_depth=depth_levels(depth, 1000.0, unknown=UNKNOWN)
                if depth.is_file()
                else None,
            )
        )
    return frames


def _surface(mesh: Path, truth: Truth) -> SurfaceTruth:  # noqa: ARG001 - the mesh is the truth
    return SurfaceTruth(sample_mesh_file(mesh))
