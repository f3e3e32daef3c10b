# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import OptionError
from anyview.data.batch import Batch
from anyview.data.colour_jitter import NO_COLOUR_CHANGE
from anyview.training.augmentation import Augmentation
from anyview.training.batch_source import BatchSource
from anyview.training.label_schedule import LabelSchedule
from anyview.training.plan import LossWeights, StepKind, StepPlan
from anyview.training.scene_source import SceneBatches
from tests.training.small_scenes import small_batch


class Pictures:
    """One view a scene; the depth says who gave it."""

    def __init__(self, depth: float) -> None:
        self.depth = depth

    def batch(self, seed: int, scenes: int, views: int, size: tuple[int, int]) -> Batch:
        assert (scenes, views) == (1, 1)
        batch = small_batch(1, *size, seed=seed % 1000)
        batch.depth = torch.full_like(batch.depth, self.depth)
        return batch


def plan(step: int, scenes: int = 5) -> StepPlan:
    kind = StepKind("one", 1, scenes, 28, 14, LossWeights(depth=1.0))
    return StepPlan(step, kind, False, seed=99 + step)


def test_processes_share_the_scenes_of_a_step_whatever_their_number():
    source = SceneBatches(Pictures(1.0), Augmentation())
    assert isinstance(source, BatchSource)
    whole = source.batch(plan(3))
    assert whole.images.shape == (5, 1, 3, 14, 28)
    parts = [source.batch(plan(3), rank, 2) for rank in range(2)]
    for place in range(5):
        part = parts[place % 2]
        # Not bit for bit: products of matrices are rounded by the size of the batch.
        torch.testing.assert_close(part.images[place // 2], whole.images[place])
        assert part.names[place // 2] == whole.names[place]
    assert torch.equal(source.batch(plan(3)).images, whole.images)
    assert not torch.equal(source.batch(plan(4)).images, whole.images)


def test_augmentation_is_optional():
    plain = SceneBatches(Pictures(1.0)).batch(plan(0)).images
    same = Augmentation(flip=0.0, colours=NO_COLOUR_CHANGE)
    assert torch.equal(SceneBatches(Pictures(1.0), same).batch(plan(0)).images, plain)
    flipped = Augmentation(flip=1.0, colours=NO_COLOUR_CHANGE)
    assert torch.equal(SceneBatches(Pictures(1.0), flipped).batch(plan(0)).images.flip(-1), plain)


def test_labels_take_over_at_their_step_for_their_share():
    labels = LabelSchedule("someone", begins=0.5, truth_share=0.25)
    source = SceneBatches(Pictures(1.0), labelled=Pictures(2.0), labels=labels, num_steps=10)
    before = torch.cat([source.batch(plan(step, 40)).depth[:, 0, 0, 0] for step in range(5)])
    after = torch.cat([source.batch(plan(step, 40)).depth[:, 0, 0, 0] for step in range(5, 10)])
    assert (before == 1).all()
    assert float((after == 1).float().mean()) == pytest.approx(0.25, abs=0.08)


def test_labels_that_nobody_gives_are_refused():
    with pytest.raises(OptionError, match="give a source"):
        SceneBatches(Pictures(1.0), labels=LabelSchedule("someone"))
