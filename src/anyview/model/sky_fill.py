# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth of sky: pixels that the sky branch marks get a far value instead of a guess."""

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.model.exact_quantile import exact_quantile
from anyview.structures.sky import sky_mask

MIN_PIXELS = 10
"""Both kinds of pixels must outnumber this for a fill to mean anything."""

FAR_QUANTILE = 0.99
"""Sky gets this quantile of the depth that is not sky."""


def fill_sky(
    depth: Float[Tensor, "B V H W"], sky: Float[Tensor, "B V H W"]
) -> Float[Tensor, "B V H W"]:
    """Put sky at the far end of each scene's depth.

    Every scene for itself (the reference pools the whole batch, so that a scene's depth would
    depend on its neighbours); a scene without enough sky, or with hardly anything else, is left
    as it is.

    Args:
        depth: z-depth.
        sky: Sky score, >= 0.
    """
    filled = []
    for scene_depth, scene_sky in zip(depth, sky, strict=True):
        is_sky = sky_mask(scene_sky)
        sky_pixels = int(is_sky.sum())
        if min(sky_pixels, is_sky.numel() - sky_pixels) <= MIN_PIXELS:
            filled.append(scene_depth)
            continue
        far = exact_quantile(scene_depth[~is_sky], FAR_QUANTILE)
        filled.append(torch.where(is_sky, far, scene_depth))
    return torch.stack(filled)
