# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import torch
import torch.nn.functional as F

from anyview.model.config import DptConfig
from anyview.model.dpt import Fusion, FusionChain, Pyramid, add_position_, pointwise, upsample


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_position_embedding_equals_a_plain_loop():
    height, width, channels, h, w = 28, 42, 8, 2, 3
    x = add_position_(torch.zeros(1, channels, h, w), height, width)
    diagonal = math.hypot(height, width)
    for i in range(h):
        for j in range(w):
            u = ((2 * j + 1) / w - 1) * width / diagonal
            v = ((2 * i + 1) / h - 1) * height / diagonal
            expected = []
            for coordinate in (u, v):
                for wave in (math.sin, math.cos):
                    expected += [0.1 * wave(coordinate * 100 ** (-k / 2)) for k in range(2)]
            torch.testing.assert_close(x[0, :, i, j], torch.tensor(expected))


def test_pointwise_is_a_1x1_convolution():
    conv = torch.nn.Conv2d(5, 3, 1)
    x = noise(2, 5, 4, 6)
    torch.testing.assert_close(pointwise(conv, x), conv(x))


def test_mixing_before_upsampling_equals_mixing_after():
    fusion = Fusion(4, has_lateral=True)
    x, lateral = noise(1, 4, 3, 5), noise(1, 4, 3, 5, seed=1)
    summed = x + fusion.lateral(lateral)
    expected = fusion.mix(upsample(fusion.refine(summed), (6, 9)))
    torch.testing.assert_close(fusion(x, lateral, (6, 9)), expected)


def test_residual_unit_formula_and_untouched_input():
    unit = Fusion(4, has_lateral=False).refine
    x = noise(1, 4, 3, 5)
    before = x.clone()
    expected = x + F.conv2d(
        F.relu(F.conv2d(F.relu(x), unit.first.weight, unit.first.bias, padding=1)),
        unit.second.weight,
        unit.second.bias,
        padding=1,
    )
    torch.testing.assert_close(unit(x), expected)
    assert torch.equal(x, before)


def test_pyramid_sizes_and_chain_size():
    config = DptConfig(8, (4, 8, 12, 16))
    taken = [noise(2, 3 * 5, 12, seed=i) for i in range(4)]
    maps = Pyramid(12, config, add_position=True)(taken, (3, 5), (42, 70))
    assert [tuple(m.shape) for m in maps] == [
        (2, 8, 12, 20),
        (2, 8, 6, 10),
        (2, 8, 3, 5),
        (2, 8, 2, 3),
    ]
    assert FusionChain(8)(maps).shape == (2, 8, 24, 40)
