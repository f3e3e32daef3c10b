# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The transformer: a plain DINOv2 ViT whose later blocks attend across views (DA3, section 3.1).

Tokens stay one tensor [B, V, T, D] throughout. A within-view block sees it as [B V, T, D], a
cross-view block as [B, V T, D]: the same memory, no copy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from anyview.model.config import PATCH, BackboneConfig, ReferenceView
from anyview.model.layers import backbone_block
from anyview.model.reference_view import MIN_VIEWS, ViewOrder, select_reference_view
from anyview.model.rotary import Rotation, camera_rotation, patch_rotation
from anyview.model.stem import ConvolutionalStem


@dataclass
class BackboneOutput:
    """What the heads read, views in input order.

    Attributes:
        taken: Patch tokens of the four taken layers; one part in monocular networks, two
            (within-view stream, normalised last stream) in any-view networks.
        camera: Token 0 of the last taken layer before the final norm, both streams.
        features: Normalised patch tokens of the layers that were asked for.
        reference: Index of the reference view of each scene.
        stem: Maps of the convolutional stem at half resolution; None without one.
    """

    taken: list[tuple[Float[Tensor, "B V P D"], ...]]
    camera: Float[Tensor, "B V C"]
    reference: Int[Tensor, " B"]
    features: Mapping[int, Float[Tensor, "B V P D"]] = field(default_factory=dict)
    stem: Float[Tensor, "B V S _h _w"] | None = None


def _rotate_camera_tokens_(
    x: Float[Tensor, "B N heads size"], rotation: Rotation, views: int
) -> Float[Tensor, "B N heads size"]:
    """Rotate token 0 of each view in place; patches stay as they are (see ``rotary``)."""
    camera = x.unflatten(1, (views, -1))[:, :, 0]
    camera.copy_(rotation.apply(camera.flatten(0, 1)[:, None])[:, 0].unflatten(0, (-1, views)))
    return x


