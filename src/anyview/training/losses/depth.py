# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth against depth: weighted by confidence, in logarithms, or up to scale.

Truth may hold anything where it is not valid. Predictions are taken to the truth's number type.
"""

from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.training.losses.reduction import (
    Norm,
    masked_mean,
    scalar_length,
    weigh_by_confidence,
)

Centre = Literal["median", "mean"]


def confidence_depth_loss(
    depth: Float[Tensor, "*batch H W"],
    conf: Float[Tensor, "*batch H W"],
    truth: Float[Tensor, "*batch H W"],
    valid: Bool[Tensor, "*batch H W"],
    *,
    log_weight: float = 0.2,
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
        detached: See ``weigh_by_confidence``.
    """
    difference = _difference(depth, truth, valid, log_depth=log_depth)
    weighted = weigh_by_confidence(
        scalar_length(difference, norm),
        conf.to(truth.dtype),
        log_weight=log_weight,
        detached=detached,
    )
    return masked_mean(weighted, valid)


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
    difference = _difference(depth, truth, valid, log_depth=True)
    return masked_mean(scalar_length(difference, norm), valid)


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
    difference = _difference(depth, truth, valid, log_depth=True).flatten(-2)
    known = valid.flatten(-2)
    if centre == "median":
        offset = torch.where(known, difference, torch.nan).nanmedian(dim=-1, keepdim=True).values
        offset = torch.where(known.any(dim=-1, keepdim=True), offset, 0)
    else:
        count = known.count_nonzero(dim=-1)[..., None].clamp_min(1)
        offset = difference.sum(dim=-1, keepdim=True) / count
    return masked_mean(scalar_length(difference - offset, norm), known)


def _difference(depth: Tensor, truth: Tensor, valid: Tensor, *, log_depth: bool) -> Tensor:
    """Prediction less truth, exactly 0 without gradient where the truth is not known."""
    depth = depth.to(truth.dtype)
    if log_depth:
        depth, truth = depth.log(), torch.where(valid, truth, 1).log()
    return torch.where(valid, depth - truth, 0)
