# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Ray maps against the rays of known cameras (DA3, section 3.3: L_M)."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.training.losses.closed_form import (
    confidence_value,
    mean_weights,
    vector_length_,
    weighted_sum,
    with_gradient,
)
from anyview.training.losses.reduction import Norm


def ray_loss(
    ray_map: Float[Tensor, "B V Hr Wr 6"],
    truth: Float[Tensor, "B V Hr Wr 6"],
    views: Bool[Tensor, "B V"] | None = None,
    *,
    conf: Float[Tensor, "B V Hr Wr"] | None = None,
    log_weight: int | float = 0.2,
    norm: Norm = "l1",
    detached: bool = False,
) -> Float[Tensor, ""]:
    """Mean over all rays of the length of predicted less true (origin, direction), 6 numbers.

    Args:
        ray_map: Predicted rays, origin first.
        truth: ``NormalizedTruth.ray_map(Hr, Wr)``; finite.
        views: Views whose camera is known; None takes all.
        conf: Confidence of the rays, >= 1, or None to leave it out.
        log_weight: lambda of the confidence.
        norm: Length of a difference.
        detached: See ``confidence_value``.
    """
    with torch.no_grad():
        error, slope = vector_length_(ray_map.to(truth.dtype) - truth, norm)
        if views is None:
            views = torch.ones(error.shape[:2], dtype=torch.bool, device=error.device)
        weight = mean_weights(views, truth.dtype) / (error.shape[2] * error.shape[3])
        weight = weight[..., None, None].expand_as(error).contiguous()
        if conf is None:
            value = weighted_sum(weight, error)
            return_slope = slope.mul_(weight[..., None])
        else:
            value, by_error, by_conf = confidence_value(
                error, conf.to(truth.dtype), weight, log_weight=log_weight, detached=detached
            )
            return_slope = slope.mul_(by_error[..., None])
    if conf is None:
        return with_gradient(value, (ray_map, return_slope))
    return with_gradient(value, (ray_map, return_slope), (conf, by_conf))
