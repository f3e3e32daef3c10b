# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A network small enough to train in tests."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from anyview.model.build import build
from anyview.model.network import Network
from anyview.model.registry import lookup_variant
from anyview.training.lora import trainable


@pytest.fixture
def network() -> Network:
    """The nano network, everything trained."""
    network = build(lookup_variant("nano").config, seed=1)
    assert isinstance(network, Network)
    trainable(network, "full")
    return network


@pytest.fixture
def images() -> Tensor:
    """One scene of two views, 28 x 42."""
    return torch.rand(1, 2, 3, 28, 42, generator=torch.Generator().manual_seed(2))


@pytest.fixture
def train_step(images: Tensor) -> Callable[[Network], Tensor]:
    """Gradients of something that every part of a network has a share in."""

    def step(network: Network) -> Tensor:
        out = network(images)
        assert out.depth is not None
        assert out.pose_encoding is not None
        loss = (out.depth.log() - 1).abs().mean() + (out.pose_encoding - 0.3).square().mean()
        loss.backward()
        return loss.detach()

    return step
