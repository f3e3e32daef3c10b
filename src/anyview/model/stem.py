# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A convolutional stem: patches are cut from feature maps instead of pixels.

No published model has it. A small network trained from nothing learns from fewer images with it,
and the half-resolution maps give its depth head the edges that tokens of 14 pixels cannot carry.
"""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from anyview.model.config import PATCH


class ConvolutionalStem(nn.Module):
    """Two convolutions at half resolution, then patches of 7 x 7 cells (14 x 14 pixels).

    Args:
        channels: Of the half-resolution maps.
        width: Of a token.
    """

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, channels, 5, stride=2, padding=2)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.patches = nn.Conv2d(channels, width, PATCH // 2, PATCH // 2)

    def forward(
        self, images: Float[Tensor, "N 3 H W"]
    ) -> tuple[Float[Tensor, "N D h w"], Float[Tensor, "N C _h _w"]]:
        """Tokens of the patch grid, and the maps at half the image's size."""
        x = F.relu(self.first(images))
        maps = F.relu(x + self.second(x))
        return self.patches(maps), maps
