# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""ScanNet++ as DA3-BENCH has it (scannetpp.zip): iPhone frames, poses of one COLMAP model with the
DSLR's, depth rendered of the laser scan.

As published, distortion is ignored.
"""

from functools import partial
from pathlib import Path

from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import (
    depth_levels,
    missing,
    sample_mesh_file,
)
from anyview.evaluation.benchmark.suites.listed_suite import (
    FrameFiles,
    ListedSuite,
    SceneFiles,
    SurfaceTruth,
    image_reader,
)
from anyview.evaluation.benchmark.suites.model_frames import pinhole_of_camera
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.task import Truth
from anyview.io.colmap_model import read_colmap_model
from anyview.io.json_fields import below

NAME = "scannetpp"
SCENES = (
    *("09c1414f1b", "1ada7a0617", "40aec5fffa", "3e8bba0176", "acd95847c5", "578511c8a9"),
    *("5f99900f09", "c4c04e6d6c", "f3d64c30f8", "7bc286c1b6", "c5439f4607", "286b55a2bf"),
    *("fb5a96b1a2", "7831862f02", "38d58a7a31", "bde1e479ad", "9071e139d9", "21d970d8de"),
    *("bcd2436daf", "cc5237fd77"),
)
MODEL = "merge_dslr_iphone/colmap/sparse_render_rgb"


def open_scannetpp(root: Path, options: SuiteOptions) -> ListedSuite:
    """The suite.

    Args:
        root: Holds the scenes.
        options: Which tasks.
    """
    return ListedSuite(NAME, protocol_of(NAME), options, partial(_scenes, root))


def _scenes(root: Path) -> list[SceneFiles]:
    found = [
        SceneFiles(
            name,
            ("indoor",),
            partial(_frames, root / name),
            read_surface=partial(_surface, root / name / "scans" / "mesh_aligned_0.05.ply"),
        )
        for name in SCENES
        if (root / name / MODEL).is_dir()
    ]
    if not found:
        raise missing(root, protocol_of(NAME), f"{SCENES[0]}/{MODEL}")
    return found


def _frames(folder: Path) -> list[FrameFiles]:
    base = folder / "merge_dslr_iphone"
    model = read_colmap_model(folder / MODEL, read_points=False)
    frames = []
    for record in sorted(model.images.values(), key=lambda image: image.name):
        path = below(base / "images", record.name, str(folder / MODEL))
        if "iphone" not in record.name or not path.is_file():
            continue
        depth = base / "render_depth" / f"{path.stem}.png"
        frames.append(
            FrameFiles(
                name=path.stem,
                read_image=image_reader(path),
                source=str(path),
                cam_from_world=record.pose.matrix,
                intrinsics=pinhole_of_camera(model.cameras[record.camera_id]),
                read_depth=depth_levels(depth, 1000.0) if depth.is_file() else None,
            )
        )
    return frames


def _surface(mesh: Path, truth: Truth) -> SurfaceTruth:  # noqa: ARG001 - the mesh is the truth
    return SurfaceTruth(sample_mesh_file(mesh))
