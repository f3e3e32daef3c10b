# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One NPZ file a view: depth, confidence, sky and camera, in the size that is asked for."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from anyview.export.file_stems import file_stems
from anyview.export.options import ExportOptions
from anyview.export.valid_depth import depth_or_nan
from anyview.io.array_archive import write_arrays
from anyview.io.lens_json import lens_to_json
from anyview.structures.original_size import views_at_original_size
from anyview.structures.prediction import Prediction

VIEWS_FOLDER = "views"

_MAPS_AND_CAMERA = ("depth", "conf", "sky", "extrinsics", "intrinsics")

Arrays = dict[str, npt.NDArray[Any]]


def write_view_npz(prediction: Prediction, directory: Path, options: ExportOptions) -> list[Path]:
    """Write ``views/<view>.npz``: each view with what is known of it, on one pixel grid.

    ``depth`` is [H, W] float32, NaN where there is none; ``conf`` and ``sky`` are [H, W] where the
    model has them; ``extrinsics`` [3, 4] (world-to-camera, OpenCV) and ``intrinsics`` [3, 3], of
    this H x W, where there are cameras. ``name``, ``unit``, ``is_metric`` and ``scale_note`` as in
    the prediction. At original sizes ``lens`` (JSON) is the distortion of the image, if it has one.

    Args:
        prediction: Anything.
        directory: Existing directory.
        options: The size.

    Returns:
        The files.
    """
    paths = []
    stems = file_stems(prediction.names)
    views = _original(prediction) if options.size == "original" else _processed(prediction)
    for stem, name, arrays in zip(stems, prediction.names, views, strict=True):
        arrays["name"] = np.array(name)
        arrays["unit"] = np.array(prediction.unit)
        arrays["is_metric"] = np.array(prediction.is_metric)
        arrays["scale_note"] = np.array(prediction.scale_note)
        paths.append(directory / VIEWS_FOLDER / f"{stem}.npz")
        write_arrays(paths[-1], arrays)
    return paths


def _processed(prediction: Prediction) -> Iterator[Arrays]:
    depth = depth_or_nan(prediction)
    for view in range(len(prediction)):
        arrays: Arrays = {}
        for name in _MAPS_AND_CAMERA:
            value = depth if name == "depth" else getattr(prediction, name)
            if value is not None:
                arrays[name] = value[view].numpy()
        yield arrays


def _original(prediction: Prediction) -> Iterator[Arrays]:
    for view in views_at_original_size(prediction):
        arrays: Arrays = {}
        for name in _MAPS_AND_CAMERA:
            value = getattr(view, name)
            if value is not None:
                arrays[name] = value.numpy()
        if view.lens is not None:
            arrays["lens"] = np.array(json.dumps(lens_to_json(view.lens)))
        yield arrays
