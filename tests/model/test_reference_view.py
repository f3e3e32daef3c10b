# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.model.reference_view import ViewOrder, select_reference_view


def tokens(seed=0, scenes=3, views=6, width=10):
    return torch.randn(scenes, views, width, generator=torch.Generator().manual_seed(seed)) + 0.2


def test_position_strategies():
    assert select_reference_view(tokens(), "first").tolist() == [0, 0, 0]
    assert select_reference_view(tokens(), "middle").tolist() == [3, 3, 3]


@pytest.mark.parametrize("seed", range(4))
def test_saddle_balanced_equals_a_plain_loop(seed):
    x = tokens(seed)
    chosen = select_reference_view(x, "saddle_balanced").tolist()
    for scene, index in zip(x, chosen, strict=True):
        unit = [v / v.norm() for v in scene]
        views = range(len(scene))
        mean = [sum(float(unit[i] @ unit[j]) for j in views if j != i) / 5 for i in views]
        norm = [float(v.norm()) for v in scene]
        variance = [float(v.var()) for v in unit]
        score = [0.0] * len(scene)
        for trait in (mean, norm, variance):
            low, high = min(trait), max(trait)
            score = [s + abs((t - low) / (high - low) - 0.5) for s, t in zip(score, trait)]  # noqa: B905
        assert index == score.index(min(score))


@pytest.mark.parametrize("seed", range(4))
def test_saddle_sim_range_equals_a_plain_loop(seed):
    x = tokens(seed)
    chosen = select_reference_view(x, "saddle_sim_range").tolist()
    for scene, index in zip(x, chosen, strict=True):
        unit = [v / v.norm() for v in scene]
        ranges = []
        for i in range(6):
            similarity = [float(unit[i] @ unit[j]) - (i == j) for j in range(6)]
            ranges.append(max(similarity) - min(similarity))
        assert index == ranges.index(max(ranges))


def test_order_puts_the_reference_first_and_restores():
    x = torch.arange(10.0).reshape(2, 5, 1, 1).expand(-1, -1, 3, 2)
    order = ViewOrder(torch.tensor([2, 0]), 5)
    moved = order.apply(x)
    assert moved[0, :, 0, 0].tolist() == [2, 0, 1, 3, 4]
    assert moved[1, :, 0, 0].tolist() == [5, 6, 7, 8, 9]
    assert torch.equal(order.restore(moved), x)
