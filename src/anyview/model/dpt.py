# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The dense-prediction pyramid that all heads share: re-assemble four layers, fuse coarse to fine.

Feature maps are channels-last in memory: token matrices become maps without a copy, and CPU
convolutions are about twice as fast that way.
"""

from typing import cast

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from anyview.model.config import DptConfig

POSITION_SHARE = 0.1
"""Weight of the position embedding that is added to feature maps."""


def _axis_embedding(coordinates: Float[Tensor, " n"], channels: int) -> Float[Tensor, "n channels"]:
    half = channels // 2
    exponents = torch.arange(half, device=coordinates.device, dtype=torch.float32) / half
    angles = coordinates[:, None] * 100.0**-exponents
    return torch.cat((angles.sin(), angles.cos()), dim=-1) * POSITION_SHARE


def add_position_(
    x: Float[Tensor, "N C h w"],
    image_height: int,
    image_width: int,
    *,
    first_row: int = 0,
    rows: int | None = None,
) -> Float[Tensor, "N C h w"]:
    """Add the sinusoidal embedding of where each cell lies in the image, in place.

    Coordinates are centres of cells, x in [-W, W] / diagonal and y in [-H, H] / diagonal; the
    first half of the channels carries x, the second y.

    Args:
        x: Feature maps, or some of their rows.
        image_height: In any unit.
        image_width: In the same unit.
        first_row: Which row of the whole map the first one is.
        rows: Of the whole map; None if ``x`` is all of it.
    """
    channels, h, w = x.shape[1:]
    along, rows = first_row + torch.arange(h, device=x.device), rows or h
    diagonal = (image_height**2 + image_width**2) ** 0.5
    axis_x = ((2 * torch.arange(w, device=x.device) + 1) / w - 1) * (image_width / diagonal)
    axis_y = ((2 * along + 1) / rows - 1) * (image_height / diagonal)
    # Each half depends on one axis only: two broadcast additions, no full-size table.
    cells = x.permute(0, 2, 3, 1)
    half = channels // 2
    cells[..., :half] += _axis_embedding(axis_x, half).to(x.dtype)
    cells[..., half:] += _axis_embedding(axis_y, half).to(x.dtype)[:, None]
    return x


def pointwise(conv: nn.Conv2d, x: Float[Tensor, "N C h w"]) -> Float[Tensor, "N D h w"]:
    """A 1x1 convolution as a matrix product: on channels-last maps it needs no reordering."""
    cells = F.linear(x.permute(0, 2, 3, 1), conv.weight.flatten(1), conv.bias)
    return cells.permute(0, 3, 1, 2)


def upsample(x: Float[Tensor, "N C h w"], size: tuple[int, int]) -> Float[Tensor, "N C H W"]:
    """Bilinear, corners aligned."""
    return F.interpolate(x, size=size, mode="bilinear", align_corners=True)


class Pyramid(nn.Module):
    """Four taken layers as feature maps of equal channels at x4, x2, x1 and x1/2 the patch grid."""

    def __init__(self, feature_width: int, config: DptConfig, *, add_position: bool) -> None:
        super().__init__()
        stages = config.stage_channels
        self.add_position = add_position
        self.project = nn.ModuleList(nn.Conv2d(feature_width, c, 1) for c in stages)
        self.resize = nn.ModuleList(
            (
                nn.ConvTranspose2d(stages[0], stages[0], 4, 4),
                nn.ConvTranspose2d(stages[1], stages[1], 2, 2),
                nn.Identity(),
                nn.Conv2d(stages[3], stages[3], 3, 2, 1),
            )
        )
        self.adapt = nn.ModuleList(
            nn.Conv2d(c, config.features, 3, padding=1, bias=False) for c in stages
        )

    def forward(
        self,
        taken: list[Float[Tensor, "N P C"]],
        grid: tuple[int, int],
        image_size: tuple[int, int],
    ) -> list[Float[Tensor, "N F _h _w"]]:
        """Re-assemble, fine to coarse.

        Args:
            taken: Patch tokens of the four layers.
            grid: Height and width in patches.
            image_size: Height and width in pixels.
        """
        maps = []
        for i, tokens in enumerate(taken):
            x = tokens.unflatten(1, grid).permute(0, 3, 1, 2)  # N C h w, channels-last
            x = pointwise(cast("nn.Conv2d", self.project[i]), x)
            if self.add_position:
                x = add_position_(x, *image_size)
            maps.append(self.adapt[i](self.resize[i](x)))
        return maps


class ResidualUnit(nn.Module):
    """x + conv(relu(conv(relu(x))))."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Float[Tensor, "N C h w"]) -> Float[Tensor, "N C h w"]:
        """Same shape."""
        return self.second(F.relu_(self.first(F.relu(x)))).add_(x)


class Fusion(nn.Module):
    """One step of the chain: add the lateral map, refine, mix channels, upsample."""

    def __init__(self, channels: int, *, has_lateral: bool) -> None:
        super().__init__()
        self.lateral = ResidualUnit(channels) if has_lateral else None
        self.refine = ResidualUnit(channels)
        self.mix = nn.Conv2d(channels, channels, 1)

    def forward(
        self,
        x: Float[Tensor, "N C h w"],
        lateral: Float[Tensor, "N C h w"] | None,
        size: tuple[int, int],
    ) -> Float[Tensor, "N C H W"]:
        """Fuse and upsample to ``size``.

        The 1x1 mix commutes with bilinear upsampling, whose weights sum to one: done before it,
        it costs a quarter.
        """
        if self.lateral is not None and lateral is not None:
            x = self.lateral(lateral).add_(x)
        return upsample(pointwise(self.mix, self.refine(x)), size)


class FusionChain(nn.Module):
    """The pyramid fused from coarse to fine; the result has 8 x the patch grid."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.steps = nn.ModuleList(Fusion(channels, has_lateral=i < 3) for i in range(4))

    def forward(self, maps: list[Float[Tensor, "N C _h _w"]]) -> Float[Tensor, "N C H W"]:
        """Fuse the four maps (fine to coarse, as the pyramid gives them)."""
        x = maps[3]
        for i in (3, 2, 1, 0):
            finest = maps[0].shape[-2:]
            size = maps[i - 1].shape[-2:] if i else (2 * finest[0], 2 * finest[1])
            x = self.steps[i](x, None if i == 3 else maps[i], size)
        return x
