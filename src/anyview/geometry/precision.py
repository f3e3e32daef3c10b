# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The widest float that a device offers, for sums that must not lose digits."""

import torch
from jaxtyping import Shaped
from torch import Tensor


def widen(values: Shaped[Tensor, "*shape"]) -> Shaped[Tensor, "*shape"]:
    """Numbers or booleans as float64, or as float32 where the device has no float64 (MPS)."""
    return values.to(torch.float32 if values.device.type == "mps" else torch.float64)
