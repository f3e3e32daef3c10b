# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Quantiles of any number of values, without a random subsample.

``torch.quantile`` refuses more than 16 million values, about 80 views at 504 x 378. The published
code draws a random 100 000 instead, so that two calls differ; selection is exact and cheap.
"""

import math

from jaxtyping import Float
from torch import Tensor

Pair = tuple[Float[Tensor, ""], Float[Tensor, ""]]
"""The values at two ranks, counted from 0."""


def _by_selection(values: Float[Tensor, " N"], low: int, high: int) -> Pair:
    return values.kthvalue(low + 1).values, values.kthvalue(high + 1).values


def _by_sorting(values: Float[Tensor, " N"], low: int, high: int) -> Pair:
    ordered = values.sort().values
    return ordered[low], ordered[high]


def exact_quantile(values: Float[Tensor, " N"], q: float) -> Float[Tensor, ""]:
    """The ``q`` quantile with linear interpolation, as ``torch.quantile`` defines it.

    Args:
        values: At least one value, finite.
        q: In [0, 1].

    Raises:
        ValueError: If there are no values or ``q`` is out of range.
    """
    count = values.numel()
    if count == 0:
        raise ValueError("A quantile of no values was asked for; give at least one.")
    if not 0.0 <= q <= 1.0:
        raise ValueError(f"q is {q}; it must be in [0, 1].")
    position = q * (count - 1)  # a Python float: exact above the 2**24 that float32 counts to
    below = math.floor(position)
    # On accelerators a sort is as fast, deterministic, and exists on every back-end.
    pick = _by_selection if values.device.type == "cpu" else _by_sorting
    low, high = pick(values, below, min(below + 1, count - 1))
    return low.lerp(high, position - below)
