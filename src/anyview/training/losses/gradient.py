# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Steps of depth from pixel to pixel, at several strides (DA3, section 3.3: L_grad)."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.training.losses.closed_form import with_gradient
from anyview.training.losses.depth import depth_difference, through_log_


def gradient_loss(
    depth: Float[Tensor, "*batch H W"],
    truth: Float[Tensor, "*batch H W"],
    valid: Bool[Tensor, "*batch H W"],
    *,
    scales: int = 4,
    log_depth: bool = False,
) -> Float[Tensor, ""]:
    """Mean absolute difference of horizontal and of vertical steps, summed over both and scales.

    Scale k looks at every 2^k-th pixel of every 2^k-th row (as in MiDaS). A step counts if both of
    its pixels are valid; each scale and direction has its own mean, so sparse truth is fine, and
    one without steps adds nothing.

    Args:
        depth: Predicted z-depth.
        truth: z-depth in the same unit; any finite number where not valid.
        valid: Where the truth is known.
        scales: How many strides, 1 or more: 1, 2, 4, 8 for 4.
        log_depth: Compare steps of log depth, which do not depend on the scale.
    """
    with torch.no_grad():
        # The step of the difference is the difference of the steps: one map instead of two.
        difference = depth_difference(depth, truth, log_depth=log_depth)
        known = valid.to(truth.dtype)
        slope = torch.zeros_like(difference)
        value = difference.new_zeros(())
        for scale in range(scales):
            grid = (..., slice(None, None, 2**scale), slice(None, None, 2**scale))
            part = torch.zeros_like(difference[grid]) if scale else slope
            value = value + _add_steps_(part, difference[grid].contiguous(), known[grid])
            if scale:
                slope[grid].add_(part)
        by_depth = through_log_(slope, depth, log_depth=log_depth)
    return with_gradient(value, (depth, by_depth))


def _add_steps_(slope: Tensor, values: Tensor, known: Tensor) -> Tensor:
    """Mean absolute step along both axes; its derivative is added to ``slope``."""
    total = values.new_zeros(())
    for axis in (-1, -2):
        size = values.shape[axis] - 1
        both = known.narrow(axis, 1, size) * known.narrow(axis, 0, size)
        steps = (values.narrow(axis, 1, size) - values.narrow(axis, 0, size)).mul_(both)
        share = 1 / both.sum().clamp_min(1)
        signs = steps.sign().mul_(share)
        total = total + steps.abs_().sum() * share
        slope.narrow(axis, 1, size).add_(signs)
        slope.narrow(axis, 0, size).sub_(signs)
    return total
