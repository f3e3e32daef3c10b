# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Ray maps against the rays of known cameras (DA3, section 3.3: L_M)."""

from jaxtyping import Bool, Float
from torch import Tensor

from anyview.training.losses.reduction import (
    Norm,
    masked_mean,
    vector_length,
    weigh_by_confidence,
)


def ray_loss(
    ray_map: Float[Tensor, "B V Hr Wr 6"],
    truth: Float[Tensor, "B V Hr Wr 6"],
    views: Bool[Tensor, "B V"] | None = None,
    *,
    conf: Float[Tensor, "B V Hr Wr"] | None = None,
    log_weight: float = 0.2,
    norm: Norm = "l1",
    detached: bool = False,
) -> Float[Tensor, ""]:
    """Mean over all rays of the length of (origin, direction) less the true ones.

    Origin and direction are measured apart and added, which only "l2" notices.

    Args:
        ray_map: Predicted rays, origin first.
        truth: ``NormalizedTruth.ray_map(Hr, Wr)``; finite.
        views: Views whose camera is known; None takes all.
        conf: Confidence of the rays, >= 1, or None to leave it out.
        log_weight: lambda of the confidence.
        norm: Length of a difference.
        detached: See ``weigh_by_confidence``.
    """
    difference = ray_map.to(truth.dtype) - truth
    error = (
        vector_length(difference, norm)
        if norm != "l2"
        else vector_length(difference.unflatten(-1, (2, 3)), norm).sum(dim=-1)
    )
    if conf is not None:
        error = weigh_by_confidence(
            error, conf.to(truth.dtype), log_weight=log_weight, detached=detached
        )
    mask = None if views is None else views[:, :, None, None].expand_as(error)
    return masked_mean(error, mask)
