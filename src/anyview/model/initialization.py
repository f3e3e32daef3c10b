# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Initial weights that learn: seeded, and strong enough for the image to reach the output.

The usual small initialisation of a DPT head damps what the image says about a hundred times, and
training then settles on the mean depth of the data set. Convolutions are He-initialised here, so
that an untrained network's depth already varies with its input.
"""

import math
from typing import cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

from anyview.model.backbone import Backbone
from anyview.model.camera import CameraDecoder
from anyview.model.heads import OutputConvs
from anyview.model.layers import Block, Mlp, SwiGlu

POSITION_STRENGTH = 0.3
"""Factor of the sines and cosines that the position table starts from."""

MATCHING_BLOCKS = 2
"""Cross-view blocks, from the first one on, that start with matching heads."""

MATCHING_HEADS = 2
"""Heads of such a block whose keys start equal to their queries."""


def initialize(network: nn.Module, seed: int) -> None:
    """Fill every parameter in place.

    Args:
        network: Any network of this package, with real (not meta) parameters.
        seed: Of a generator of its own: no global generator is touched.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in network.modules():
            _initialize_generally(module, generator)
        # Set last, over the general rules.
        for module in network.modules():
            if isinstance(module, Backbone):
                _initialize_blocks(module)
            elif isinstance(module, OutputConvs):
                _normal(module.last.weight, 0.03 / math.sqrt(module.last.in_channels), generator)
            elif isinstance(module, CameraDecoder):
                module.fov.bias.fill_(1.0)  # about 57 degrees, and the ReLU behind it alive
                module.quaternion_xyzw.bias[3] = 1.0  # near the identity


def sine_cosine(grid: int, width: int) -> Float[Tensor, "P D"]:
    """Sines and cosines of the row (first half) and the column (second half) of a grid's cells.

    Args:
        grid: Cells along a side; ``P`` is its square, row by row.
        width: Channels; what is left over of a multiple of 4 stays 0.
    """
    quarter = width // 4
    frequencies = torch.pi / 2 * (grid / 2) ** (torch.arange(quarter) / max(quarter - 1, 1))
    angles = (torch.arange(grid) + 0.5)[:, None] / grid * 2 * frequencies
    axis = torch.cat((angles.sin(), angles.cos()), dim=1)
    out = torch.zeros(grid, grid, width)
    out[..., : 2 * quarter] = axis[:, None]
    out[..., 2 * quarter : 4 * quarter] = axis[None]
    return out.flatten(0, 1)


def _initialize_blocks(backbone: Backbone) -> None:
    """Residual branches that add up to one, and heads that find equal patches in other views."""
    config = backbone.config
    blocks = [cast("Block", block) for block in backbone.blocks]
    for block in blocks:
        block.attention.projection.weight.mul_(config.depth**-0.5)
        last = cast("Mlp | SwiGlu", block.feed_forward).contract
        last.weight.mul_(config.depth**-0.5)
    start = config.alternating_from
    if start is None:
        return
    across = [i for i in range(start, config.depth) if i % 2 == 1][:MATCHING_BLOCKS]
    size = config.width // config.heads
    rows = min(MATCHING_HEADS, config.heads) * size
    for i in across:
        query, key, _ = blocks[i].attention.qkv.weight.chunk(3)
        # Equal patches have the largest product from the start; found by chance, it takes hours.
        key[:rows] = query[:rows]


def _normal(parameter: Tensor, std: float, generator: torch.Generator) -> None:
    values = torch.randn(parameter.shape, generator=generator) * std
    parameter.copy_(values.to(parameter))


def _initialize_generally(module: nn.Module, generator: torch.Generator) -> None:
    if isinstance(module, Backbone):
        _normal(module.class_token, 0.02, generator)
        module.position_embedding.zero_()
        grid = module.config.position_grid
        module.position_embedding[0, 1:] = POSITION_STRENGTH * sine_cosine(
            grid, module.config.width
        )
        if module.config.alternating_from is not None:
            _normal(module.camera_token, 0.02, generator)
    elif isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
        if isinstance(module, nn.Linear):
            std = (2.5 * module.in_features) ** -0.5
        elif isinstance(module, nn.ConvTranspose2d):
            std = math.sqrt(2.0 / module.in_channels)  # stride = kernel: one tap an output pixel
        else:
            std = math.sqrt(2.0 / module.weight[0].numel())
        _normal(module.weight, std, generator)
        if module.bias is not None:
            module.bias.zero_()
