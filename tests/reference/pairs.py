# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The reference and our network with the same random weights."""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from anyview.model.build import build
from anyview.model.config import (
    BackboneConfig,
    CameraConfig,
    DptConfig,
    NestedConfig,
    NetworkConfig,
)
from anyview.model.outputs import NetworkOutput, OutputRequest
from anyview.model.published_state import to_ours
from anyview.model.registry import find_variant

from . import official
from .inputs import random_images

EVERYTHING = OutputRequest(depth=True, cameras=True, rays=True, sky=True)

_HEAD = DptConfig(features=32, stage_channels=(16, 24, 32, 48))
_CAMERA = CameraConfig(encoder_heads=4, encoder_depth=2)
_ODD = NetworkConfig(
    BackboneConfig(72, 8, 3, (3, 5, 6, 7), 3, feed_forward="swiglu"), _HEAD, _CAMERA, gaussians=True
)
_MONOCULAR = NetworkConfig(BackboneConfig(96, 4, 6, (0, 1, 2, 3), None), _HEAD)


def _shortened(variant: str, taken: tuple[int, int, int, int], start: int | None) -> NetworkConfig:
    """A published network at its own widths with few blocks and without Gaussians."""
    config = find_variant(variant).config
    assert isinstance(config, NetworkConfig)
    backbone = replace(
        config.backbone, depth=taken[-1] + 1, taken_layers=taken, alternating_from=start
    )
    camera = None if config.camera is None else replace(config.camera, encoder_depth=1)
    return replace(config, backbone=backbone, camera=camera, gaussians=False)


REDUCED: dict[str, NetworkConfig | NestedConfig] = {
    # As small, base and large: the alternation starts at an even block.
    "even": NetworkConfig(BackboneConfig(96, 6, 6, (2, 3, 4, 5), 2), _HEAD, _CAMERA),
    # As giant: it starts at an odd one; gated feed-forward; Gaussians.
    "odd": _ODD,
    "monocular": _MONOCULAR,
    "nested": NestedConfig(_ODD, _MONOCULAR),
    "large-short": _shortened("large", (1, 2, 3, 4), 2),
    "giant-short": _shortened("giant", (1, 2, 3, 4), 3),
    "metric-short": _shortened("metric-large", (0, 1, 2, 3), None),
}
"""Networks that run in a blink: first at small widths, then published ones with few blocks."""


@dataclass(frozen=True)
class Pair:
    """Two networks with equal weights.

    Attributes:
        reference: The reference network.
        ours: Ours.
        published: The weights under published names.
    """

    reference: nn.Module
    ours: nn.Module
    published: dict[str, Tensor]

    def run_ours(
        self, images: Tensor, *cameras: Tensor, request: OutputRequest = EVERYTHING, **options: Any
    ) -> NetworkOutput:
        """Our forward, without gradients, everything asked for."""
        with torch.no_grad():
            output: NetworkOutput = self.ours(images, *cameras, request=request, **options)
        return output

    def run_reference(self, images: Tensor, *cameras: Tensor, **options: Any) -> dict[str, Any]:
        """The reference's forward, the ray map kept and reordered to origin, direction."""
        named = dict(zip(("extrinsics", "intrinsics"), cameras, strict=False))
        return official.run(self.reference, images, **named, **options)

    def run_reference_by_scene(
        self, images: Tensor, *cameras: Tensor, **options: Any
    ) -> dict[str, Any]:
        """A plain loop over scenes, for what the reference cannot do in one batch."""
        scenes = [
            self.run_reference(images[b : b + 1], *(c[b : b + 1] for c in cameras), **options)
            for b in range(images.shape[0])
        ]
        return {
            name: torch.cat([scene[name] for scene in scenes])
            for name, value in scenes[0].items()
            if isinstance(value, Tensor)
        }


def make_pair(package: official.Official, name: str, *, seed: int = 0) -> Pair:
    """Build, randomise and calibrate the reference; give ours the same weights.

    Args:
        package: The reference package.
        name: A key of ``REDUCED``, or a published variant, built from the package's own file.
        seed: Of the weights.
    """
    if name in REDUCED:
        config = REDUCED[name]
        reference = package.build(config)
    else:
        config = find_variant(name).config
        reference = package.published(name)
    official.randomise(reference, seed)
    official.calibrate(reference, random_images(1, 4, 56, 84, seed=100 + seed))
    published = official.published_state_dict(reference)
    ours = build(config, device="meta")
    ours.load_state_dict(to_ours(published), strict=True, assign=True)
    return Pair(reference, ours, published)
