# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Quantiles of any number of values, without a random subsample.

``torch.quantile`` refuses more than 16 million values, about 80 views at 504 x 378. The published
code draws a random 100 000 instead, so that two calls differ; selection is exact and cheap.
"""

import math

from jaxtyping import Float
from torch import Tensor


def _order_statistics(
    values: Float[Tensor, " N"], ranks: tuple[int, int]
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    if values.device.type == "cpu":
        low, high = (values.kthvalue(rank + 1).values for rank in ranks)
        return low, high
    # On accelerators a sort is as fast, deterministic, and exists on every back-end.
    ordered = values.sort().values
    return ordered[ranks[0]], ordered[ranks[1]]


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
    low, high = _order_statistics(values, (below, min(below + 1, count - 1)))
    return low.lerp(high, position - below)
