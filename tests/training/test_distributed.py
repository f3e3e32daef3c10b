# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Two processes with half the work each are one process with all of it."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from anyview.core.errors import OptionError
from anyview.model.build import build
from anyview.model.network import Network
from anyview.model.registry import lookup_variant
from anyview.training.distributed import WrapMode, full_state, processes, unwrap, wrap
from anyview.training.lora import trainable
from anyview.training.optimizers import OptimizerConfig, build_optimizer

from .two_processes import in_two_processes

CONFIG = OptimizerConfig(learning_rate=1e-2, epsilon=1e-3)


def new_network() -> Network:
    network = build(lookup_variant("nano").config, seed=1)
    assert isinstance(network, Network)
    trainable(network, "full")
    return network


def two_scenes() -> Tensor:
    return torch.rand(2, 1, 3, 28, 28, generator=torch.Generator().manual_seed(0))


def make_step(called: nn.Module, network: nn.Module, images: Tensor) -> None:
    optimizer = build_optimizer(network, CONFIG)
    out = called(images)
    (out.depth.mean() + out.pose_encoding.square().mean()).backward()
    optimizer.step()


def trained_in_this_process() -> dict[str, Any]:
    """What one of the processes does."""
    modes: tuple[WrapMode, ...] = ("ddp", "fsdp")
    weights = {}
    with processes() as group:
        for mode in modes:
            network = wrap(new_network(), mode, group)
            make_step(network, unwrap(network), two_scenes()[group.share])
            weights[mode] = {name: value.numpy() for name, value in full_state(network).items()}
        means = group.mean({"rank": float(group.rank), f"only {group.rank}": 1.0})
        flags = (group.any(group.rank == 1), group.any(False))
        group.barrier()
        return {
            "weights": weights,
            "means": means,
            "flags": flags,
            "first": group.is_first,
        }


def test_two_processes_are_one():
    results = in_two_processes(trained_in_this_process)
    network = new_network()
    make_step(network, network, two_scenes())
    expected = network.state_dict()
    first, second = (result["weights"] for result in results)
    assert second["fsdp"] == {}
    for weights in (first["ddp"], second["ddp"], first["fsdp"]):
        assert weights.keys() == expected.keys()
        for name, value in weights.items():
            torch.testing.assert_close(
                torch.from_numpy(value), expected[name], atol=2e-5, rtol=1e-4
            )
    for rank, result in enumerate(results):
        assert result["means"] == {"rank": 0.5, "only 0": 1.0, "only 1": 1.0}
        assert result["flags"] == (True, False)
        assert result["first"] == (rank == 0)


def test_one_process_needs_no_set_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    layer = nn.Linear(2, 2)
    with processes() as group:
        assert not torch.distributed.is_initialized()
        assert (group.rank, group.world_size, group.is_first) == (0, 1, True)
        assert wrap(layer, "ddp", group) is layer
        assert group.mean({"a": 1.0}) == {"a": 1.0}
        assert group.any(True)
        group.barrier()
        state = full_state(layer)
    assert torch.equal(state["weight"], layer.weight)
    assert state["weight"].data_ptr() != layer.weight.data_ptr()


def test_a_half_set_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    monkeypatch.delenv("RANK", raising=False)
    with pytest.raises(OptionError, match=r"RANK.*torchrun"), processes():
        pass
    for name in ("RANK", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"):
        monkeypatch.setenv(name, "0")
    with pytest.raises(OptionError, match="'mps'; accepted: 'cpu', 'cuda'"), processes("mps"):
        pass
