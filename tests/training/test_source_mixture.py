# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from collections import Counter

import pytest
import torch

from anyview.core.errors import OptionError
from anyview.training.batch_source import BatchSource, share
from anyview.training.plan import LossWeights, StepKind, StepPlan
from anyview.training.source_mixture import SourceMixture
from tests.training.small_scenes import small_batch


class Named:
    """Scenes whose names say who gave them, in which step, and which of how many they are."""

    def __init__(self, name: str) -> None:
        self.name = name

    def batch(self, plan: StepPlan, rank: int = 0, world: int = 1):
        batch = small_batch(plan.kind.scenes, 28, 14)
        batch.names = [f"{self.name}/{plan.step}/{i}" for i in range(plan.kind.scenes)]
        return batch.select(list(share(plan.kind.scenes, rank, world)))


def _plan(step: int, scenes: int = 8) -> StepPlan:
    kind = StepKind("a", 1, scenes, 14, 28, LossWeights(depth=1.0))
    return StepPlan(step, kind, False, 7000 + step)


MIXTURE = SourceMixture([(3.0, Named("real")), (1.0, Named("worlds"))])


def test_each_part_gives_the_scenes_that_it_would_give_alone():
    batch = MIXTURE.batch(_plan(2))
    assert isinstance(MIXTURE, BatchSource)
    for name in ("real", "worlds"):
        own = [n for n in batch.names if n.startswith(name)]
        assert own == [f"{name}/2/{i}" for i in range(len(own))]
        assert own, "seed 7002 draws both"
    pictures = dict(zip(batch.names, batch.images, strict=True))
    alone = Named("real").batch(_plan(2))
    assert torch.equal(pictures["real/2/0"], alone.images[0])


def test_a_step_is_the_same_on_any_number_of_processes():
    whole = MIXTURE.batch(_plan(5))
    assert whole.names == MIXTURE.batch(_plan(5)).names
    for world in (2, 4):
        parts = [MIXTURE.batch(_plan(5), rank, world).names for rank in range(world)]
        assert [parts[i % world][i // world] for i in range(8)] == whole.names


def test_parts_come_by_weight_and_steps_differ():
    steps = [MIXTURE.parts_of(_plan(step)) for step in range(500)]
    counts = Counter(part for parts in steps for part in parts)
    assert counts[0] / 4000 == pytest.approx(0.75, abs=0.03)
    assert len({tuple(parts) for parts in steps}) > 50


def test_a_part_of_weight_0_is_never_asked():
    class Refusing:
        def batch(self, plan: StepPlan, rank: int = 0, world: int = 1):
            raise AssertionError("not asked")

    mixture = SourceMixture([(1.0, Named("real")), (0.0, Refusing())])
    assert all(name.startswith("real") for name in mixture.batch(_plan(1)).names)


@pytest.mark.parametrize("weights", [(), (0.0, 0.0), (-1.0, 2.0)])
def test_refuses_weights_that_are_none(weights):
    with pytest.raises(OptionError, match="Weights of sources"):
        SourceMixture([(weight, Named("a")) for weight in weights])
