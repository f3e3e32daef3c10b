# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Losses that bring their gradient along.

Losses over all pixels are a chain of cheap operations, and what they cost is memory traffic: each
recorded operation reads and writes every pixel once forward and at least once backward. Their
gradients are short formulas, written down next to the value here (and tested against finite
differences), which makes them three to six times faster than the recorded chain.
"""

from typing import Any, cast

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.training.losses.reduction import Norm


class _Known(torch.autograd.Function):
    """A number whose gradient is known."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, *tensors: Tensor) -> Tensor:
        half = len(tensors) // 2
        ctx.save_for_backward(*tensors[half:])
        return value.clone()

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, ...]:
        gradients = ctx.saved_tensors
        needed = ctx.needs_input_grad[1 : 1 + len(gradients)]
        scaled = (g * upstream if n else None for g, n in zip(gradients, needed, strict=True))
        return (None, *scaled, *(None for _ in gradients))


def with_gradient(
    value: Float[Tensor, ""], *known: tuple[Float[Tensor, "..."], Float[Tensor, "..."]]
) -> Float[Tensor, ""]:
    """A loss whose derivative is given; it can be differentiated once.

    Args:
        value: The loss, computed without recording.
        known: Tensors that it depends on, each with the derivative by it, of the same shape.
    """
    tensors, gradients = zip(*known, strict=True)
    cast_gradients = (g.to(t.dtype) for t, g in zip(tensors, gradients, strict=True))
    return cast(Tensor, _Known.apply(value, *tensors, *cast_gradients))  # type: ignore[no-untyped-call]


def scalar_length_(
    difference: Float[Tensor, "*shape"], norm: Norm
) -> tuple[Float[Tensor, "*shape"], Float[Tensor, "*shape"]]:
    """Length of single numbers and its derivative; overwrites the difference."""
    if norm == "squared":
        return difference.square(), difference.mul_(2)
    slope = difference.sign()
    return difference.abs_(), slope


def vector_length_(
    difference: Float[Tensor, "*shape C"], norm: Norm
) -> tuple[Float[Tensor, "*shape"], Float[Tensor, "*shape C"]]:
    """Length of vectors and its derivative (0 at 0); overwrites the difference."""
    # A product with ones: sums over a short last axis are several times slower.
    ones = difference.new_ones(difference.shape[-1])
    if norm == "l1":
        slope = difference.sign()
        return difference.abs_() @ ones, slope
    squared = difference.square() @ ones
    if norm == "squared":
        return squared, difference.mul_(2)
    length = squared.sqrt_()
    tiny = torch.finfo(length.dtype).tiny
    return length, difference.div_(length.clamp_min(tiny)[..., None])


def confidence_value(
    error: Float[Tensor, "*shape"],
    conf: Float[Tensor, "*shape"],
    weight: Float[Tensor, "*shape"],
    *,
    log_weight: int | float,
    detached: bool,
) -> tuple[Float[Tensor, ""], Float[Tensor, "*shape"], Float[Tensor, "*shape"]]:
    """``weight * (conf * error - log_weight * log(conf))``, summed (DA3, section 3.3).

    It is smallest at ``conf = max(1, log_weight / error)``.

    Args:
        error: Length of the difference, not negative.
        conf: Confidence, >= 1.
        weight: Of each element in the sum.
        log_weight: lambda; not published, others use 0.2.
        detached: Learn the confidence of an error that it cannot influence, and the prediction
            from the plain error, which is added: ``error + conf * error' - log_weight *
            log(conf)``, where error' carries no gradient. Networks that start badly learn faster
            so.

    Returns:
        The value, and its derivatives by error and by confidence.
    """
    by_error = conf * weight
    value = _dot(by_error, error) - log_weight * _dot(weight, conf.log())
    by_conf = torch.addcdiv(error, conf.new_ones(()), conf, value=-log_weight).mul_(weight)
    if detached:
        return value + _dot(weight, error), weight, by_conf
    return value, by_error, by_conf


def mean_weights(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """1 / n where the mask is True, else 0; all 0 for an empty mask."""
    weights = mask.to(dtype)
    return weights.mul_(1 / weights.sum().clamp_min(1))


def weighted_sum(weights: Float[Tensor, "*shape"], values: Float[Tensor, "*shape"]) -> Tensor:
    """Sum of products, in one pass and without a product in memory."""
    return _dot(weights, values)


def _dot(a: Tensor, b: Tensor) -> Tensor:
    return torch.dot(a.flatten(), b.flatten())
