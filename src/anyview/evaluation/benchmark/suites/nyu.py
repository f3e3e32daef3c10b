# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""NYU Depth v2: the 654 test images of the labelled set, with the depth as the sensor gave it.

Release: ``nyu_depth_v2_labeled.mat`` (HDF5; ``images`` [1449, 3, 640, 480] and ``rawDepths``
[1449, 640, 480], columns before rows) and ``splits.mat`` (``testNdxs``, from 1). K is that of the
toolbox.
"""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from anyview.core.errors import InputError
from anyview.core.optional import require
from anyview.evaluation.benchmark.protocol_table import protocol_of
from anyview.evaluation.benchmark.suites.data_files import need, pinhole, read_mat
from anyview.evaluation.benchmark.suites.listed_suite import FrameFiles, ListedSuite, SceneFiles
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.io.formats import first_line

NAME = "nyu"
FILE, SPLITS = "nyu_depth_v2_labeled.mat", "splits.mat"
INTRINSICS = (518.8579, 519.4696, 325.5824 + 0.5, 253.7362 + 0.5)
"""Of the toolbox, which counts from pixel centres at whole numbers."""


def open_nyu(root: Path, options: SuiteOptions) -> ListedSuite:
    """The suite.

    Args:
        root: Holds the two files.
        options: Which tasks.
    """
    return ListedSuite(NAME, protocol_of(NAME), options, partial(_images, root))


def _images(root: Path) -> list[SceneFiles]:
    protocol = protocol_of(NAME)
    file = need(root / FILE, root, protocol)
    splits = need(root / SPLITS, root, protocol)
    numbers = np.asarray(read_mat(splits, ("testNdxs",))["testNdxs"]).reshape(-1)
    if not len(numbers) or numbers.dtype.kind not in "iuf" or numbers.min() < 1:
        raise InputError(f"{splits}: testNdxs must be numbers from 1.")
    return [
        SceneFiles(
            f"{int(number):04d}",
            ("indoor",),
            partial(_frames, file, int(number)),
            num_frames=1,
            posed=False,
        )
        for number in numbers
    ]


def _frames(file: Path, number: int) -> list[FrameFiles]:
    return [
        FrameFiles(
            name=f"{number:04d}",
            read_image=partial(_image, file, number),
            source=f"{file} #{number}",
            intrinsics=pinhole(*INTRINSICS),
            read_depth=partial(_depth, file, number),
        )
    ]


def _image(file: Path, number: int) -> UInt8[Tensor, "3 H W"]:
    array = _row(file, "images", number)
    if array.ndim != 3 or array.shape[0] != 3 or array.dtype != np.uint8:
        raise InputError(f"{file}: images must be [N, 3, W, H] of 8 bits.")
    return torch.from_numpy(np.ascontiguousarray(array.transpose(0, 2, 1)))


def _depth(file: Path, number: int) -> Float[Tensor, "H W"]:
    array = _row(file, "rawDepths", number)
    if array.ndim != 2 or array.dtype.kind != "f":
        raise InputError(f"{file}: rawDepths must be [N, W, H] of floats.")
    depth = torch.from_numpy(np.ascontiguousarray(array.T, dtype=np.float32))
    return torch.where(depth.isfinite() & (depth > 0), depth, 0.0)


def _row(file: Path, name: str, number: int) -> Any:
    """Entry ``number``, from 1, of an array of the file."""
    h5py: Any = require("h5py", extra="eval", purpose="read NYU's labelled set")
    try:
        with h5py.File(file, "r") as opened:
            return opened[name][number - 1]
    except (OSError, KeyError, IndexError, ValueError, TypeError) as error:
        raise InputError(
            f"{file}: {name} {number} cannot be read ({first_line(error)})."
        ) from error
