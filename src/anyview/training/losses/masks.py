# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Sky and object masks (DA3, section 4.1: L_sky, L_obj)."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.training.losses.closed_form import mean_weights, weighted_sum, with_gradient


def mask_loss(
    score: Float[Tensor, "*batch H W"],
    mask: Bool[Tensor, "*batch H W"],
    known: Bool[Tensor, "*batch"] | None = None,
) -> Float[Tensor, ""]:
    """Mean squared difference of a predicted score and 1 where the mask is True, 0 elsewhere.

    Args:
        score: As the head gives it.
        mask: Where the thing is seen.
        known: Images whose mask means anything (``Batch.has_masks``); None takes all.
    """
    with torch.no_grad():
        wide = torch.promote_types(score.dtype, torch.float32)
        difference = score.to(wide) - mask.to(wide)
        if known is None:
            known = torch.ones(mask.shape[:-2], dtype=torch.bool, device=mask.device)
        weight = mean_weights(known[..., None, None].expand(mask.shape), wide)
        value = weighted_sum(weight, difference.square())
        slope = difference.mul_(weight).mul_(2)
    return with_gradient(value, (score, slope))
