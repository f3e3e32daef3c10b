# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Parts that fits share: failure codes, seeded draws, medians under a mask, bounded losses."""

import math

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from anyview.core.errors import OptionError


def mark_failure(
    failure: Int[Tensor, "*batch"], bad: Bool[Tensor, "*batch"], code: int
) -> Int[Tensor, "*batch"]:
    """Set the code where ``bad`` and nothing failed before (0): the first cause is the one told."""
    return torch.where((failure == 0) & bad, int(code), failure)


def nonzero(values: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """The values with 1 in the place of 0, to divide by where the quotient is not used."""
    return torch.where(values == 0, 1.0, values)


def flatten_batch(values: Float[Tensor, "..."], item_axes: int) -> Float[Tensor, "..."]:
    """All axes but the last ``item_axes`` as one, also where an item is empty (reshape refuses)."""
    split = values.dim() - item_axes
    return values.reshape(math.prod(values.shape[:split]), *values.shape[split:])


def seeded_generator(device: torch.device, seed: int = 0) -> torch.Generator:
    """A fresh generator, so that a caller who passes none gets the same result each time."""
    return torch.Generator(device=device).manual_seed(seed)


def draw_samples(
    weights: Float[Tensor, " N"], num_draws: int, size: int, generator: torch.Generator
) -> Int[Tensor, "D size"]:
    """Indices of ``num_draws`` samples of ``size`` items, drawn in proportion to ``weights``.

    Items are drawn with replacement, so a sample can hold one twice: the caller's own test for
    degenerate samples discards it.

    Args:
        weights: Not negative, with a positive sum; at most 2^24 of them (a limit of torch).
        num_draws: Number of samples.
        size: Items in a sample.
        generator: Source of randomness; the draws are made on its device.
    """
    drawn = torch.multinomial(
        weights.to(generator.device), num_draws * size, replacement=True, generator=generator
    )
    return drawn.reshape(num_draws, size).to(weights.device)


def pick_subset(num_items: int, limit: int, generator: torch.Generator) -> Int[Tensor, " n"] | None:
    """Indices of ``limit`` items drawn without replacement, or None if all fit."""
    if num_items <= limit:
        return None
    return torch.randperm(num_items, generator=generator, device=generator.device)[:limit]


def masked_median(
    values: Float[Tensor, "*batch N"], mask: Bool[Tensor, "*batch N"]
) -> Float[Tensor, "*batch"]:
    """Median over the last axis of the entries under the mask; NaN where there are none.

    Of an even number the mean of the two middle ones is taken (torch.median takes the lower).
    """
    if values.shape[-1] == 0:
        return values.new_full(values.shape[:-1], torch.nan)
    ordered = torch.where(mask, values, torch.inf).sort(dim=-1).values
    count = mask.sum(dim=-1, keepdim=True)
    low = ordered.gather(-1, ((count - 1) // 2).clamp(min=0))
    high = ordered.gather(-1, (count // 2).clamp(max=values.shape[-1] - 1))
    return torch.where(count > 0, (low + high) / 2, torch.nan).squeeze(-1)


def bisquare_weights(
    residuals: Float[Tensor, "*batch N"], cutoff: Float[Tensor, "*#batch"]
) -> Float[Tensor, "*batch N"]:
    """Tukey's weights (1 - (r / cutoff)^2)^2, zero from the cutoff on; the cutoff is positive."""
    return (1 - (residuals / cutoff[..., None]).square()).clamp(min=0).square()


def truncated_loss(
    residuals: Float[Tensor, "*batch N"],
    weights: Float[Tensor, " N"],
    threshold: Float[Tensor, ""],
) -> Float[Tensor, "*batch"]:
    """Weighted mean of min(r^2, threshold^2), the score of a hypothesis (MSAC)."""
    bounded = residuals.square().clamp(max=threshold.square())
    return (bounded * weights).sum(-1) / weights.sum()


def check_threshold(threshold: float | None) -> None:
    """Refuse a threshold that is not a positive number.

    Raises:
        OptionError: If it is zero, negative, NaN or infinite.
    """
    if threshold is not None and not 0 < threshold < float("inf"):
        raise OptionError(
            f"threshold is {threshold}; give a positive finite number in the unit of the target, "
            "or None to derive it from the residuals."
        )
