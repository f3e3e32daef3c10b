# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.model.build import build
from anyview.model.outputs import OutputRequest
from anyview.model.registry import VARIANTS
from anyview.training.monocular_pass import LEAK, look_at


def _network(sky_bias: float = 0.0):
    network = build(VARIANTS["nano-mono"].config, seed=3)
    network.head.sky_out.last.bias.fill_(sky_bias)
    return network


def _images(count: int) -> torch.Tensor:
    return torch.randn(count, 3, 28, 42, generator=torch.Generator().manual_seed(count))


def test_it_is_the_network_s_own_answer_where_no_sky_is_filled():
    network, images = _network(), _images(3)
    network.head.sky_out.last.bias.fill_(0.25 - float(look_at(network, images).sky.max()))
    out = network(images[:, None], request=OutputRequest(feature_layers=(3,)))
    seen = look_at(network, images)
    torch.testing.assert_close(seen.depth, out.depth[:, 0])
    torch.testing.assert_close(seen.sky.clamp_min(0), out.sky[:, 0])
    assert bool((out.sky > 0).any())
    torch.testing.assert_close(seen.tokens, out.features[3][:, 0])
    assert not network.head.sky_out._forward_hooks, "what listened has gone"


def test_depth_under_the_predicted_sky_still_learns():
    network, images = _network(), _images(1)
    sky = look_at(network, images).sky
    network.head.sky_out.last.bias.fill_(0.3 - float(sky.median()))  # half of it is sky
    network.requires_grad_(True)
    filled = network(images[:, None]).depth[0, 0]
    seen = look_at(network, images)
    is_sky = seen.sky[0] >= 0.3
    assert 100 < int(is_sky.sum()) < is_sky.numel() - 100
    assert len(filled[is_sky].unique()) == 1
    assert len(seen.depth[0][is_sky].unique()) > 100
    (gradient,) = torch.autograd.grad(seen.depth[0][is_sky].sum(), network.head.depth_out.last.bias)
    assert gradient.item() > 0


def test_a_dead_sky_score_comes_back():
    network = _network(sky_bias=-5.0).requires_grad_(True)
    images = _images(1)
    assert float(network(images[:, None]).sky.detach().max()) == 0
    sky = look_at(network, images).sky
    assert -6 * LEAK < float(sky.detach().mean()) < -4 * LEAK
    (gradient,) = torch.autograd.grad((sky - 1).square().mean(), network.head.sky_out.last.bias)
    assert gradient.item() < 0, "upwards"
