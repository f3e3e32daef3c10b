# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Distances between large clouds: by a tree of points where there are many."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.optional import require
from anyview.metrics.points import nearest_distances

BRUTE_FORCE = 25_000_000
"""Up to so many pairs all distances are taken, which needs no further package."""


def distances_to_nearest(
    source: Float[Tensor, "N 3"], target: Float[Tensor, "M 3"]
) -> Float[Tensor, " N"]:
    """Distance of every source point to the nearest target point.

    Args:
        source: Any number.
        target: At least one.

    Raises:
        InputError: If there is no target point.
        MissingDependencyError: If there are many points and scipy is not installed.
    """
    if len(source) * len(target) <= BRUTE_FORCE:
        return nearest_distances(source, target)
    spatial: Any = require(
        "scipy.spatial", extra="eval", purpose="measure distances between large point clouds"
    )
    tree = spatial.cKDTree(target.double().numpy())
    distances, _ = tree.query(source.double().numpy())
    return torch.from_numpy(distances)