class Backbone(nn.Module):
    """The vision transformer."""

    def __init__(self, config: BackboneConfig) -> None:
        super().__init__()
        self.config = config
        width, grid = config.width, config.position_grid
        self.stem: ConvolutionalStem | None = None
        self.patch_embedding: nn.Conv2d | None = None
        if config.stem_channels:
            self.stem = ConvolutionalStem(config.stem_channels, width)
        else:
            self.patch_embedding = nn.Conv2d(3, width, PATCH, PATCH)
        self.class_token = nn.Parameter(torch.zeros(1, 1, width))
        self.position_embedding = nn.Parameter(torch.zeros(1, 1 + grid * grid, width))
        if config.alternating_from is not None:
            # Row 0 for the reference view, row 1 for every other one.
            self.camera_token = nn.Parameter(torch.zeros(1, 2, width))
        self.blocks = nn.ModuleList(backbone_block(config, i) for i in range(config.depth))
        self.final_norm = nn.LayerNorm(width, eps=1e-5)

    def forward(
        self,
        images: Float[Tensor, "B V 3 H W"],
        camera_tokens: Float[Tensor, "B V D"] | None = None,
        *,
        reference_view: ReferenceView = "saddle_balanced",
        feature_layers: tuple[int, ...] = (),
    ) -> BackboneOutput:
        """Run the blocks that somebody reads.

        Args:
            images: ImageNet-normalised, sides multiples of 14.
            camera_tokens: Tokens of known cameras; None for learned ones.
            reference_view: How the reference is chosen, used with 3 views or more and no cameras.
            feature_layers: Blocks whose normalised patch tokens are returned.
        """
        views, (h, w) = images.shape[1], (s // PATCH for s in images.shape[-2:])
        config, start = self.config, self.config.alternating_from
        x, stem = self._embed(images)
        within = patch_rotation(h, w, config.width // config.heads, x.device).apply
        across = partial(
            _rotate_camera_tokens_,
            rotation=camera_rotation(config.width // config.heads, x.device),
            views=views,
        )
        order: ViewOrder | None = None
        local = x
        taken: list[tuple[Tensor, ...]] = []
        camera = x.new_zeros(0)
        features: dict[int, Tensor] = {}

        for i, block in enumerate(self.blocks):
            alternates = start is not None and i >= start
            if (
                start is not None
                and i == start - 1
                and views >= MIN_VIEWS
                and camera_tokens is None
            ):
                order = ViewOrder(select_reference_view(x[:, :, 0], reference_view), views)
                x = order.apply(x)
            if start is not None and i == start:
                x = self._with_camera_tokens(x, camera_tokens)

            if alternates and i % 2 == 1:
                x = block(x.flatten(1, 2), across).unflatten(1, (views, -1))
            else:
                x = block(x.flatten(0, 1), within if alternates else None)
                x = x.unflatten(0, (-1, views))
                local = x

            if i in config.taken_layers:
                streams: tuple[Tensor, ...] = (x,) if start is None else (local, x)
                if order is not None:
                    streams = tuple(order.restore(s) for s in streams)
                if i == config.taken_layers[-1]:
                    camera = torch.cat([s[:, :, 0] for s in streams], dim=-1)
                patches = [s[:, :, 1:] for s in streams]
                taken.append((*patches[:-1], self.final_norm(patches[-1])))
            if i in feature_layers:
                restored = x if order is None else order.restore(x)
                features[i] = self.final_norm(restored[:, :, 1:])
            if i >= max(config.taken_layers[-1], *feature_layers, -1):
                break

        reference = (
            order.reference
            if order is not None
            else torch.zeros(images.shape[0], dtype=torch.long, device=x.device)
        )
        return BackboneOutput(taken, camera, reference, features, stem)

    def _embed(
        self, images: Float[Tensor, "B V 3 H W"]
    ) -> tuple[Float[Tensor, "B V T D"], Float[Tensor, "B V S _h _w"] | None]:
        """Patches to tokens, class token in front, position embedding added; the stem's maps."""
        scenes, views = images.shape[:2]
        flat, maps = images.flatten(0, 1).to(self.class_token.dtype), None
        if self.stem is not None:
            grid, maps = self.stem(flat)
            maps = maps.unflatten(0, (scenes, views))
        else:
            assert self.patch_embedding is not None
            grid = self.patch_embedding(flat)
        position = self._positions(*grid.shape[-2:]).to(grid.dtype)
        patches = grid.flatten(2).mT + position[:, 1:]
        first = (self.class_token + position[:, :1]).to(grid.dtype)
        tokens = torch.cat((first.expand(scenes * views, -1, -1), patches), dim=1)
        return tokens.unflatten(0, (scenes, views)), maps

    def _positions(self, h: int, w: int) -> Float[Tensor, "1 T D"]:
        """The position table at an h x w patch grid.

        QUIRK-06: interpolated with the scale factor (n + 0.1) / grid, not to an output size, as
        published weights were trained; at exactly the table's own grid it is used as it is.
        """
        grid = self.config.position_grid
        if (h, w) == (grid, grid):
            return self.position_embedding
        table = self.position_embedding[:, 1:].float().unflatten(1, (grid, grid))
        resized = F.interpolate(
            table.permute(0, 3, 1, 2),
            scale_factor=((h + 0.1) / grid, (w + 0.1) / grid),
            mode="bicubic",
        )
        assert resized.shape[-2:] == (h, w), f"position table became {resized.shape}"
        return torch.cat((self.position_embedding[:, :1].float(), resized.flatten(2).mT), dim=1)

    def _with_camera_tokens(
        self, x: Float[Tensor, "B V T D"], tokens: Float[Tensor, "B V D"] | None
    ) -> Float[Tensor, "B V T D"]:
        """Replace token 0 of each view by its camera token (DA3, section 3.1)."""
        scenes, views = x.shape[:2]
        if tokens is None:
            reference, other = self.camera_token[:, :1], self.camera_token[:, 1:]
            tokens = torch.cat((reference, other.expand(-1, views - 1, -1)), dim=1)
            tokens = tokens.expand(scenes, -1, -1)
        return torch.cat((tokens[:, :, None].to(x.dtype), x[:, :, 1:]), dim=2)
