# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth of sky: pixels that the sky branch marks get a far value instead of a guess."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.model.exact_quantile import exact_quantile
from anyview.structures.sky import sky_mask

MIN_PIXELS = 10
"""Both kinds of pixels must outnumber this for a fill to mean anything."""

FAR_QUANTILE = 0.99
"""Sky gets this quantile of the depth that is not sky."""


def fill_sky(
    depth: Float[Tensor, "B V H W"],
    sky: Float[Tensor, "B V H W"],
    valid: Bool[Tensor, "B V H W"] | None = None,
) -> Float[Tensor, "B V H W"]:
    """Put sky at the far end of each scene's depth.

    Every scene for itself (the reference pools the whole batch, so that a scene's depth would
    depend on its neighbours); a scene without enough sky, or with hardly anything else, is left
    as it is.

    Args:
        depth: z-depth.
        sky: Sky score, >= 0.
        valid: False where a pixel has no say in what is far; it is filled like the others.
    """
    counts = torch.ones_like(sky, dtype=torch.bool) if valid is None else valid
    filled = []
    for scene_depth, scene_sky, counted in zip(depth, sky, counts, strict=True):
        is_sky = sky_mask(scene_sky)
        rest = ~is_sky & counted
        if min(int((is_sky & counted).sum()), int(rest.sum())) <= MIN_PIXELS:
            filled.append(scene_depth)
            continue
        far = exact_quantile(scene_depth[rest], FAR_QUANTILE)
        filled.append(torch.where(is_sky, far, scene_depth))
    return torch.stack(filled)
