# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth and confidence as images: 16-bit numbers to compute with, colours to look at."""

import json
import math
from pathlib import Path

import numpy as np
from PIL import Image

from anyview.export.file_stems import file_stems
from anyview.export.legend import BACKGROUND, legend_panel
from anyview.export.options import ExportOptions
from anyview.export.painting import Painting, conf_painting, depth_painting
from anyview.export.valid_depth import depth_or_nan
from anyview.io.atomic import atomic_path
from anyview.structures.prediction import Prediction

DEPTH_FOLDER = "depth"
DEPTH_SIDECAR = "depth.json"
DEPTH_COLOR_FOLDER = "depth_color"
CONF_COLOR_FOLDER = "conf_color"

_LARGEST = 65535


def depth_step(largest: float, *, is_metric: bool) -> float:
    """Depth of one grey level: the finest of 1, 2, 5 times a power of ten that reaches far enough.

    Args:
        largest: The largest depth to store.
        is_metric: Metres never get a step below 1 mm, what readers of 16-bit depth expect.
    """
    if is_metric and largest <= 0.001 * _LARGEST:
        return 0.001
    exponent = math.floor(math.log10(largest / _LARGEST))
    for power in (exponent, exponent + 1):
        for digit in (1, 2, 5):
            step = float(f"{digit}e{power}")  # the double nearest the decimal number
            if step * _LARGEST >= largest:
                return step
    raise AssertionError(f"no step reaches {largest}")


def write_depth_png(prediction: Prediction, directory: Path, _options: ExportOptions) -> list[Path]:
    """Write ``depth/<view>.png`` (16-bit grey) and ``depth/depth.json``, which explains them.

    ``depth = value * unit_per_step``, one step for all views, 0 where there is no valid depth.
    Rounding costs at most half a step; depth below that is stored as 1.

    Args:
        prediction: Anything.
        directory: Existing directory.

    Returns:
        The pictures, then the sidecar.
    """
    folder = directory / DEPTH_FOLDER
    depth = depth_or_nan(prediction).numpy()
    largest = float(np.fmax.reduce(depth, axis=None, initial=0))
    step = depth_step(largest, is_metric=prediction.is_metric) if largest > 0 else 1.0
    stems = file_stems(prediction.names)
    paths = []
    for view, stem in enumerate(stems):
        levels = np.clip(np.rint(depth[view] / np.float64(step)), 1, _LARGEST)
        levels = np.nan_to_num(levels, nan=0).astype(np.uint16)
        paths.append(folder / f"{stem}.png")
        _save(Image.fromarray(levels), paths[-1])
    sidecar = {
        "format": "anyview-depth-png",
        "version": 1,
        "how_to_read": "depth = value * unit_per_step, along the optical axis (z-depth); "
        "value 0 is no depth",
        "unit": prediction.unit,
        "unit_per_step": step,
        "is_metric": prediction.is_metric,
        "scale_note": prediction.scale_note,
        "files": {f"{stem}.png": name for stem, name in zip(stems, prediction.names, strict=True)},
    }
    paths.append(folder / DEPTH_SIDECAR)
    with atomic_path(paths[-1]) as path:
        path.write_text(json.dumps(sidecar, indent=2) + "\n", encoding="utf-8")
    return paths


def write_depth_color(
    prediction: Prediction, directory: Path, options: ExportOptions
) -> list[Path]:
    """Write ``depth_color/<view>.png``: coloured depth with its legend, one scale for all views.

    The top left H x W pixels are the depth map's own.

    Args:
        prediction: Anything.
        directory: Existing directory.
        options: How depth is spread over the colours.

    Returns:
        The pictures.
    """
    painting = depth_painting(prediction, options)
    return _write_pictures(prediction, directory / DEPTH_COLOR_FOLDER, painting)


def write_conf_color(
    prediction: Prediction, directory: Path, _options: ExportOptions
) -> list[Path]:
    """Write ``conf_color/<view>.png``: coloured confidence with its legend.

    Args:
        prediction: With confidence.
        directory: Existing directory.

    Returns:
        The pictures.
    """
    return _write_pictures(prediction, directory / CONF_COLOR_FOLDER, conf_painting(prediction))


def _write_pictures(prediction: Prediction, folder: Path, painting: Painting) -> list[Path]:
    _, height, width = prediction.depth.shape
    panel = legend_panel(painting.legend, height, font_size=max(12, min(28, height // 26)))
    paths = []
    for view, stem in enumerate(file_stems(prediction.names)):
        canvas = Image.new("RGB", (width + panel.width, panel.height), BACKGROUND)
        canvas.paste(Image.fromarray(painting.picture(view)), (0, 0))
        canvas.paste(panel, (width, 0))
        paths.append(folder / f"{stem}.png")
        _save(canvas, paths[-1])
    return paths


def _save(image: Image.Image, target: Path) -> None:
    with atomic_path(target) as path:
        image.save(path, format="PNG")
