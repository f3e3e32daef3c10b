# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The true surface of scenes that have no other: the points of all true depth maps."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.evaluation.benchmark.suites.listed_suite import SurfaceTruth
from anyview.evaluation.benchmark.surface_points import thinned
from anyview.evaluation.benchmark.task import Truth
from anyview.geometry.rays import points_from_depth

THINNING_SHARE = 0.01
"""Points nearer to each other than about this share of the median depth become one."""

FARTHEST = 4.0
"""Depth beyond so many times the median is left out, as protocols in units of it do."""

LEAST_DENSE_SHARE = 0.05
"""Depth at fewer pixels is of single points, which are no surface."""


def surface_of_depth(truth: Truth) -> SurfaceTruth:
    """Points of the views whose depth, pose and K are known; none if their depth is sparse.

    Args:
        truth: Of the views that were taken.
    """
    none = torch.zeros(0, 3)
    if truth.depth is None or truth.cam_from_world is None or truth.intrinsics is None:
        return SurfaceTruth(none)
    dense = [
        (depth, camera, K)
        for depth, camera, K in zip(
            truth.depth, truth.cam_from_world, truth.intrinsics, strict=True
        )
        if depth is not None
        and float(_known(depth).float().mean()) >= LEAST_DENSE_SHARE
        and bool(camera.isfinite().all())
        and bool(K.isfinite().all())
    ]
    if not dense:
        return SurfaceTruth(none)
    middle = float(torch.cat([depth[_known(depth)] for depth, _, _ in dense]).median())
    parts = []
    for depth, camera, K in dense:
        near = torch.where(depth <= FARTHEST * middle, depth, 0.0)
        points = points_from_depth(near.double(), camera, K).flatten(0, 1)
        parts.append(points[points.isfinite().all(-1)])
    return SurfaceTruth(thinned(torch.cat(parts), THINNING_SHARE * middle).float())


def _known(depth: Float[Tensor, "H W"]) -> Bool[Tensor, "H W"]:
    return depth.isfinite() & (depth > 0)
