# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""KITTI odometry: sequences 00 to 10, whose poses are published.

Release: ``data_odometry_color``, ``data_odometry_calib`` and ``data_odometry_poses``, whose
``dataset`` folder is the root. Poses are those of the left grey camera, camera-to-world; the colour
camera beside it (``image_2``, P2) stands 6 cm away, which is accounted for.
"""

from functools import partial
from pathlib import Path

import torch

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import camera_of_pose, missing, read_rows
from anyview.evaluation.benchmark.suites.kitti import projection_of
from anyview.evaluation.benchmark.suites.listed_suite import (
    FrameFiles,
    ListedSuite,
    SceneFiles,
    image_reader,
)
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.geometry.se3 import rigid_transform

NAME = "kitti-odometry"
SEQUENCES = tuple(f"{number:02d}" for number in range(11))


def open_kitti_odometry(root: Path, options: SuiteOptions) -> ListedSuite:
    """The suite.

    Args:
        root: Holds ``sequences`` and ``poses``; or ``dataset`` does.
        options: Which tasks.
    """
    return ListedSuite(NAME, protocol_of(NAME), options, partial(_scenes, root))


def _scenes(root: Path) -> list[SceneFiles]:
    base = root / "dataset" if (root / "dataset").is_dir() else root
    found = []
    for name in SEQUENCES:
        folder, poses = base / "sequences" / name, base / "poses" / f"{name}.txt"
        if (folder / "image_2").is_dir() and poses.is_file():
            found.append(SceneFiles(name, ("outdoor", "driving"), partial(_frames, folder, poses)))
    if not found:
        raise missing(root, protocol_of(NAME), f"sequences/{SEQUENCES[0]}/image_2 with its poses")
    return found


def _frames(folder: Path, poses: Path) -> list[FrameFiles]:
    rows = read_rows(poses, (12,)).reshape(-1, 3, 4)
    images = sorted((folder / "image_2").glob("*.png"))
    if len(rows) != len(images):
        raise InputError(f"{poses}: has {len(rows)} poses for {len(images)} images.")
    projection = projection_of(folder / "calib.txt", "P2")
    K = projection[:, :3]
    shift = torch.linalg.solve(K, projection[:, 3])
    color_from_grey = rigid_transform(torch.eye(3, dtype=torch.float64), shift)
    return [
        FrameFiles(
            name=image.stem,
            read_image=image_reader(image),
            source=str(image),
            cam_from_world=color_from_grey @ camera_of_pose(row, f"{poses}: line {number + 1}"),
            intrinsics=K,
        )
        for number, (image, row) in enumerate(zip(images, rows, strict=True))
    ]
