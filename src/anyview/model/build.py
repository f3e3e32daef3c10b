# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Config to network: explicit constructor calls, seeded initial weights."""

from typing import TYPE_CHECKING

import torch

from anyview.model.config import NestedConfig, NetworkConfig
from anyview.model.initialization import initialize
from anyview.model.network import Network

if TYPE_CHECKING:
    from anyview.model.nested import NestedNetwork


def build(
    config: NetworkConfig | NestedConfig,
    *,
    seed: int = 0,
    device: torch.device | str | None = None,
) -> "Network | NestedNetwork":
    """Build a network with seeded random weights.

    Args:
        config: What it is made of.
        seed: Of the initial weights; the global generators are left as they were.
        device: Where to build; ``"meta"`` gives shapes without memory, for loading.
    """
    # Constructors of torch draw initial weights, soon replaced, from the global generator.
    with torch.random.fork_rng(devices=[]), torch.device(device or "cpu"):
        if isinstance(config, NestedConfig):
            from anyview.model.nested import NestedNetwork

            network: Network | NestedNetwork = NestedNetwork(
                Network(config.any_view), Network(config.metric)
            )
        else:
            network = Network(config)
    if device is None or torch.device(device).type != "meta":
        initialize(network, seed)
    return network.eval().requires_grad_(requires_grad=False)
