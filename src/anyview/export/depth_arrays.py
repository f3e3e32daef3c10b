# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth as float32 files, one for each view: EXR for compositing, npy for scripts."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from anyview.core.optional import require
from anyview.export.depth_by_view import depth_by_view
from anyview.export.depth_sidecar import write_depth_sidecar
from anyview.export.options import ExportOptions
from anyview.io.atomic import atomic_path
from anyview.structures.prediction import Prediction

NPY_FOLDER = "depth_npy"
EXR_FOLDER = "depth_exr"
EXR_CHANNEL = "Z"


def write_depth_npy(prediction: Prediction, directory: Path, options: ExportOptions) -> list[Path]:
    """Write ``depth_npy/<view>.npy``, [H, W] float32, and ``depth.json`` beside them.

    Args:
        prediction: Anything.
        directory: Existing directory.
        options: The size of the arrays.

    Returns:
        The arrays, then the sidecar.
    """
    folder = directory / NPY_FOLDER
    paths = []
    for stem, depth in _depth_by_stem(prediction, options):
        paths.append(folder / f"{stem}.npy")
        with atomic_path(paths[-1]) as path, path.open("wb") as file:
            np.save(file, depth, allow_pickle=False)
    return [*paths, write_depth_sidecar(prediction, folder, "npy")]


def write_depth_exr(prediction: Prediction, directory: Path, options: ExportOptions) -> list[Path]:
    """Write ``depth_exr/<view>.exr``, one float channel ``Z``, and ``depth.json`` beside them.

    Unit and scale note are attributes of each file too.

    Args:
        prediction: Anything.
        directory: Existing directory.
        options: The size of the images.

    Returns:
        The images, then the sidecar.

    Raises:
        MissingDependencyError: If the package OpenEXR is not installed.
    """
    library = require("OpenEXR", extra="exr", purpose="write EXR files")
    folder = directory / EXR_FOLDER
    notes = {"unit": prediction.unit, "scaleNote": prediction.scale_note}
    paths = []
    for stem, depth in _depth_by_stem(prediction, options):
        paths.append(folder / f"{stem}.exr")
        header = {
            "compression": library.ZIP_COMPRESSION,
            "type": library.scanlineimage,
            **{name: text for name, text in notes.items() if text},
        }
        with atomic_path(paths[-1]) as path:
            library.File(header, {EXR_CHANNEL: depth}).write(str(path))
    return [*paths, write_depth_sidecar(prediction, folder, "exr")]


def _depth_by_stem(
    prediction: Prediction, options: ExportOptions
) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    """Depth of each view by file name; 0 is no depth."""
    for stem, depth in depth_by_view(prediction, options):
        yield stem, torch.nan_to_num(depth, nan=0.0).numpy()
