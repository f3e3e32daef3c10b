# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Gradients that neither the free scale of depth nor a single pixel can run away with.

A loss that fits scale and shift first, and lets no gradient through the fit, does not depend on
the scale, but its gradient does: terms of gradients and normals of depth that is still wrong are
smaller for flatter depth, so they pull the prediction flat, and the next fit stretches it again.
Nothing stops that race. And as depth is an exponential, a pixel that is a thousand times too far
has a thousand times the gradient, and so has a region that is nearly flat once it is stretched.

So the gradient by log depth is bounded for each pixel, and has no component along the scale: its
mean over an image is zero.
"""

from typing import Any, cast

import torch
from jaxtyping import Bool, Float
from torch import Tensor

MOST_WEIGHT = 10.0
"""Largest gradient by log depth of a pixel, in units of one over the number of valid pixels."""


class _Steady(torch.autograd.Function):
    """Identity whose gradient is ``steadied``."""

    @staticmethod
    def forward(ctx: Any, depth: Tensor, valid: Tensor) -> Tensor:
        ctx.save_for_backward(depth, valid)
        return depth.view_as(depth)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        depth, valid = ctx.saved_tensors
        return steadied(gradient, depth, valid), None


def steady(depth: Float[Tensor, "N H W"], valid: Bool[Tensor, "N H W"]) -> Float[Tensor, "N H W"]:
    """The same depth, for losses that are means over valid pixels and free of its scale.

    Args:
        depth: Predicted, > 0.
        valid: Pixels that losses look at.
    """
    return cast(Tensor, _Steady.apply(depth, valid))  # type: ignore[no-untyped-call]


def steadied(
    gradient: Float[Tensor, "N H W"], depth: Float[Tensor, "N H W"], valid: Bool[Tensor, "N H W"]
) -> Float[Tensor, "N H W"]:
    """A gradient by depth whose gradient by log depth is bounded and sums to zero in each image.

    Args:
        gradient: By depth, of a mean over the valid pixels; 0 elsewhere.
        depth: Predicted, > 0.
        valid: Pixels that the loss looks at.
    """
    mask = valid.to(gradient.dtype)
    limit = MOST_WEIGHT / mask.sum().clamp_min(1)
    by_log = (gradient * depth.to(gradient.dtype)).nan_to_num(0.0).clamp(-limit, limit) * mask
    count = mask.sum(dim=(1, 2), keepdim=True).clamp_min(1)
    by_log = by_log - mask * (by_log.sum(dim=(1, 2), keepdim=True) / count)
    return by_log / depth.clamp_min(torch.finfo(depth.dtype).tiny)
