# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""TUM RGB-D: hand-held sequences with the paths of a motion capture system.

Layout of each unpacked archive: ``rgb.txt``, ``depth.txt`` (time and file), ``groundtruth.txt``
(time, tx ty tz, qx qy qz qw; camera-to-world). Colour frames get the depth and the pose that are
nearest in time, within 20 ms; frames without a pose are left out. Depth is registered to colour,
5000 levels a metre; K is that of ROS for each of the three cameras, distortion ignored.
"""

from functools import partial
from pathlib import Path

import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import (
    depth_levels,
    missing,
    pinhole,
    read_rows,
    read_text,
)
from anyview.evaluation.benchmark.suites.listed_suite import (
    FrameFiles,
    ListedSuite,
    SceneFiles,
    image_reader,
)
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.geometry.rotations import matrix_from_quaternion_wxyz
from anyview.geometry.se3 import invert, rigid_transform
from anyview.io.json_fields import below

NAME = "tum"
LEVELS = 5000.0
FARTHEST_S = 0.02
INTRINSICS = {
    "freiburg1": (517.3, 516.5, 318.6 + 0.5, 255.3 + 0.5),
    "freiburg2": (520.9, 521.0, 325.1 + 0.5, 249.7 + 0.5),
    "freiburg3": (535.4, 539.2, 320.1 + 0.5, 247.6 + 0.5),
}
"""Of each camera; the published numbers count from pixel centres at whole numbers."""


def open_tum(root: Path, options: SuiteOptions) -> ListedSuite:
    """The suite.

    Args:
        root: Holds the sequences.
        options: Which tasks.
    """
    return ListedSuite(NAME, protocol_of(NAME), options, partial(_scenes, root))


def _scenes(root: Path) -> list[SceneFiles]:
    folders = sorted(file.parent for file in root.glob("rgbd_dataset_*/groundtruth.txt"))
    if not folders:
        raise missing(root, protocol_of(NAME), "rgbd_dataset_<name>/groundtruth.txt")
    return [
        SceneFiles(folder.name.removeprefix("rgbd_dataset_"), ("indoor",), partial(_frames, folder))
        for folder in folders
    ]


def _frames(folder: Path) -> list[FrameFiles]:
    camera = next((K for name, K in INTRINSICS.items() if name in folder.name), None)
    colors, depths = _listed(folder, "rgb.txt"), _listed(folder, "depth.txt")
    path = read_rows(folder / "groundtruth.txt", (8,))
    frames = []
    for time, file in colors:
        pose = nearest_in_time(path[:, 0], time)
        if pose is None:
            continue
        times = torch.tensor([t for t, _ in depths], dtype=torch.float64)
        depth = nearest_in_time(times, time)
        frames.append(
            FrameFiles(
                name=file.stem,
                read_image=image_reader(file),
                source=str(file),
                cam_from_world=camera_of_row(path[pose], str(folder / "groundtruth.txt")),
                intrinsics=None if camera is None else pinhole(*camera),
                read_depth=None if depth is None else depth_levels(depths[depth][1], LEVELS),
            )
        )
    return frames


def camera_of_row(row: Float64[Tensor, " 8"], where: str) -> Float64[Tensor, "4 4"]:
    """World-to-camera of a line of ``groundtruth.txt``.

    Raises:
        InputError: If it holds no pose.
    """
    translation, (x, y, z, w) = row[1:4], row[4:]
    pose = rigid_transform(matrix_from_quaternion_wxyz(torch.stack((w, x, y, z))), translation)
    if not bool(pose.isfinite().all()):
        raise InputError(f"{where}: the line of time {float(row[0]):.4f} holds no pose.")
    return invert(pose)


def nearest_in_time(times: Float64[Tensor, " N"], wanted: float) -> int | None:
    """Which time is nearest, None if none is within 20 ms."""
    if not len(times):
        return None
    gaps = (times - wanted).abs()
    best = int(gaps.argmin())
    return best if float(gaps[best]) <= FARTHEST_S else None


def _listed(folder: Path, name: str) -> list[tuple[float, Path]]:
    """Times and files of a list."""
    found = []
    for line in read_text(folder / name).split("\n"):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            found.append((float(words[0]), below(folder, words[1], str(folder / name))))
        except (ValueError, IndexError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError(f"{folder / name}: {line!r} is no time and file.") from error
    return found
