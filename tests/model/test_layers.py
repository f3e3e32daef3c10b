# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch
import torch.nn.functional as F

from anyview.model.attention_kernel import attend
from anyview.model.layers import Attention, Block, Mlp, SwiGlu


def randomize(module, seed=0):
    generator = torch.Generator().manual_seed(seed)
    for parameter in module.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3
    return module


def test_attend_equals_a_plain_loop():
    generator = torch.Generator().manual_seed(0)
    query, key, value = torch.randn(3, 2, 5, 3, 4, generator=generator)
    out = attend(query, key, value)
    for n in range(2):
        for head in range(3):
            scores = query[n, :, head] @ key[n, :, head].T / 2.0
            expected = scores.softmax(-1) @ value[n, :, head]
            torch.testing.assert_close(out[n, :, head], expected)


def test_attention_normalises_queries_and_keys_before_rotating():
    layer = randomize(Attention(8, 2, normalize=True))
    x = torch.randn(1, 3, 8, generator=torch.Generator().manual_seed(3))
    seen = []

    def rotate(vectors):
        seen.append(vectors.clone())
        return vectors

    layer(x, rotate)
    query = layer.qkv(x)[..., :8].unflatten(-1, (2, 4))
    expected = F.layer_norm(query, (4,), layer.query_norm.weight, layer.query_norm.bias, 1e-5)
    torch.testing.assert_close(seen[0], expected)
    assert len(seen) == 2


def test_attention_refuses_a_width_that_heads_do_not_divide():
    with pytest.raises(ValueError, match="not a multiple of heads"):
        Attention(10, 3, normalize=False)


def test_swiglu_gates_with_the_first_half():
    layer = randomize(SwiGlu(4, 6))
    x = torch.randn(5, 4, generator=torch.Generator().manual_seed(1))
    gate, value = (x @ layer.gate_and_value.weight.T + layer.gate_and_value.bias).split(6, -1)
    expected = (F.silu(gate) * value) @ layer.contract.weight.T + layer.contract.bias
    torch.testing.assert_close(layer(x), expected)


def test_block_is_two_scaled_residual_branches_and_leaves_its_input_alone():
    block = randomize(Block(8, 2, Mlp(8, 16), norm_eps=1e-6, scale=1.0))
    x = torch.randn(2, 4, 8, generator=torch.Generator().manual_seed(1))
    before = x.clone()
    out = block(x)
    middle = x + block.attention_scale * block.attention(block.attention_norm(x))
    expected = middle + block.feed_forward_scale * block.feed_forward(
        block.feed_forward_norm(middle)
    )
    torch.testing.assert_close(out, expected)
    assert torch.equal(x, before)


@pytest.mark.parametrize(("rows", "tokens"), [(1, 2500), (3, 700), (2, 1100)])
def test_parts_without_gradients_equal_the_whole(rows, tokens):
    """More tokens than are worked on at a time, in one row and in several."""
    block = randomize(Block(8, 2, Mlp(8, 16), normalize_qk=True, norm_eps=1e-6, scale=1.0))
    x = torch.randn(rows, tokens, 8, generator=torch.Generator().manual_seed(2))
    turned = []

    def rotate(vectors):
        turned.append(vectors.shape)
        return vectors * torch.linspace(0.5, 1.5, vectors.shape[1])[:, None, None]

    with torch.no_grad():
        parts = block(x, rotate)
    assert all(shape[1] == tokens for shape in turned)
    torch.testing.assert_close(parts, block(x, rotate), atol=1e-5, rtol=1e-4)
