# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The Gaussian head: one 3-D Gaussian a pixel (DA3, section 3.3, feed-forward 3-D Gaussians)."""

from itertools import pairwise

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from anyview.model.config import PATCH, NetworkConfig
from anyview.model.dpt import FusionChain, Pyramid, add_position_, upsample
from anyview.model.gaussian_adapter import RAW_CHANNELS, Convention, gaussians_from_raw
from anyview.model.heads import OutputConvs
from anyview.structures.gaussians import Gaussians


class GaussianHead(nn.Module):
    """A DPT chain that also sees the image, and the step from raw outputs to the world frame.

    Args:
        config: Of the network that the head belongs to.
        convention: How raw numbers are read; ``"published"`` is what released weights were
            trained with, ``"correct"`` is for heads trained from scratch.
    """

    def __init__(self, config: NetworkConfig, convention: Convention = "published") -> None:
        super().__init__()
        features = config.head.features
        self.convention = convention
        self.pyramid = Pyramid(config.backbone.feature_width, config.head, add_position=True)
        self.chain = FusionChain(features)
        self.neck = nn.Conv2d(features, features // 2, 3, padding=1)
        widths = (3, features // 8, features // 4, features // 2)
        self.image_convs = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(widths))
        self.out = OutputConvs(features // 2, RAW_CHANNELS)

    def raw(
        self,
        taken: list[tuple[Float[Tensor, "N P _d"], ...]],
        images: Float[Tensor, "N 3 H W"],
    ) -> Float[Tensor, "N H W 38"]:
        """Raw outputs of N views, in the camera frame and before any activation.

        Args:
            taken: Patch tokens of the four taken layers, by stream.
            images: The normalised images that the backbone saw.
        """
        height, width = images.shape[-2:]
        tokens = [torch.cat(streams, dim=-1) for streams in taken]
        maps = self.pyramid(tokens, (height // PATCH, width // PATCH), (height, width))
        x = upsample(self.neck(self.chain(maps)), (height, width))
        for conv in self.image_convs:
            images = F.gelu(conv(images))
        raw: Tensor = self.out(add_position_(x + images, height, width)).float()
        return raw

    def forward(
        self,
        taken: list[tuple[Float[Tensor, "B V P _d"], ...]],
        images: Float[Tensor, "B V 3 H W"],
        depth: Float[Tensor, "B V H W"],
        extrinsics: Float[Tensor, "B V 4 4"],
        intrinsics: Float[Tensor, "B V 3 3"],
        *,
        head_chunk: int,
    ) -> Gaussians:
        """Gaussians of all views in the frame and at the scale of ``depth`` and ``extrinsics``.

        Args:
            taken: Patch tokens of the four taken layers, by stream.
            images: The normalised images that the backbone saw.
            depth: Predicted z-depth.
            extrinsics: Predicted world-to-camera, also where cameras were given.
            intrinsics: Predicted K in pixels of ``images``.
            head_chunk: Views to work on at a time.

        Returns:
            Gaussians with batch axis B; V H W of them, views in order, pixels row by row.
        """
        scenes, views = images.shape[:2]
        flat = [tuple(s.flatten(0, 1) for s in streams) for streams in taken]
        parts = []
        for start in range(0, scenes * views, head_chunk):
            chunk = slice(start, start + head_chunk)
            raw = self.raw(
                [tuple(s[chunk].float() for s in streams) for streams in flat],
                images.flatten(0, 1)[chunk],
            )
            parts.append(
                gaussians_from_raw(
                    raw,
                    depth.flatten(0, 1)[chunk],
                    extrinsics.flatten(0, 1)[chunk],
                    intrinsics.flatten(0, 1)[chunk],
                    convention=self.convention,
                )
            )
        return _join(parts, scenes)


def _join(parts: list[Gaussians], scenes: int) -> Gaussians:
    """Chunks of views [N, P, ...] as one set a scene [B, V P, ...]."""

    def joined(name: str) -> Tensor:
        values = [getattr(part, name) for part in parts]
        flat = values[0] if len(values) == 1 else torch.cat(values)
        return flat.unflatten(0, (scenes, -1)).flatten(1, 2)

    return Gaussians(**{name: joined(name) for name in Gaussians.__dataclass_fields__})
