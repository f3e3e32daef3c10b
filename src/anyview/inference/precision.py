# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The precision of the transformer inside a network whose heads and cameras stay in float32."""

from typing import TypeVar

import torch
from torch import nn

from anyview.model.backbone import Backbone

Module = TypeVar("Module", bound=nn.Module)


def set_precision(network: Module, dtype: torch.dtype) -> Module:
    """Make every transformer of a network compute in ``dtype``, in place.

    The network takes and returns float32 all the same. Going back to float32 does not bring back
    the digits of the weights that were rounded away.

    Args:
        network: With one ``Backbone`` inside, or two.
        dtype: Of weights and activations.

    Returns:
        The same network.
    """
    for backbone in _backbones(network):
        backbone.to(dtype)
    return network


def transformer_dtype(network: nn.Module) -> torch.dtype:
    """What the transformer of a network computes in; of a network without one, what it holds."""
    for backbone in _backbones(network):
        network = backbone
        break
    return next(network.parameters()).dtype


def _backbones(network: nn.Module) -> list[Backbone]:
    return [module for module in network.modules() if isinstance(module, Backbone)]
