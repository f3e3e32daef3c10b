# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Dense heads: depth with confidence and rays (any-view), depth with sky (monocular).

A head works on a list of views at a time: ``chunked`` bounds the memory of its full-resolution
maps however many views a scene has.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from anyview.model.config import PATCH, NetworkConfig
from anyview.model.dpt import FusionChain, Pyramid, add_position_, pointwise, upsample
from anyview.model.full_size import full_size_outputs

HIDDEN = 32
"""Channels before the last 1x1 convolution of every dense output."""


@dataclass
class DenseOutput:
    """Dense outputs of N views; None where not asked for or absent from the network."""

    depth: Float[Tensor, "N H W"] | None = None
    conf: Float[Tensor, "N H W"] | None = None
    sky: Float[Tensor, "N H W"] | None = None
    ray_map: Float[Tensor, "N Hr Wr 6"] | None = None
    ray_conf: Float[Tensor, "N Hr Wr"] | None = None


class OutputConvs(nn.Module):
    """3x3 convolution, (LayerNorm over channels), ReLU, 1x1 convolution."""

    def __init__(self, channels: int, out: int, *, normalize: bool = False) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, HIDDEN, 3, padding=1)
        self.norm = nn.LayerNorm(HIDDEN) if normalize else None
        self.last = nn.Conv2d(HIDDEN, out, 1)

    def forward(self, x: Float[Tensor, "N C h w"]) -> Float[Tensor, "N h w O"]:
        """Channels last, as outputs are used."""
        x = self.first(x)
        if self.norm is not None:
            x = self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return pointwise(self.last, F.relu_(x)).permute(0, 2, 3, 1)


def _stem_adapt(config: NetworkConfig) -> nn.Conv2d | None:
    """What brings the stem's maps to the fusion chain's channels; None without a stem."""
    channels = config.backbone.stem_channels
    return nn.Conv2d(channels, config.head.features, 1) if channels else None


def _with_stem(
    fused: Float[Tensor, "N C h w"],
    stem: Float[Tensor, "N S _h _w"] | None,
    adapt: nn.Conv2d | None,
) -> Float[Tensor, "N C h w"]:
    """Add the edges that the stem saw to the fused features."""
    if stem is None or adapt is None:
        return fused
    return fused + upsample(pointwise(adapt, stem), (fused.shape[-2], fused.shape[-1]))


class AnyViewHead(nn.Module):
    """The dual head (DA3, section 3.2): two fusion chains over the same re-assembled features.

    The ray branch runs only if ``rays`` is asked for. Of the four ray outputs in published files
    only the finest is ever used; the others do not exist here (QUIRK-04).
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width, features = config.backbone.feature_width, config.head.features
        self.token_norm = nn.LayerNorm(width)
        self.pyramid = Pyramid(width, config.head, add_position=True)
        self.depth_chain = FusionChain(features)
        self.stem_adapt = _stem_adapt(config)
        self.depth_neck = nn.Conv2d(features, features // 2, 3, padding=1)
        self.depth_out = OutputConvs(features // 2, 2)
        self.ray_chain = FusionChain(features)
        self.ray_neck = nn.ModuleList(
            nn.Conv2d(a, b, 3, padding=1)
            for a, b in ([(features, features // 2), (features // 2, features)] * 3)[:5]
        )
        self.ray_out = OutputConvs(features // 2, 7, normalize=True)

    def forward(
        self,
        taken: list[tuple[Float[Tensor, "N P D"], ...]],
        image_size: tuple[int, int],
        stem: Float[Tensor, "N S _h _w"] | None = None,
        *,
        depth: bool = True,
        rays: bool = False,
    ) -> DenseOutput:
        """Depth and confidence, and rays on their own grid, of N views."""
        grid = (image_size[0] // PATCH, image_size[1] // PATCH)
        tokens = [self.token_norm(torch.cat(streams, dim=-1)) for streams in taken]
        maps = self.pyramid(tokens, grid, image_size)
        out = DenseOutput()
        if depth:
            x = self.depth_neck(_with_stem(self.depth_chain(maps), stem, self.stem_adapt))
            (logits,) = full_size_outputs(x, (self.depth_out,), image_size, position=True)
            logits = logits.float()
            out.depth, out.conf = logits[..., 0].exp(), logits[..., 1].exp() + 1
        if rays:
            x = self.ray_chain(maps)
            for conv in self.ray_neck:
                x = conv(x)
            logits = self.ray_out(add_position_(x, *image_size)).float()
            out.ray_map, out.ray_conf = logits[..., :6].contiguous(), logits[..., 6].exp() + 1
        return out


class MonocularHead(nn.Module):
    """Depth and sky from one fusion chain (DA3, section 4: teacher and monocular models)."""

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        width, features = config.backbone.feature_width, config.head.features
        self.pyramid = Pyramid(width, config.head, add_position=False)
        self.depth_chain = FusionChain(features)
        self.stem_adapt = _stem_adapt(config)
        self.depth_neck = nn.Conv2d(features, features // 2, 3, padding=1)
        self.depth_out = OutputConvs(features // 2, 1)
        self.sky_out = OutputConvs(features // 2, 1)

    def forward(
        self,
        taken: list[tuple[Float[Tensor, "N P D"], ...]],
        image_size: tuple[int, int],
        stem: Float[Tensor, "N S _h _w"] | None = None,
        *,
        depth: bool = True,
        sky: bool = True,
    ) -> DenseOutput:
        """Depth (before sky is filled) and sky score of N views."""
        grid = (image_size[0] // PATCH, image_size[1] // PATCH)
        maps = self.pyramid([streams[0] for streams in taken], grid, image_size)
        x = self.depth_neck(_with_stem(self.depth_chain(maps), stem, self.stem_adapt))
        wanted = {"depth": self.depth_out} if depth else {}
        if sky:
            wanted["sky"] = self.sky_out
        outputs = full_size_outputs(x, tuple(wanted.values()), image_size, position=False)
        logits = {name: o[..., 0].float() for name, o in zip(wanted, outputs, strict=True)}
        return DenseOutput(
            depth=logits["depth"].exp() if depth else None,
            sky=F.relu(logits["sky"]) if sky else None,
        )


def chunked(
    run: Callable[[list[tuple[Tensor, ...]]], DenseOutput],
    taken: list[tuple[Float[Tensor, "N ..."], ...]],
    chunk: int,
) -> DenseOutput:
    """Run a head on at most ``chunk`` views at a time, in float32 whatever the backbone's type."""
    views = taken[0][0].shape[0]
    parts = [
        run([tuple(s[i : i + chunk].float() for s in streams) for streams in taken])
        for i in range(0, views, chunk)
    ]
    if len(parts) == 1:
        return parts[0]
    names = vars(parts[0])
    return DenseOutput(
        **{
            name: None if names[name] is None else torch.cat([getattr(p, name) for p in parts])
            for name in names
        }
    )
