# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import OptionError
from anyview.data.batch import Batch
from anyview.data.batch_plan import BudgetOptions
from anyview.data.mixing import Mixture, Part, seed_for

BUDGET = BudgetOptions(max_tokens=64, sizes=((28, 28), (28, 42)), min_views=1, max_views=4)


class Numbers:
    """Scenes that show their seed."""

    def __init__(self, name):
        self.name = name

    def batch(self, seed: int, scenes: int, views: int, size: tuple[int, int]) -> Batch:
        shape = (scenes, views, *size)
        known = torch.ones(scenes, dtype=torch.bool)
        noise = torch.Generator().manual_seed(seed)
        return Batch(
            images=torch.rand(scenes, views, 3, *size, generator=noise),
            depth=torch.ones(shape),
            sky=torch.zeros(shape, dtype=torch.bool),
            objects=torch.zeros(shape, dtype=torch.bool),
            intrinsics=torch.eye(3).expand(scenes, views, 3, 3),
            cam_from_world=torch.eye(4).expand(scenes, views, 4, 4),
            has_pose=known,
            has_masks=known,
            is_metric=known,
            depth_kind=torch.zeros(scenes, dtype=torch.long),
            names=[f"{self.name}-{seed}"] * scenes,
        )


def mixture(seed=0, **weights):
    weights = weights or {"worlds": 3.0, "photos": 1.0}
    return Mixture([Part(n, Numbers(n), w) for n, w in weights.items()], seed, budget=BUDGET)


def test_a_batch_is_a_function_of_seed_and_step():
    first = mixture().batch(11)
    plan = mixture().plan(11)
    assert first.images.shape == (plan.scenes, plan.views, 3, plan.height, plan.width)
    used = mixture()
    for step in range(5):
        used.batch(step)
    assert torch.equal(used.batch(11).images, first.images)
    assert used.batch(11).names == first.names
    assert mixture(seed=1).batch(11).names != first.names
    names = [name for step in range(40) for name in used.batch(step).names]
    assert len(set(names)) == len(names)


def test_weights_are_shares_of_scenes():
    mixed = mixture()
    names = [part.name for step in range(400) for part in mixed.parts_of(step)]
    assert names.count("worlds") / len(names) == pytest.approx(0.75, abs=0.03)
    alone = mixture(worlds=0.0, photos=2.0)
    assert {part.name for step in range(40) for part in alone.parts_of(step)} == {"photos"}
    for step in range(20):
        made = [name.split("-")[0] for name in mixed.batch(step).names]
        assert made == [part.name for part in mixed.parts_of(step)]


@pytest.mark.parametrize("world", [2, 4])
def test_processes_share_out_the_same_scenes(world):
    mixed = mixture()
    steps = [step for step in range(20) if mixed.plan(step).scenes >= world]
    assert len(steps) > 3
    for step in steps[:6]:
        whole = mixed.batch(step)
        for rank in range(world):
            part = mixed.batch(step, rank, world)
            expected = whole.select(range(rank, len(whole.names), world))
            assert part.names == expected.names
            assert torch.equal(part.images, expected.images)


def test_processes_without_a_scene_are_told_why():
    with pytest.raises(OptionError, match="process 63 of 64 gets none; raise max_tokens"):
        mixture().batch(0, 63, 64)


def test_seeds_differ():
    seeds = {seed_for(*words) for words in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)]}
    assert len(seeds) == 4
    assert all(0 <= seed < 2**62 for seed in seeds)


def test_impossible_mixtures_are_refused():
    for weights in ({"a": -1.0, "b": 2.0}, {"a": 0.0}):
        with pytest.raises(OptionError, match="Weights must not be negative"):
            mixture(**weights)
    with pytest.raises(OptionError, match="no parts"):
        Mixture([], 0)
    with pytest.raises(OptionError, match="different names"):
        Mixture([Part("a", Numbers("a")), Part("a", Numbers("b"))], 0)
