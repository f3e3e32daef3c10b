# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth and confidence as colours: one scale for all views, so that their colours compare."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from anyview.core.errors import InputError
from anyview.export.colormap import apply_colors
from anyview.export.legend import NO_VALUE, SKY, Legend
from anyview.export.options import ExportOptions
from anyview.export.valid_depth import depth_or_nan
from anyview.export.value_scale import FloatArray, scale_for
from anyview.structures.prediction import Prediction
from anyview.structures.sky import sky_mask

Picture = npt.NDArray[np.uint8]
"""RGB [H, W, 3]."""


@dataclass(frozen=True)
class Painting:
    """One quantity of all views and its colours.

    Attributes:
        values: [V, H, W], positive; NaN where there is none.
        sky: [V, H, W], true where the colour of sky goes over that of the value; or None.
        legend: What the colours mean.
    """

    values: FloatArray
    sky: npt.NDArray[np.bool_] | None
    legend: Legend

    def picture(self, view: int) -> Picture:
        """One view in colours."""
        values = self.values[view]
        unknown = np.isnan(values)
        positions = self.legend.scale.positions(np.where(unknown, np.float32(1), values))
        picture = apply_colors(positions, self.legend.colors)
        if self.sky is not None:
            picture[self.sky[view]] = SKY
        picture[unknown] = NO_VALUE
        return picture


def photo(prediction: Prediction, view: int) -> Picture:
    """The processed image of a view."""
    return np.ascontiguousarray(prediction.images[view].permute(1, 2, 0).numpy())


def depth_painting(prediction: Prediction, options: ExportOptions) -> Painting:
    """Depth: near is bright and warm, far is dark and blue.

    The scale spans the middle 96 percent of valid depth that is not sky, over all views.
    """
    depth = depth_or_nan(prediction).numpy()
    known, sky = ~np.isnan(depth), None
    shown, swatches = known, []
    if prediction.sky is not None:
        sky = sky_mask(prediction.sky).numpy()
        shown = known & ~sky
        if (known & sky).any():
            swatches.append((SKY, "sky"))
    if not known.all():
        swatches.append((NO_VALUE, "no depth"))
    scale = scale_for(depth[shown], options.depth_scale, small_is_high=True)
    return Painting(
        depth, sky, Legend(f"depth ({prediction.unit})", scale, "depth", tuple(swatches))
    )


def conf_painting(prediction: Prediction) -> Painting:
    """Confidence, in equal ratios over the middle 96 percent of all views.

    Raises:
        InputError: If the prediction has no confidence.
    """
    if prediction.conf is None:
        raise InputError(
            "This prediction has no confidence (monocular and metric models predict none), so "
            "there is no picture of it; leave conf-color out."
        )
    known = torch.isfinite(prediction.conf) & (prediction.conf > 0)
    if prediction.valid is not None:
        known &= prediction.valid
    conf = torch.where(known, prediction.conf, torch.nan).numpy()
    swatches = () if bool(known.all()) else ((NO_VALUE, "no value"),)
    scale = scale_for(conf[known.numpy()], "log", small_is_high=False, floor=1.0)
    return Painting(conf, None, Legend("confidence", scale, "confidence", swatches))
