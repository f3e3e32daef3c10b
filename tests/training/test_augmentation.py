# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import OptionError
from anyview.data.colour_jitter import NO_COLOUR_CHANGE
from anyview.training.augmentation import Augmentation, augment
from anyview.training.plan import LossWeights, StepKind, StepPlan
from tests.training.runs import Planes

_KIND = StepKind("a", 2, 3, 42, 28, LossWeights())


def _batch():
    return Planes().batch(StepPlan(0, _KIND, False, 5))


def test_a_scene_changes_by_its_own_seed_wherever_it_lies():
    batch = _batch()
    whole = augment(batch, Augmentation(), [1, 2, 3])
    part = augment(batch.select([2]), Augmentation(), [3])
    assert torch.equal(whole.images[2], part.images[0])
    assert torch.equal(whole.depth[2], part.depth[0])
    assert not torch.equal(whole.images, batch.images)


def test_scenes_are_mirrored_as_often_as_asked_for():
    batch = _batch()
    for share in (0.0, 1.0):
        options = Augmentation(flip=share, colours=NO_COLOUR_CHANGE)
        changed = augment(batch, options, [1, 2, 3])
        expected = batch.images.flip(-1) if share else batch.images
        assert torch.equal(changed.images, expected)
    options = Augmentation(flip=0.5, colours=NO_COLOUR_CHANGE)
    seeds = list(range(200))
    many = augment(batch.select([0] * 200), options, seeds)
    is_mirrored = (many.images == batch.images[0].flip(-1)).flatten(1).all(1)
    assert 70 < int(is_mirrored.sum()) < 130


def test_refuses_what_is_no_probability():
    with pytest.raises(OptionError, match="flip"):
        Augmentation(flip=2.0)
