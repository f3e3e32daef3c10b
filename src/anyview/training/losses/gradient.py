# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Steps of depth from pixel to pixel, at several strides (DA3, section 3.3: L_grad)."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


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
        truth: z-depth in the same unit; may hold anything where not valid.
        valid: Where the truth is known.
        scales: How many strides, 1 or more: 1, 2, 4, 8 for 4.
        log_depth: Compare steps of log depth, which do not depend on the scale.
    """
    depth = depth.to(truth.dtype)
    if log_depth:
        depth, truth = depth.log(), torch.where(valid, truth, 1).log()
    # The step of the difference is the difference of the steps: one map instead of two.
    difference = torch.where(valid, depth - truth, 0)
    total = difference.new_zeros(())
    for scale in range(scales):
        stride = 2**scale
        values, known = difference[..., ::stride, ::stride], valid[..., ::stride, ::stride]
        for axis in (-1, -2):
            both = _ahead(known, axis) & _behind(known, axis)
            steps = (_ahead(values, axis) - _behind(values, axis)).abs()
            total = total + (steps * both).sum() / both.count_nonzero().clamp_min(1)
    return total


def _ahead(values: Tensor, axis: int) -> Tensor:
    return values.narrow(axis, 1, values.shape[axis] - 1)


def _behind(values: Tensor, axis: int) -> Tensor:
    return values.narrow(axis, 0, values.shape[axis] - 1)
