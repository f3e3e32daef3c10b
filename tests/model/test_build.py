# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.model.build import build
from anyview.model.nested import NestedNetwork
from anyview.model.registry import VARIANTS


def test_seeds_decide_the_weights_and_leave_the_global_generator_alone():
    before = torch.random.get_rng_state()
    first, again, other = (build(VARIANTS["nano"].config, seed=s) for s in (0, 0, 1))
    assert torch.equal(torch.random.get_rng_state(), before)
    for a, b in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(a, b)
    assert any(
        not torch.equal(a, b) for a, b in zip(first.parameters(), other.parameters(), strict=True)
    )


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_every_variant_is_built_as_its_config_says(name):
    config = VARIANTS[name].config
    network = build(config, device="meta")
    assert network.config == config
    assert isinstance(network, NestedNetwork) == (name in ("nano-nested", "nested-giant-large"))
    assert not network.training
    assert not any(p.requires_grad for p in network.parameters())
