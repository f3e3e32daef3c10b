# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""From a prediction to one coloured point cloud: what is left out, what is kept."""

import logging

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from anyview.core.errors import InputError
from anyview.export.display_cameras import GUESSED_FOV_DEG, cameras_for_display
from anyview.export.options import ExportOptions, PixelFilters
from anyview.export.valid_depth import depth_or_nan
from anyview.geometry.rays import points_from_depth
from anyview.geometry.surface import depth_edges
from anyview.structures.points import PointCloud
from anyview.structures.prediction import Prediction
from anyview.structures.sky import sky_mask

_LOG = logging.getLogger(__name__)


def cloud_from_prediction(prediction: Prediction, options: ExportOptions) -> PointCloud:
    """All views as one cloud in the world frame of the prediction.

    Pixels are left out, in this order, for depth that is not positive and finite or lies in
    padding, for sky, for the lowest confidence (a percentile over all views together, of the
    pixels that are left) and at depth edges. What remains is thinned at random to
    ``options.max_points``. Points are ordered by view, then row, then column.

    A single view without a camera is lifted through a guessed pinhole: ``cameras_for_display``.

    Args:
        prediction: Views in one frame.
        options: Filters, thinning and its seed.

    Raises:
        InputError: If several views have no cameras, or no pixel is left; the message counts
            what each filter took.
    """
    cameras = cameras_for_display(prediction)
    if cameras.guessed:
        _LOG.warning(
            "%s has no camera: its cloud is made with a guessed field of view of %g degrees.",
            prediction.names[0],
            GUESSED_FOV_DEG,
        )
    kept = kept_pixels(prediction, options).flatten(1)
    chosen = kept.flatten().nonzero()[:, 0]
    if len(chosen) > options.max_points:
        generator = torch.Generator().manual_seed(options.seed)
        chosen = chosen[sample_ranks(len(chosen), options.max_points, generator)]
    views, _, width = prediction.depth.shape
    counts = torch.bincount(chosen // kept.shape[1], minlength=views).tolist()
    points, colors, conf = [], [], []
    # View by view: the point maps of a long video never lie in memory all at once.
    for view, pixels in enumerate(chosen.split(counts)):
        rows = pixels % kept.shape[1]
        point_map = points_from_depth(
            prediction.depth[view], cameras.cam_from_world[view], cameras.intrinsics[view]
        )
        points.append(point_map[rows // width, rows % width])
        colors.append(prediction.images[view].flatten(1)[:, rows].T)
        if prediction.conf is not None:
            conf.append(prediction.conf[view].flatten()[rows])
    return PointCloud(
        points=torch.cat(points),
        colors=torch.cat(colors).contiguous(),
        conf=torch.cat(conf) if conf else None,
        view_index=chosen // kept.shape[1],
    )


def kept_pixels(prediction: Prediction, options: PixelFilters) -> Bool[Tensor, "V H W"]:
    """Pixels that become points: see ``cloud_from_prediction`` for what is left out.

    Args:
        prediction: Its cameras are not looked at.
        options: Filters.

    Raises:
        InputError: If no pixel is left; the message counts what each filter took.
    """
    depth = depth_or_nan(prediction)
    kept = ~torch.isnan(depth)
    left = [("valid depth", int(kept.count_nonzero()))]
    if options.drop_sky and prediction.sky is not None:
        kept &= ~sky_mask(prediction.sky)
        left.append(("not sky", int(kept.count_nonzero())))
    if options.conf_percentile > 0 and prediction.conf is not None:
        kept &= _is_confident(prediction.conf, kept, options.conf_percentile)
        left.append(
            (f"confidence above percentile {options.conf_percentile:g}", int(kept.count_nonzero()))
        )
    if options.edge_threshold > 0:
        for view in range(len(prediction)):
            kept[view] &= ~depth_edges(depth[view], options.edge_threshold)
        left.append((f"no depth edge above {options.edge_threshold:g}", int(kept.count_nonzero())))
    if left[-1][1] == 0:
        steps = "; ".join(f"{name}: {count}" for name, count in left)
        raise InputError(
            f"No pixel of {depth.numel()} is left for a point cloud (left after each filter: "
            f"{steps}). Loosen the filter that took the last ones: conf_percentile, drop_sky or "
            "edge_threshold."
        )
    return kept


def _is_confident(
    conf: Float[Tensor, "V H W"], among: Bool[Tensor, "V H W"], percentile: float
) -> Bool[Tensor, "V H W"]:
    """False for the lowest ``percentile`` percent of the pixels ``among``; ties stay in.

    Confidence that is not a number is lowest.
    """
    known = torch.nan_to_num(conf, nan=-torch.inf)
    values = known[among]
    if values.numel() == 0:
        return among
    dropped = int(percentile / 100 * values.numel())
    return known >= values.kthvalue(dropped + 1).values


def sample_ranks(total: int, count: int, generator: torch.Generator) -> Int[Tensor, " {count}"]:
    """``count`` different numbers below ``total``, each set equally likely, ascending.

    Args:
        total: Size of the population.
        count: Size of the sample, at most ``total``.
        generator: Source of the draw.
    """
    if total < 4 * count:
        return torch.randperm(total, generator=generator)[:count].sort().values
    # A small share of many: memory grows with the sample, not with the population.
    ranks = torch.empty(0, dtype=torch.int64)
    while len(ranks) < count:
        more = torch.randint(total, (count - len(ranks) + count // 4 + 1,), generator=generator)
        ranks = torch.cat([ranks, more]).unique()
    spare = torch.randperm(len(ranks), generator=generator)[:count]
    return ranks[spare].sort().values
