# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras as JSON, with everything that is needed to use them said in the file."""

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from anyview.core.errors import InputError
from anyview.export.display_cameras import cameras_for_display
from anyview.export.options import ExportOptions
from anyview.geometry.se3 import invert
from anyview.io.atomic import atomic_path
from anyview.io.lens_json import lens_to_json
from anyview.structures.prediction import Prediction

CAMERAS_NAME = "cameras.json"


def write_cameras(prediction: Prediction, directory: Path, _options: ExportOptions) -> list[Path]:
    """Write ``cameras.json``: one entry for each view, conventions and unit beside them.

    Numbers are the shortest decimals that give the same float32 back.

    Args:
        prediction: With cameras.
        directory: Existing directory.

    Returns:
        The file.

    Raises:
        InputError: If there are no cameras, or one is not finite.
    """
    if prediction.extrinsics is None or prediction.intrinsics is None:
        raise InputError(
            "This prediction has no cameras (monocular models predict depth alone); use an "
            "any-view model, or leave the format 'cameras' out."
        )
    document = {
        "format": "anyview-cameras",
        "version": 1,
        "unit": prediction.unit,
        "is_metric": prediction.is_metric,
        "scale_note": prediction.scale_note,
        "conventions": "extrinsics: world to camera, 3x4. pose: camera to world, 4x4, the inverse. "
        "Camera axes as in OpenCV: x right, y down, z forward. K: intrinsics in pixels of an image "
        "of size [height, width]; the centre of the top left pixel is (0.5, 0.5). original_lens: "
        "distortion of the original image, which K and depth are without.",
    }
    head = json.dumps(document, indent=2, ensure_ascii=False)
    views = ",\n".join(_entry_text(entry) for entry in _entries(prediction))
    target = directory / CAMERAS_NAME
    with atomic_path(target) as path:
        text = f'{head[:-2]},\n  "views": [\n{views}\n  ]\n}}\n'
        path.write_text(text, encoding="utf-8", errors="replace")
    return [target]


def _entries(prediction: Prediction) -> list[dict[str, Any]]:
    cameras = cameras_for_display(prediction)
    pose = invert(cameras.cam_from_world.double()).float()
    original = prediction.original_intrinsics
    if prediction.processed_from_original is None:
        original = None  # what the property gives then is K of the processed image once more
    size = list(prediction.depth.shape[1:])
    entries = []
    for view, name in enumerate(prediction.names):
        matrices = (cameras.cam_from_world[view], cameras.intrinsics[view], pose[view])
        if not all(bool(torch.isfinite(matrix).all()) for matrix in matrices):
            raise InputError(f"The camera of view {name!r} is not finite and cannot be written.")
        sizes = prediction.original_sizes
        entries.append(
            {
                "name": name,
                "size": size,
                "K": _rows(matrices[1]),
                "original_size": None if sizes is None else sizes[view].tolist(),
                "original_K": None if original is None else _rows(original[view]),
                "original_lens": _lens(prediction, view),
                "extrinsics": _rows(matrices[0][:3]),
                "pose": _rows(matrices[2]),
            }
        )
    return entries


def _lens(prediction: Prediction, view: int) -> dict[str, Any] | None:
    lens = None if prediction.lenses is None else prediction.lenses[view]
    return None if lens is None else lens_to_json(lens)


def _rows(matrix: Tensor) -> list[list[float]]:
    return [[float(str(number)) for number in row] for row in matrix.numpy()]


def _entry_text(entry: dict[str, Any]) -> str:
    """One key a line: matrices spread over a line for each number are unreadable."""
    lines = (
        f"      {json.dumps(key)}: {json.dumps(value, ensure_ascii=False, allow_nan=False)}"
        for key, value in entry.items()
    )
    return "    {\n" + ",\n".join(lines) + "\n    }"
