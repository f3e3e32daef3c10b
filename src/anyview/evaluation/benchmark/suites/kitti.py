# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""KITTI: single images of Eigen's test split with the annotated depth.

Release: the raw data, synced and rectified, and ``data_depth_annotated``. The list has a line for
each image: its path below ``raw`` (more words are ignored), or ``<date>/<drive> <frame> l`` as
monodepth2 writes it. Images without annotated depth (45 of 697) are left out, as usual. Images
are given whole; the window of Garg et al. is scored.
"""

from functools import partial
from pathlib import Path, PurePosixPath

import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import depth_levels, missing, need, read_text
from anyview.evaluation.benchmark.suites.listed_suite import (
    FrameFiles,
    ListedSuite,
    SceneFiles,
    image_reader,
)
from anyview.evaluation.benchmark.suites.options import SuiteOptions

NAME = "kitti"
LIST = "eigen_test_files.txt"
LEVELS = 256.0
"""Grey levels a metre."""


def open_kitti(root: Path, options: SuiteOptions) -> ListedSuite:
    """The suite.

    Args:
        root: Holds the list, ``raw`` and ``depth``.
        options: Which tasks.
    """
    return ListedSuite(NAME, protocol_of(NAME), options, partial(_images, root))


def image_of_line(line: str, where: str) -> PurePosixPath:
    """Path of an image below ``raw``, without its suffix.

    Raises:
        InputError: If the line names none.
    """
    words = line.split()
    path = PurePosixPath(words[0])
    if len(words) >= 2 and words[1].isdecimal() and len(path.parts) == 2:
        path = path / "image_02" / "data" / f"{int(words[1]):010d}"
    path = path.with_suffix("")
    if len(path.parts) != 5 or path.is_absolute() or ".." in path.parts:
        raise InputError(
            f"{where}: {line!r} names no image; wanted is <date>/<drive>/image_02/data/<frame>.png."
        )
    return path


def _images(root: Path) -> list[SceneFiles]:
    protocol = protocol_of(NAME)
    listing = need(root / LIST, root, protocol)
    found = []
    for line in filter(None, map(str.strip, read_text(listing).split("\n"))):
        path = image_of_line(line, str(listing))
        date, drive, camera, _, frame = path.parts
        depth = next(
            (
                file
                for part in ("val", "train")
                if (
                    file := root
                    / "depth"
                    / part
                    / drive
                    / "proj_depth"
                    / "groundtruth"
                    / camera
                    / f"{frame}.png"
                ).is_file()
            ),
            None,
        )
        if depth is not None:
            found.append(
                SceneFiles(
                    f"{drive}_{frame}",
                    ("outdoor", "driving"),
                    partial(_frames, root / "raw" / path, root / "raw" / date, depth),
                    num_frames=1,
                    posed=False,
                )
            )
    if not found:
        raise missing(root, protocol, "annotated depth of any listed image")
    return found


def _frames(stem: Path, day: Path, depth: Path) -> list[FrameFiles]:
    image = next(
        (file for end in (".png", ".jpg") if (file := Path(f"{stem}{end}")).is_file()), None
    )
    if image is None:
        raise InputError(f"{stem}.png (or .jpg) is not there, but its depth is.")
    calibration = day / "calib_cam_to_cam.txt"
    return [
        FrameFiles(
            name=stem.name,
            read_image=image_reader(image),
            source=str(image),
            intrinsics=projection_of(calibration, "P_rect_02")[:, :3]
            if calibration.is_file()
            else None,
            read_depth=depth_levels(depth, LEVELS),
        )
    ]


def projection_of(path: Path, name: str) -> Float64[Tensor, "3 4"]:
    """A projection matrix of a calibration file, its pixel centres moved to +0.5.

    Raises:
        InputError: If the file has none of that name.
    """
    for line in read_text(path).split("\n"):
        key, _, rest = line.partition(":")
        if key.strip() == name:
            try:
                numbers = [float(word) for word in rest.split()]
                matrix = torch.tensor(numbers, dtype=torch.float64).reshape(3, 4)
            except (ValueError, RuntimeError) as error:
                raise InputError(f"{path}: {name} must be 12 numbers ({error}).") from error
            half = torch.tensor([0.5, 0.5, 0.0], dtype=torch.float64)
            return matrix + half[:, None] * matrix[2]
    raise InputError(f"{path}: has no {name}.")
