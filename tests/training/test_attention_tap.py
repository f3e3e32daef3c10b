# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.model.build import build
from anyview.model.registry import VARIANTS
from anyview.training.attention_tap import AttentionTap


def test_catches_what_attention_compares_and_then_lets_go():
    network = build(VARIANTS["nano"].config, seed=0)
    tap = AttentionTap(network, (3,), 1)
    images = torch.randn(2, 2, 3, 28, 42, generator=torch.Generator().manual_seed(0))
    with tap.listening():
        network(images)
    ((query, key),) = tap.queries_and_keys(2)
    assert query.shape == key.shape == (2, 2, 7, 1, 16)
    norm = network.backbone.blocks[3].attention.query_norm
    assert not norm._forward_hooks
    before = query.clone()
    network(images + 1)
    assert torch.equal(tap.queries_and_keys(2)[0][0], before)


def test_gradients_flow_into_the_network():
    network = build(VARIANTS["nano"].config, seed=0).requires_grad_(True)
    tap = AttentionTap(network, (3,), 2)
    with tap.listening():
        network(torch.randn(1, 2, 3, 28, 28))
    query, key = tap.queries_and_keys(2)[0]
    (query * key).sum().backward()
    assert network.backbone.blocks[3].attention.qkv.weight.grad.abs().sum() > 0
