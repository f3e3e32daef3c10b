# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Optimisers learn, resume exactly, and treat groups as told."""

import copy
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from anyview.core.errors import CheckpointMismatchError, OptionError
from anyview.model.network import Network
from anyview.training.optimizers import OptimizerConfig, build_optimizer

needs_muon = pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="torch before 2.9")
KINDS = ["adamw", pytest.param("muon", marks=needs_muon)]
Step = Callable[[Network], Tensor]


@pytest.mark.parametrize("kind", KINDS)
def test_learns(network: Network, train_step: Step, kind):
    optimizer = build_optimizer(network, OptimizerConfig(kind=kind, learning_rate=2e-3))
    losses = []
    for _ in range(6):
        optimizer.zero_grad()
        losses.append(float(train_step(network)))
        optimizer.step()
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_resumed_optimizer_makes_the_same_step(network: Network, train_step: Step, kind):
    config = OptimizerConfig(kind=kind)
    optimizer = build_optimizer(network, config)
    train_step(network)
    optimizer.step()

    twin = copy.deepcopy(network)
    resumed = build_optimizer(twin, config)
    resumed.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for one, its in ((network, optimizer), (twin, resumed)):
        its.zero_grad()
        train_step(one)
        its.step()
    for a, b in zip(network.parameters(), twin.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_step_is_adamw_by_hand(network: Network, train_step: Step):
    config = OptimizerConfig(learning_rate=1e-2, weight_decay=0.1, heads_factor=0.5)
    optimizer = build_optimizer(network, config)
    before = {n: p.detach().clone() for n, p in network.named_parameters()}
    train_step(network)
    optimizer.step()
    for name, rate, decay in (
        ("backbone.blocks.0.attention.qkv.weight", 1e-2, 0.1),
        ("backbone.blocks.0.attention_scale", 1e-2, 0.0),
        ("head.depth_neck.weight", 0.5e-2, 0.1),
    ):
        parameter = network.get_parameter(name)
        assert parameter.grad is not None
        # The first step: both averages are corrected to the gradient itself.
        update = parameter.grad / (parameter.grad.abs() + config.epsilon)
        expected = before[name] * (1 - rate * decay) - rate * update
        torch.testing.assert_close(parameter.detach(), expected, atol=1e-6, rtol=1e-4)


def test_the_factor_scales_every_group(network: Network):
    config = OptimizerConfig(learning_rate=1e-3, backbone_factor=0.1)
    optimizer = build_optimizer(network, config)
    optimizer.set_factor(0.5)
    rates = {g["label"].split(",")[0]: g["lr"] for g in optimizer.param_groups}
    assert rates == pytest.approx({"backbone": 5e-5, "heads": 5e-4, "camera": 5e-4})
    assert len(optimizer.parameters) == len(list(network.parameters()))


def test_resuming_keeps_the_rates_of_the_new_config(network: Network):
    old = build_optimizer(network, OptimizerConfig(learning_rate=1e-3))
    new = build_optimizer(network, OptimizerConfig(learning_rate=5e-4))
    new.load_state_dict(old.state_dict())
    new.set_factor(1.0)
    assert {group["lr"] for group in new.param_groups} == {5e-4}


@needs_muon
def test_muon_gets_the_matrices(network: Network):
    optimizer = build_optimizer(network, OptimizerConfig(kind="muon"))
    muon = {n for g in optimizer.parts["muon"].param_groups for n in g["param_names"]}
    adamw = {n for g in optimizer.parts["adamw"].param_groups for n in g["param_names"]}
    assert "backbone.blocks.0.feed_forward.expand.weight" in muon
    assert "head.depth_neck.weight" in adamw
    assert muon | adamw == {name for name, _ in network.named_parameters()}
    assert not muon & adamw


def test_muon_with_an_old_torch(network: Network, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(torch.optim, "Muon", raising=False)
    with pytest.raises(OptionError, match=r"torch 2\.9 or newer.*'adamw'"):
        build_optimizer(network, OptimizerConfig(kind="muon"))


def test_the_state_of_another_network_is_refused(network: Network):
    state = build_optimizer(network, OptimizerConfig()).state_dict()
    network.backbone.requires_grad_(False)
    with pytest.raises(CheckpointMismatchError, match="unexpected") as refused:
        build_optimizer(network, OptimizerConfig()).load_state_dict(state)
    assert "adamw: backbone.class_token" in refused.value.unexpected


@pytest.mark.parametrize(
    "values",
    [{"learning_rate": 0.0}, {"weight_decay": -1.0}, {"camera_factor": 0.0}],
)
def test_what_is_refused(values):
    with pytest.raises(OptionError, match="accepted"):
        OptimizerConfig(**values)


def test_kinds_that_are_refused():
    config = OptimizerConfig()
    object.__setattr__(config, "kind", "sgd")  # past the checks of types that tests run with
    with pytest.raises(OptionError, match="'sgd'; accepted: 'adamw', 'muon'"):
        config.__post_init__()
