# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A monocular network as its losses look at it: depth before the sky is filled, live sky scores.

The network's own forward pass puts pixels that it takes for sky at a far depth, and their score
ends in a ReLU. Both are right in use and wrong in training: a pixel that is taken for sky by
mistake would not learn its depth, and a score that died would stay dead.
"""

from dataclasses import dataclass
from typing import cast

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from anyview.model.config import PATCH
from anyview.model.heads import MonocularHead
from anyview.model.network import Network

LEAK = 0.1
"""Slope of the sky score below zero; above it the score is the network's own."""


@dataclass(frozen=True)
class MonocularPass:
    """What losses of N images look at.

    Attributes:
        depth: Depth > 0 as predicted, in the sky too.
        sky: Sky score; where positive, the network's own.
        tokens: Normalised patch tokens of the last block.
    """

    depth: Float[Tensor, "N H W"]
    sky: Float[Tensor, "N H W"]
    tokens: Float[Tensor, "N h w D"]


def look_at(network: Network, images: Float[Tensor, "N 3 H W"]) -> MonocularPass:
    """Run a monocular network on single images.

    Args:
        network: Monocular.
        images: ImageNet-normalised, sides multiples of 14.
    """
    head = cast(MonocularHead, network.head)
    last = network.config.backbone.depth - 1
    features = network.backbone(images[:, None], reference_view="first", feature_layers=(last,))
    taken = [tuple(stream[:, 0].float() for stream in streams) for streams in features.taken]
    stem = None if features.stem is None else features.stem[:, 0].float()
    caught: list[Tensor] = []
    hook = head.sky_out.register_forward_hook(lambda _module, _inputs, out: caught.append(out))
    try:
        dense = head(taken, (images.shape[-2], images.shape[-1]), stem)
    finally:
        hook.remove()
    assert dense.depth is not None, "heads give what they are not told to leave out"
    (logits,) = caught
    grid = (images.shape[-2] // PATCH, images.shape[-1] // PATCH)
    return MonocularPass(
        depth=dense.depth,
        sky=F.leaky_relu(logits[..., 0].float(), LEAK),
        tokens=features.features[last][:, 0].unflatten(1, grid),
    )
