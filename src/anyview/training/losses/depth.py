# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth against depth: weighted by confidence, in logarithms, or up to scale.

Truth may be any finite number where it is not valid. Predictions are taken to its number type.
"""

from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.training.losses.closed_form import (
    confidence_value,
    mean_weights,
    scalar_length_,
    weighted_sum,
    with_gradient,
)
from anyview.training.losses.reduction import Norm

Centre = Literal["median", "mean"]


def confidence_depth_loss(
    depth: Float[Tensor, "*batch H W"],
    conf: Float[Tensor, "*batch H W"],
    truth: Float[Tensor, "*batch H W"],
    valid: Bool[Tensor, "*batch H W"],
    *,
    log_weight: int | float = 0.2,
    norm: Norm = "l1",
    log_depth: bool = False,
    detached: bool = False,
) -> Float[Tensor, ""]:
    """L_D: mean over valid pixels of ``conf * |D^ - D| - lambda * log(conf)`` (DA3, section 3.3).

    Args:
        depth: Predicted z-depth > 0.
        conf: Predicted confidence, >= 1.
        truth: Normalised z-depth.
        valid: Where the truth is known.
        log_weight: lambda.
        norm: Length of the difference.
        log_depth: Compare logarithms of depth.
        detached: See ``confidence_value``.
    """
    with torch.no_grad():
        weight = mean_weights(valid, truth.dtype)
        error, slope = scalar_length_(depth_difference(depth, truth, log_depth=log_depth), norm)
        value, by_error, by_conf = confidence_value(
            error, conf.to(truth.dtype), weight, log_weight=log_weight, detached=detached
        )
        by_depth = through_log_(slope.mul_(by_error), depth, log_depth=log_depth)
    return with_gradient(value, (depth, by_depth), (conf, by_conf))


def log_depth_loss(
    depth: Float[Tensor, "*batch H W"],
    truth: Float[Tensor, "*batch H W"],
    valid: Bool[Tensor, "*batch H W"],
    *,
    norm: Norm = "l1",
) -> Float[Tensor, ""]:
    """Mean of ``|log D^ - log D|``: the scale counts, and near and far count alike.

    Args:
        depth: Predicted z-depth > 0.
        truth: z-depth in the unit that is to be predicted.
        valid: Where the truth is known.
        norm: Length of the difference.
    """
    with torch.no_grad():
        weight = mean_weights(valid, truth.dtype)
        error, slope = scalar_length_(depth_difference(depth, truth, log_depth=True), norm)
        value = weighted_sum(weight, error)
        by_depth = through_log_(slope.mul_(weight), depth, log_depth=True)
    return with_gradient(value, (depth, by_depth))


def scale_invariant_depth_loss(
    depth: Float[Tensor, "*batch H W"],
    truth: Float[Tensor, "*batch H W"],
    valid: Bool[Tensor, "*batch H W"],
    *,
    centre: Centre = "median",
    norm: Norm = "l1",
) -> Float[Tensor, ""]:
    """The log difference of each image without its median or mean: the scale does not count.

    Args:
        depth: Predicted z-depth > 0.
        truth: z-depth in any unit, which may differ between images.
        valid: Where the truth is known.
        centre: What is taken off: the median makes the sum of absolute values smallest, the mean
            that of squares (Eigen et al. 2014). Of an even number it is the lower median.
        norm: Length of what is left.
    """
    with torch.no_grad():
        weight = mean_weights(valid, truth.dtype).flatten(-2)
        difference = depth_difference(depth, truth, log_depth=True).flatten(-2)
        share = _shares_of_centre(difference, valid.flatten(-2), weight, centre)
        offset = (share * difference).sum(dim=-1, keepdim=True)
        error, slope = scalar_length_(difference.sub_(offset), norm)
        value = weighted_sum(weight, error)
        slope = slope.mul_(weight)
        slope = slope.sub_(share.mul_(slope.sum(dim=-1, keepdim=True))).view_as(depth)
        by_depth = through_log_(slope, depth, log_depth=True)
    return with_gradient(value, (depth, by_depth))


def depth_difference(
    depth: Float[Tensor, "*shape"], truth: Float[Tensor, "*shape"], *, log_depth: bool
) -> Float[Tensor, "*shape"]:
    """Prediction less truth, of depth or of its logarithm; finite, in memory of its own.

    Args:
        depth: Predicted.
        truth: Known, or any finite number.
        log_depth: Take logarithms; what is not positive counts as the smallest positive number.
    """
    depth = depth.to(truth.dtype)
    if not log_depth:
        return depth - truth
    tiny = torch.finfo(truth.dtype).tiny
    return depth.clamp_min(tiny).log_().sub_(truth.clamp_min(tiny).log_())


def through_log_(
    slope: Float[Tensor, "*shape"], depth: Float[Tensor, "*shape"], *, log_depth: bool
) -> Float[Tensor, "*shape"]:
    """Derivative by depth of what has derivative ``slope`` by log depth, in place.

    Args:
        slope: Derivative of the loss by ``depth_difference``.
        depth: Predicted.
        log_depth: As in ``depth_difference``; False changes nothing.
    """
    if not log_depth:
        return slope
    return slope.div_(depth.to(slope.dtype).clamp_min(torch.finfo(slope.dtype).tiny))


def _shares_of_centre(difference: Tensor, known: Tensor, weight: Tensor, centre: Centre) -> Tensor:
    """What each known pixel has in the centre of its image; they add up to 1, or to 0 if none."""
    if centre == "mean":
        return weight / weight.sum(dim=-1, keepdim=True).clamp_min(torch.finfo(weight.dtype).tiny)
    median = torch.where(known, difference, torch.nan).nanmedian(dim=-1, keepdim=True)
    share = torch.zeros_like(difference).scatter_(-1, median.indices, 1)
    return share.mul_(known)
