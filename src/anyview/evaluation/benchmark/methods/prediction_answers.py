# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A prediction of ours as an answer: depth on a grid over the whole of each original image."""

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.evaluation.benchmark.task import Answer
from anyview.geometry.depth_sampling import sample_depth
from anyview.geometry.projection import sample_map
from anyview.geometry.rays import pixel_grid
from anyview.geometry.se3 import to_homogeneous
from anyview.structures.original_size import at_original_size
from anyview.structures.prediction import Prediction
from anyview.structures.views import ViewSet

NOTES = ("scale_note", "pose_source", "cameras_shown_to_network")
"""What an answer says beside its numbers."""


def answer_of(prediction: Prediction, views: ViewSet) -> Answer:
    """Bring a prediction to the grids of an answer.

    Resized images keep the network's own grid. Crops and padding are undone: depth is 0 where a
    crop cut it off. Views of a lens are at the size, and with the distortion, of their image.

    Args:
        prediction: Of ``views``.
        views: What was given.
    """
    maps = [_maps(prediction, views, view) for view in range(len(views))]
    conf = tuple(own for _, own in maps)
    cameras, K = prediction.extrinsics, prediction.original_intrinsics
    notes = {"scale_note": prediction.scale_note} | {
        name: prediction.provenance[name] for name in NOTES if name in prediction.provenance
    }
    return Answer(
        depth=tuple(depth for depth, _ in maps),
        conf=conf if prediction.conf is not None else None,
        cam_from_world=None if cameras is None else to_homogeneous(cameras).double(),
        intrinsics=None if K is None else K.double(),
        unit_is_metre=prediction.is_metric,
        notes=notes,
    )


def _maps(
    prediction: Prediction, views: ViewSet, view: int
) -> tuple[Float[Tensor, "h w"], Float[Tensor, "h w"] | None]:
    """Depth, 0 where there is none, and confidence of one view."""
    if prediction.lenses is not None and prediction.lenses[view] is not None:
        original = at_original_size(prediction, view)
        return original.depth.nan_to_num(0), _confidence(original.conf)
    height, width = views.views[view].height, views.views[view].width
    depth = prediction.depth[view]
    if prediction.valid is not None:
        depth = torch.where(prediction.valid[view], depth, torch.nan)
    affine = prediction.processed_from_original
    assert affine is not None, "our own predictions know where their pixels come from"
    to_processed = affine[view].double()
    rows = max(1, round(height * float(to_processed[1, 1])))
    columns = max(1, round(width * float(to_processed[0, 0])))
    conf = None if prediction.conf is None else prediction.conf[view]
    is_whole = not bool(to_processed[:2, 2].any()) and (rows, columns) == tuple(depth.shape)
    if is_whole:
        return depth.nan_to_num(0), conf
    grid = pixel_grid(rows, columns, dtype=torch.float64)
    pixels = grid * grid.new_tensor([width / columns, height / rows])
    pixels = (pixels @ to_processed[:2, :2].mT + to_processed[:2, 2]).float()
    sampled = sample_depth(depth, pixels).nan_to_num(0)
    return sampled, None if conf is None else _confidence(sample_map(conf[None], pixels)[0])


def _confidence(conf: Float[Tensor, "h w"] | None) -> Float[Tensor, "h w"] | None:
    """Confidence, 0 (less than any) where a crop cut it off."""
    return None if conf is None else conf.nan_to_num(0)
