# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The average equals a plain loop, and swapping leaves no trace."""

import pytest
import torch
from torch import nn

from anyview.core.errors import CheckpointMismatchError, OptionError
from anyview.training.weight_average import WeightAverage


def drift(layer: nn.Module, generator: torch.Generator) -> None:
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=generator))


def test_equals_a_plain_loop():
    layer, generator = nn.Linear(3, 2), torch.Generator().manual_seed(0)
    average = WeightAverage(layer, decay=0.3)
    expected = layer.weight.detach().clone()
    for n in range(8):
        drift(layer, generator)
        average.update()
        decay = min(0.3, (1 + n) / (10 + n))
        expected = decay * expected + (1 - decay) * layer.weight.detach()
    torch.testing.assert_close(average.state_dict()["averages"]["weight"], expected)


def test_an_early_average_has_left_the_initial_weights():
    layer = nn.Linear(2, 2)
    nn.init.constant_(layer.weight, 1.0)
    average = WeightAverage(layer, decay=0.9999)
    nn.init.constant_(layer.weight, 0.0)
    for _ in range(20):
        average.update()
    assert float(average.state_dict()["averages"]["weight"].max()) < 1e-3


def test_swapping():
    layer, generator = nn.Linear(3, 2), torch.Generator().manual_seed(0)
    average = WeightAverage(layer)
    first = layer.weight.detach().clone()
    drift(layer, generator)
    own, pointer = layer.weight.detach().clone(), layer.weight.data_ptr()
    with average.swapped_in():
        assert torch.equal(layer.weight, first)
        assert layer.weight.data_ptr() == pointer
        with pytest.raises(AssertionError, match="while averages"):
            average.update()
    assert torch.equal(layer.weight, own)
    with pytest.raises(KeyError), average.swapped_in():
        raise KeyError
    assert torch.equal(layer.weight, own)
    average.update()


def test_the_average_is_float32_and_of_trained_parameters():
    layer = nn.Linear(3, 2).bfloat16()
    layer.bias.requires_grad_(False)
    average = WeightAverage(layer)
    averages = average.state_dict()["averages"]
    assert {name: a.dtype for name, a in averages.items()} == {"weight": torch.float32}
    average.update()
    with average.swapped_in():
        assert layer.weight.dtype == torch.bfloat16


def test_resuming():
    layer, generator = nn.Linear(3, 2), torch.Generator().manual_seed(0)
    average = WeightAverage(layer)
    drift(layer, generator)
    average.update()
    resumed = WeightAverage(layer)
    resumed.load_state_dict(average.state_dict())
    drift(layer, generator)
    for one in (average, resumed):
        one.update()
    a, b = average.state_dict(), resumed.state_dict()
    assert a["num_updates"] == b["num_updates"] == 2
    assert all(torch.equal(a["averages"][name], b["averages"][name]) for name in a["averages"])


def test_what_is_refused():
    with pytest.raises(OptionError, match="decay is 1"):
        WeightAverage(nn.Linear(1, 1), decay=1.0)
    state = WeightAverage(nn.Linear(3, 2)).state_dict()
    with pytest.raises(CheckpointMismatchError, match=r"weight is \(2, 3\), expected \(2, 4\)"):
        WeightAverage(nn.Linear(4, 2)).load_state_dict(state)
    with pytest.raises(CheckpointMismatchError, match=r"unexpected \(1\): bias"):
        WeightAverage(nn.Linear(3, 2, bias=False)).load_state_dict(state)
