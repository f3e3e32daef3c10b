# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Camera paths as text files that tools for trajectories read."""

from pathlib import Path

import torch

from anyview.export.display_cameras import cameras_for_display
from anyview.export.options import ExportOptions
from anyview.geometry.rotations import quaternion_wxyz_from_matrix
from anyview.geometry.se3 import invert
from anyview.io.atomic import atomic_path
from anyview.structures.prediction import Prediction

TUM_NAME = "trajectory_tum.txt"
KITTI_NAME = "trajectory_kitti.txt"


def write_trajectories(
    prediction: Prediction, directory: Path, _options: ExportOptions
) -> list[Path]:
    """Write ``trajectory_tum.txt`` and ``trajectory_kitti.txt``: camera to world, one line a view.

    TUM: ``time x y z qx qy qz qw`` where time is the position of the view, from 0. KITTI: the
    twelve numbers of [R | t], row by row. Axes are OpenCV's, as KITTI's are.

    Args:
        prediction: With cameras.
        directory: Existing directory.

    Returns:
        Both files.
    """
    poses = invert(cameras_for_display(prediction).cam_from_world.double())
    quaternions = quaternion_wxyz_from_matrix(poses[:, :3, :3])
    rows = torch.cat((poses[:, :3, 3], quaternions[:, 1:], quaternions[:, :1]), dim=1)
    tum = [f"{time} {_numbers(row)}" for time, row in enumerate(rows.tolist())]
    kitti = [_numbers(row) for row in poses[:, :3].flatten(1).tolist()]
    files = []
    for name, lines in ((TUM_NAME, tum), (KITTI_NAME, kitti)):
        with atomic_path(directory / name) as path:
            path.write_text("\n".join(lines) + "\n", encoding="ascii")
        files.append(directory / name)
    return files


def _numbers(row: list[float]) -> str:
    """Nine digits: what a float32 holds, and no tool stumbles over."""
    return " ".join(f"{number:.9g}" for number in row)
