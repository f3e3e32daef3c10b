# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Points of a prediction with the views that agree on them, and their colours."""

import logging
from dataclasses import dataclass

import torch
from jaxtyping import UInt8
from torch import Tensor

from anyview.export.display_cameras import cameras_for_display
from anyview.export.options import ExportOptions
from anyview.export.points import kept_pixels
from anyview.geometry.tracks import TrackRules, Tracks, find_tracks
from anyview.structures.prediction import Prediction

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ColoredTracks:
    """Tracks in the prediction's world frame.

    Attributes:
        tracks: Pixels are those of the prediction's grid.
        colors: RGB of each point, 0 to 255: the mean over the pixels that see it.
    """

    tracks: Tracks
    colors: UInt8[Tensor, "N 3"]


def tracks_of_prediction(prediction: Prediction, options: ExportOptions) -> ColoredTracks:
    """A bounded number of points that at least two views agree on.

    Of the pixels that clouds are made of. Where nothing is seen twice (a single view, views from
    one place, no overlap) every point has one observation or few, and a log line says so.

    Args:
        prediction: With cameras.
        options: Filters of clouds, ``max_colmap_points``.

    Raises:
        InputError: If the filters leave no pixel.
    """
    depth = torch.where(kept_pixels(prediction, options), prediction.depth, torch.nan)
    cameras = cameras_for_display(prediction)
    scene = (depth, cameras.cam_from_world, cameras.intrinsics, prediction.conf)
    tracks = find_tracks(*scene, rules=TrackRules(max_tracks=options.max_colmap_points))
    if len(tracks) == 0:
        if len(prediction) > 1:
            _LOG.warning(
                "No two views agree on a point seen at an angle, so the points written are those "
                "of single views: good to start a splat with, not to adjust cameras by."
            )
        alone = TrackRules(max_tracks=options.max_colmap_points, min_length=1)
        tracks = find_tracks(*scene, rules=alone)
    return ColoredTracks(tracks, _colors(prediction, tracks))


def _colors(prediction: Prediction, tracks: Tracks) -> UInt8[Tensor, "N 3"]:
    height, width = prediction.depth.shape[1:]
    column = tracks.pixels[:, 0].long().clamp(0, width - 1)
    row = tracks.pixels[:, 1].long().clamp(0, height - 1)
    seen = prediction.images[tracks.view, :, row, column].double()
    sums = torch.zeros(len(tracks), 3, dtype=torch.float64).index_add_(0, tracks.track, seen)
    mean: Tensor = (sums / tracks.lengths[:, None]).round()
    return mean.to(torch.uint8)
