# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which depth of a prediction is worth writing."""

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.structures.prediction import Prediction


def depth_or_nan(prediction: Prediction) -> Float[Tensor, "V H W"]:
    """Depth where it is positive, finite and not in the padding of a view; NaN elsewhere."""
    depth = prediction.depth
    known = torch.isfinite(depth) & (depth > 0)
    if prediction.valid is not None:
        known &= prediction.valid
    return torch.where(known, depth, torch.nan)
