# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth and confidence as colours: one scale for all views, so that their colours compare."""

from typing import Any

import numpy as np
import numpy.typing as npt

from anyview.core.errors import InputError
from anyview.export.colormap import apply_colors
from anyview.export.legend import NO_VALUE, SKY, Legend
from anyview.export.options import ExportOptions
from anyview.export.value_scale import scale_for
from anyview.structures.prediction import Prediction
from anyview.structures.sky import sky_mask

Picture = npt.NDArray[np.uint8]
"""RGB [H, W, 3]."""


def photo(prediction: Prediction, view: int) -> Picture:
    """The processed image of a view."""
    return np.ascontiguousarray(prediction.images[view].permute(1, 2, 0).numpy())


def depth_legend(prediction: Prediction, options: ExportOptions) -> Legend:
    """What the colours of depth mean: near is bright and warm, far is dark and blue.

    The scale spans the middle 96 percent of valid depth that is not sky, over all views.
    """
    depth = prediction.depth.numpy()
    valid = _is_positive(depth)
    swatches = []
    shown = valid
    if prediction.sky is not None:
        sky = sky_mask(prediction.sky).numpy()
        shown = valid & ~sky
        if (valid & sky).any():
            swatches.append((SKY, "sky"))
    if not valid.all():
        swatches.append((NO_VALUE, "no depth"))
    scale = scale_for(depth[shown], options.depth_scale, small_is_high=True)
    return Legend(f"depth ({prediction.unit})", scale, "depth", tuple(swatches))


def paint_depth(prediction: Prediction, view: int, legend: Legend) -> Picture:
    """Depth of one view in the colours of ``depth_legend``."""
    depth = prediction.depth[view].numpy()
    picture = _paint(depth, legend)
    if prediction.sky is not None:
        picture[_is_positive(depth) & sky_mask(prediction.sky[view]).numpy()] = SKY
    return picture


def conf_legend(prediction: Prediction) -> Legend:
    """What the colours of confidence mean, in equal ratios over the middle 96 percent.

    Raises:
        InputError: If the prediction has no confidence.
    """
    conf = _confidence(prediction)
    known = _is_positive(conf)
    swatches = () if known.all() else ((NO_VALUE, "no value"),)
    scale = scale_for(conf[known], "log", small_is_high=False)
    return Legend("confidence", scale, "confidence", swatches)


def paint_conf(prediction: Prediction, view: int, legend: Legend) -> Picture:
    """Confidence of one view in the colours of ``conf_legend``."""
    return _paint(_confidence(prediction)[view], legend)


def _confidence(prediction: Prediction) -> npt.NDArray[np.float32]:
    if prediction.conf is None:
        raise InputError(
            "This prediction has no confidence (monocular and metric models predict none), so "
            "there is no picture of it; leave conf-color out."
        )
    conf: npt.NDArray[np.float32] = prediction.conf.numpy()
    return conf


def _is_positive(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    positive: npt.NDArray[np.bool_] = np.isfinite(values) & (values > 0)
    return positive


def _paint(values: npt.NDArray[np.float32], legend: Legend) -> Picture:
    known = _is_positive(values)
    positions = legend.scale.positions(np.where(known, values, np.float32(1)))
    picture = apply_colors(positions, legend.colors)
    picture[~known] = NO_VALUE
    return picture
