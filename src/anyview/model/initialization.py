# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Initial weights that learn: seeded, and strong enough for the image to reach the output.

The usual small initialisation of a DPT head damps what the image says about a hundred times, and
training then settles on the mean depth of the data set. Convolutions are He-initialised here, so
that an untrained network's depth already varies with its input.
"""

import math

import torch
from torch import Tensor, nn

from anyview.model.backbone import Backbone
from anyview.model.camera import CameraDecoder
from anyview.model.heads import OutputConvs


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
            if isinstance(module, OutputConvs):
                _normal(module.last.weight, 0.03 / math.sqrt(module.last.in_channels), generator)
            elif isinstance(module, CameraDecoder):
                module.fov.bias.fill_(1.0)  # about 57 degrees, and the ReLU behind it alive
                module.quaternion_xyzw.bias[3] = 1.0  # near the identity


def _normal(parameter: Tensor, std: float, generator: torch.Generator) -> None:
    values = torch.randn(parameter.shape, generator=generator) * std
    parameter.copy_(values.to(parameter))


def _initialize_generally(module: nn.Module, generator: torch.Generator) -> None:
    if isinstance(module, Backbone):
        _normal(module.class_token, 0.02, generator)
        _normal(module.position_embedding, 0.1, generator)
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
