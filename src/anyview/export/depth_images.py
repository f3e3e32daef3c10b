# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth and confidence as images: 16-bit numbers to compute with, colours to look at."""

from pathlib import Path

from PIL import Image

from anyview.export.depth_by_view import depth_by_view
from anyview.export.depth_sidecar import write_depth_sidecar
from anyview.export.file_stems import file_stems
from anyview.export.legend import BACKGROUND, legend_panel
from anyview.export.options import ExportOptions
from anyview.export.painting import Painting, conf_painting, depth_painting
from anyview.export.valid_depth import depth_or_nan
from anyview.io.atomic import atomic_path
from anyview.io.depth_png import depth_step, write_depth_png16
from anyview.structures.prediction import Prediction

DEPTH_FOLDER = "depth"
DEPTH_COLOR_FOLDER = "depth_color"
CONF_COLOR_FOLDER = "conf_color"


def write_depth_png(prediction: Prediction, directory: Path, options: ExportOptions) -> list[Path]:
    """Write ``depth/<view>.png`` (16-bit grey) and ``depth/depth.json``, which explains them.

    ``depth = value * unit_per_step``, one step for all views, 0 where there is no valid depth.
    Rounding costs at most half a step; depth below that is stored as 1.

    Args:
        prediction: Anything.
        directory: Existing directory.
        options: The size of the pictures.

    Returns:
        The pictures, then the sidecar.
    """
    folder = directory / DEPTH_FOLDER
    # What lies between depths at another size is not larger than they.
    largest = float(depth_or_nan(prediction).nan_to_num(0).max())
    step = depth_step(largest, is_metric=prediction.is_metric) if largest > 0 else 1.0
    paths = []
    for stem, depth in depth_by_view(prediction, options):
        paths.append(folder / f"{stem}.png")
        write_depth_png16(paths[-1], depth.clamp(max=largest), scale=1 / step)
    return [*paths, write_depth_sidecar(prediction, folder, "png", step=step)]


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
