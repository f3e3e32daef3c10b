# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import OptionError
from anyview.geometry.projection import project
from anyview.geometry.se3 import transform_points
from anyview.training.augmentation import Augmentation, augment, mirror
from anyview.training.plan import LossWeights, StepKind, StepPlan
from tests.training.runs import Planes

_KIND = StepKind("a", 2, 3, 42, 28, LossWeights())


def _batch():
    batch = Planes().batch(StepPlan(0, _KIND, False, 5))
    turn = torch.linalg.matrix_exp(torch.tensor([[0, -0.2, 0.1], [0.2, 0, 0.3], [-0.1, -0.3, 0]]))
    batch.cam_from_world[:, 1, :3, :3] = turn
    batch.cam_from_world[:, 1, 1, 3] = -0.4
    return batch


def test_mirrored_points_land_on_mirrored_pixels():
    """A point with x of the other sign is seen at the other side, at the same depth."""
    batch = _batch()
    flipped = mirror(batch, torch.tensor([True, True, False]))
    points = torch.randn(10, 3, generator=torch.Generator().manual_seed(0)) + torch.tensor(
        [0, 0, 5]
    )
    signs = torch.tensor([-1.0, 1.0, 1.0])
    for view in (0, 1):
        pixels, depth = project(
            transform_points(batch.cam_from_world[0, view], points), batch.intrinsics[0, view]
        )
        other, far = project(
            transform_points(flipped.cam_from_world[0, view], points * signs),
            flipped.intrinsics[0, view],
        )
        torch.testing.assert_close(far, depth)
        torch.testing.assert_close(other[:, 0], 42 - pixels[:, 0], atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(other[:, 1], pixels[:, 1], atol=1e-4, rtol=1e-4)
    assert torch.equal(flipped.depth[0], batch.depth[0].flip(-1))
    assert torch.equal(flipped.images[2], batch.images[2])
    assert torch.equal(flipped.cam_from_world[2], batch.cam_from_world[2])


def test_mirroring_twice_changes_nothing():
    batch, every = _batch(), torch.ones(3, dtype=torch.bool)
    twice = mirror(mirror(batch, every), every)
    for name in ("images", "depth", "intrinsics", "cam_from_world"):
        torch.testing.assert_close(getattr(twice, name), getattr(batch, name))


def test_a_scene_changes_by_its_own_seed_wherever_it_lies():
    batch = _batch()
    whole = augment(batch, Augmentation(), [1, 2, 3])
    part = augment(batch.select([2]), Augmentation(), [3])
    assert torch.equal(whole.images[2], part.images[0])
    assert torch.equal(whole.depth[2], part.depth[0])
    assert whole.images.min() >= 0
    assert whole.images.max() <= 1
    assert not torch.equal(whole.images, batch.images)


def test_no_augmentation_is_none():
    batch = _batch()
    none = Augmentation(flip=0.0, grey=0.0, brightness=0.0, contrast=0.0, saturation=0.0)
    torch.testing.assert_close(augment(batch, none, [1, 2, 3]).images, batch.images)
    with pytest.raises(OptionError, match="flip"):
        Augmentation(flip=2.0)
