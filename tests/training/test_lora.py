# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Adapters start as nothing, train alone, merge exactly and travel in a small file."""

import copy
import inspect
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from anyview.core.errors import CheckpointError, CheckpointMismatchError, OptionError
from anyview.model.network import Network
from anyview.training.lora import (
    LoraConfig,
    add_lora,
    load_adapters,
    merge_lora,
    save_adapters,
    trainable,
)
from anyview.training.optimizers import OptimizerConfig, build_optimizer

CONFIG = LoraConfig(rank=2, alpha=4.0)


def depth_of(network: Network, images: Tensor) -> Tensor:
    with torch.no_grad():
        depth = network(images).depth
    assert depth is not None
    return depth


@pytest.fixture
def trained(network: Network, train_step: Callable[[Network], Tensor]) -> Network:
    """With adapters, after two steps."""
    trainable(network, "lora", lora=CONFIG, seed=3)
    optimizer = build_optimizer(network, OptimizerConfig(learning_rate=1e-2))
    for _ in range(2):
        optimizer.zero_grad()
        train_step(network)
        optimizer.step()
    return network


def test_adapters_start_as_nothing(network: Network, images: Tensor):
    before = depth_of(network, images)
    names = add_lora(network, CONFIG)
    assert "backbone.blocks.0.attention.qkv" in names
    assert not any("feed_forward" in name for name in names)
    assert torch.equal(depth_of(network, images), before)


def test_only_adapters_are_trained(network: Network, trained: Network, images: Tensor):
    fresh = copy.deepcopy(trained)
    moved = {name for name, p in fresh.named_parameters() if p.requires_grad}
    assert moved
    assert all(name.rsplit(".", 1)[-1] in ("down", "up") for name in moved)
    ups = [p for n, p in trained.named_parameters() if n.endswith(".up") and "backbone" in n]
    assert all(bool((p != 0).any()) for p in ups)


def test_merging_is_exact(trained: Network, images: Tensor):
    with_adapters = depth_of(trained, images)
    merge_lora(trained)
    assert torch.equal(depth_of(trained, images), with_adapters)
    assert not any("parametrizations" in name for name in trained.state_dict())


def test_merged_weights_fit_a_plain_network(network: Network, images: Tensor):
    plain = copy.deepcopy(network)
    trainable(network, "lora", lora=CONFIG)
    merge_lora(network)
    plain.load_state_dict(network.state_dict())
    assert torch.equal(depth_of(plain, images), depth_of(network, images))


def test_adapters_travel_in_a_small_file(
    network: Network, train_step: Callable[[Network], Tensor], images: Tensor, tmp_path: Path
):
    other = copy.deepcopy(network)
    trainable(network, "lora", lora=CONFIG)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name.endswith(".up"):
                parameter.add_(0.1)
    path = tmp_path / "adapters.safetensors"
    save_adapters(network, path, CONFIG)
    usual = tmp_path / "usual"
    usual.touch()
    assert path.stat().st_mode == usual.stat().st_mode  # not for the owner alone
    assert all(key.endswith((".down", ".up")) for key in load_file(path))
    assert load_adapters(other, path) == CONFIG
    assert torch.equal(depth_of(other, images), depth_of(network, images))


def test_heads(network: Network):
    trainable(network, "heads")
    trained = {n.split(".")[0] for n, p in network.named_parameters() if p.requires_grad}
    assert trained == {"head", "camera_encoder", "camera_decoder"}
    trainable(network, "full")
    assert all(p.requires_grad for p in network.parameters())
    assert network.training


def test_what_is_refused(network: Network, tmp_path: Path):
    with pytest.raises(OptionError, match="accepted: 'full', 'heads', 'lora'"):
        inspect.unwrap(trainable)(network, "tail")  # past the checks of types of tests
    with pytest.raises(OptionError, match="at least 1"):
        LoraConfig(rank=0)
    with pytest.raises(OptionError, match=r"nosuch.*for example, "):
        add_lora(network, LoraConfig(targets=("nosuch",)))
    with pytest.raises(OptionError, match="no adapters to save"):
        save_adapters(network, tmp_path / "a.safetensors", CONFIG)
    add_lora(network, CONFIG)
    with pytest.raises(OptionError, match="already"):
        add_lora(network, CONFIG)


def test_files_that_do_not_fit(network: Network, tmp_path: Path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"nothing")
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_adapters(network, path)
    wide = nn.ModuleDict({"backbone": nn.ModuleDict({"qkv": nn.Linear(4, 4)})})
    narrow = nn.ModuleDict({"backbone": nn.ModuleDict({"qkv": nn.Linear(3, 4)})})
    config = LoraConfig(targets=("qkv",))
    add_lora(wide, config)
    save_adapters(wide, path, config)
    before = sorted(narrow.state_dict())
    with pytest.raises(CheckpointMismatchError, match=r"expected \(8, 3\)"):
        load_adapters(narrow, path)
    assert sorted(narrow.state_dict()) == before


def test_the_strength_of_adapters_grows_with_their_rank():
    configs = [LoraConfig.of_rank(rank) for rank in (1, 8, 32)]
    assert [config.alpha / config.rank for config in configs] == [2.0] * 3
    assert LoraConfig.of_rank(8) == LoraConfig()
