# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Two processes with half the work each are one process with all of it."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from anyview.core.errors import OptionError
from anyview.model.build import build
from anyview.model.layers import Block, Mlp
from anyview.model.network import Network
from anyview.model.registry import lookup_variant
from anyview.training.distributed import (
    Processes,
    full_state,
    is_first_process,
    load_full_state,
    processes,
    unwrap,
    wrap,
)
from anyview.training.lora import trainable
from anyview.training.optimizers import OptimizerConfig, RunOptimizer, build_optimizer
from anyview.training.split_tensors import is_split, whole
from anyview.training.weight_average import WeightAverage

from .two_processes import in_two_processes

CONFIG = OptimizerConfig(learning_rate=1e-2, epsilon=1e-3)


def new_network() -> Network:
    network = build(lookup_variant("nano").config, seed=1)
    assert isinstance(network, Network)
    trainable(network, "full")
    return network


class Small(nn.Module):
    """A block and a line, for FSDP2: gathering each of a network's parameters takes long."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = Block(16, 2, Mlp(16, 32), norm_eps=1e-6, scale=1.0)
        self.head = nn.Linear(16, 3)
        generator = torch.Generator().manual_seed(4)
        for parameter in self.parameters():
            parameter.data.copy_(torch.randn(parameter.shape, generator=generator) / 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.backbone(x))


def two_scenes() -> Tensor:
    return torch.rand(2, 1, 3, 28, 28, generator=torch.Generator().manual_seed(0))


def make_step(called: nn.Module, network: nn.Module, share: slice = slice(None)) -> RunOptimizer:
    """One step on this process's share of two scenes, or of two rows of tokens."""
    optimizer = build_optimizer(network, CONFIG)
    if isinstance(network, Small):
        tokens = torch.linspace(-1, 1, 2 * 5 * 16).reshape(2, 5, 16)
        loss = called(tokens[share]).square().mean()
    else:
        out = called(two_scenes()[share])
        loss = out.depth.mean() + out.pose_encoding.square().mean()
    loss.backward()
    optimizer.step()
    return optimizer


def states_survive(network: nn.Module, optimizer: RunOptimizer, group: Processes) -> bool:
    """Whether a split network and its optimiser are saved whole and read back equal."""
    average = WeightAverage(network)
    average.update()
    saved: list[Any] = [full_state(network), optimizer.state_dict(), average.state_dict()]
    torch.distributed.broadcast_object_list(saved)  # as if read from the first process's file
    twin = wrap(Small(), "fsdp", group)
    twin.head.weight.data.zero_()
    load_full_state(twin, saved[0])
    resumed, its_average = build_optimizer(twin, CONFIG), WeightAverage(twin)
    resumed.load_state_dict(saved[1])
    its_average.load_state_dict(saved[2])
    again = [resumed.state_dict(), its_average.state_dict()]
    pairs = zip(flat(again), flat(saved[1:]), strict=True)
    same = all(torch.equal(a, b) and not is_split(a) for a, b in pairs)
    weights = zip(twin.parameters(), network.parameters(), strict=True)
    return same and all(torch.equal(whole(a), whole(b)) for a, b in weights)


def flat(value: Any) -> list[Tensor]:
    """All tensors of a state, in order."""
    if isinstance(value, Tensor):
        return [value]
    items = value.values() if isinstance(value, dict) else value
    return [t for v in items if isinstance(v, Tensor | dict | list) for t in flat(v)]


def trained_in_this_process() -> dict[str, Any]:
    """What one of the processes does."""
    with processes() as group:
        network = wrap(new_network(), "ddp", group)
        make_step(network, unwrap(network), group.share)
        small = wrap(Small(), "fsdp", group)
        optimizer = make_step(small, small, group.share)
        resumed = states_survive(small, optimizer, group)
        weights = [
            {name: value.numpy() for name, value in full_state(one).items()}
            for one in (network, small)
        ]
        means = group.mean({"rank": float(group.rank), f"only {group.rank}": 1.0})
        flags = (group.any(group.rank == 1), group.any(False))
        group.barrier()
        return {
            "weights": weights,
            "means": means,
            "flags": flags,
            "first": group.is_first,
            "resumed": resumed,
        }


def test_two_processes_are_one():
    results = in_two_processes(trained_in_this_process)
    by_kind = zip(*(result["weights"] for result in results), strict=True)
    for alone, (first, second) in zip((new_network(), Small()), by_kind, strict=True):
        make_step(alone, alone)
        expected = alone.state_dict()
        # Split weights are gathered in the first process only.
        for weights in (first,) if isinstance(alone, Small) else (first, second):
            assert weights.keys() == expected.keys()
            for name, value in weights.items():
                torch.testing.assert_close(
                    torch.from_numpy(value), expected[name], atol=2e-5, rtol=1e-4
                )
    assert results[1]["weights"][1] == {}
    for rank, result in enumerate(results):
        assert result["means"] == {"rank": 0.5, "only 0": 1.0, "only 1": 1.0}
        assert result["flags"] == (True, False)
        assert result["first"] == (rank == 0)
        assert result["resumed"]


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


def test_the_first_process_is_known_before_the_others_are_joined(monkeypatch):
    monkeypatch.delenv("RANK", raising=False)
    assert is_first_process()
    monkeypatch.setenv("RANK", "1")
    assert not is_first_process()
