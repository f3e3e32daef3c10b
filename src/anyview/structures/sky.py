# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where an image shows sky: one threshold for everything that asks."""

from jaxtyping import Bool, Float
from torch import Tensor

SKY_THRESHOLD = 0.3
"""Sky scores from here on are sky; published weights were trained with this number."""


def sky_mask(sky: Float[Tensor, "*grid"]) -> Bool[Tensor, "*grid"]:
    """True where the sky score says sky.

    Args:
        sky: Score as the head gives it, >= 0, unbounded. NaN is not sky.
    """
    return sky >= SKY_THRESHOLD
