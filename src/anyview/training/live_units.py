# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How many units of the camera decoder still answer to anything.

A ReLU layer that died gives every view the same camera, whatever else is learnt.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from anyview.model.camera import CameraDecoder


def live_share(features: Float[Tensor, "B V C"], decoder: CameraDecoder) -> Float[Tensor, ""]:
    """Share of the decoder's hidden units that any of the views switches on, of its worse layer."""
    alive = []
    for layer in decoder.hidden:
        features = F.relu(layer(features))
        alive.append((features.flatten(0, 1) > 0).any(dim=0).float().mean())
    return torch.stack(alive).min()


@contextmanager
def features_seen(decoder: CameraDecoder) -> Iterator[list[Tensor]]:
    """What the decoder is given in this block, without gradients, one tensor a pass."""
    seen: list[Tensor] = []

    def keep(_module: nn.Module, given: tuple[Tensor, ...]) -> None:
        seen.append(given[0].detach())

    handle = decoder.register_forward_pre_hook(keep)
    try:
        yield seen
    finally:
        handle.remove()
