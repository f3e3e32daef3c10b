# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Gradients that leave alone what a loss does not measure: the scale and shift of depth.

A loss that fits scale and shift first, and lets no gradient through the fit, does not depend on
them, but its gradient does: terms of gradients and normals of depth that is still wrong are
smaller for flatter depth, so they pull the prediction flat, and the next fit stretches it again.
Nothing stops that race. In 60 steps of a nano network depth shrank by a factor of a million, until
losses of small regions were a thousand times too large. Taking the two directions out of the
gradient is what differentiating through a least-squares fit would do.
"""

from typing import Any, cast

import torch
from jaxtyping import Bool, Float
from torch import Tensor


class _Project(torch.autograd.Function):
    """Identity whose gradient has no component along depth and along one, image by image."""

    @staticmethod
    def forward(ctx: Any, depth: Tensor, valid: Tensor) -> Tensor:
        ctx.save_for_backward(depth, valid)
        return depth.view_as(depth)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        depth, valid = ctx.saved_tensors
        return without_scale_and_shift(gradient, depth, valid), None


def fixed_scale_and_shift(
    depth: Float[Tensor, "N H W"], valid: Bool[Tensor, "N H W"]
) -> Float[Tensor, "N H W"]:
    """The same depth; to first order, losses of it change neither its scale nor its shift.

    Args:
        depth: Predicted.
        valid: Pixels that losses look at.
    """
    return cast(Tensor, _Project.apply(depth, valid))  # type: ignore[no-untyped-call]


def without_scale_and_shift(
    gradient: Float[Tensor, "N H W"], depth: Float[Tensor, "N H W"], valid: Bool[Tensor, "N H W"]
) -> Float[Tensor, "N H W"]:
    """The gradient less its projections on ``1`` and ``depth`` over the valid pixels.

    Args:
        gradient: By depth; 0 where not valid.
        depth: Predicted.
        valid: Pixels that losses look at.
    """
    mask = valid.to(gradient.dtype)
    count = mask.sum(dim=(1, 2), keepdim=True).clamp_min(1)

    def mean(values: Tensor) -> Tensor:
        return (values * mask).sum(dim=(1, 2), keepdim=True) / count

    varying = (depth.to(gradient.dtype) - mean(depth)) * mask  # at right angles to 1
    power = mean(varying.square())
    share = mean(gradient * varying) / torch.where(power > 0, power, 1)
    return gradient - mask * mean(gradient) - share * varying
