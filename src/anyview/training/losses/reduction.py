# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""From differences to one number: how long a difference is, and the mean over a mask."""

from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor

Norm = Literal["l1", "l2", "squared"]
"""Length of a difference: sum of absolute components, Euclidean, or the Euclidean one squared.

For a single number the first two are the same.
"""


def masked_mean(
    values: Float[Tensor, "*shape"], mask: Bool[Tensor, "*shape"] | None = None
) -> Float[Tensor, ""]:
    """Mean over the elements of a mask, 0 (with gradient 0) where there are none.

    Args:
        values: May hold anything outside the mask, NaN included; gradients through what made a
            NaN are the caller's business.
        mask: None takes all.
    """
    if mask is None:
        return values.sum() / max(values.numel(), 1)
    return torch.where(mask, values, 0).sum() / mask.count_nonzero().clamp_min(1)


def vector_length(difference: Float[Tensor, "*shape C"], norm: Norm) -> Float[Tensor, "*shape"]:
    """Length of vectors; the gradient of the Euclidean one at zero is zero.

    Args:
        difference: Prediction less truth.
        norm: How it is measured.
    """
    if norm == "l1":
        return difference.abs().sum(dim=-1)
    squared = difference.square().sum(dim=-1)
    if norm == "squared":
        return squared
    zero = squared == 0
    return torch.where(zero, 0.0, torch.where(zero, 1.0, squared).sqrt())
