# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import fields

import pytest
import torch

from anyview.core.errors import InputError
from anyview.data.batch import EXACT, SPARSE, Batch, join


def _batch(scenes: int, views: int = 2, kind: int = EXACT) -> Batch:
    shape = (scenes, views, 28, 42)
    yes = torch.ones(scenes, dtype=torch.bool)
    depth = torch.arange(scenes)[:, None, None, None].expand(shape).float().clone()
    return Batch(
        images=torch.rand(scenes, views, 3, 28, 42),
        depth=depth,
        sky=torch.zeros(shape, dtype=torch.bool),
        objects=torch.zeros(shape, dtype=torch.bool),
        intrinsics=torch.eye(3).expand(scenes, views, 3, 3).clone(),
        cam_from_world=torch.eye(4).expand(scenes, views, 4, 4).clone(),
        has_pose=yes,
        has_masks=yes.clone(),
        is_metric=yes.clone(),
        depth_kind=torch.full((scenes,), kind),
        names=[f"scene-{i}" for i in range(scenes)],
    )


def test_knows_what_is_valid_and_how_many_tokens_it_costs():
    batch = _batch(3)
    assert not batch.valid[0].any()
    assert batch.valid[1:].all()
    assert batch.num_tokens == 3 * 2 * 2 * 3


def test_selected_and_joined_again_is_the_same():
    batch = _batch(5)
    again = join([batch.select([0, 1]), batch.select(slice(2, None))])
    for item in fields(Batch):
        one, other = getattr(batch, item.name), getattr(again, item.name)
        assert one == other if item.name == "names" else torch.equal(one, other)
    assert batch.select(slice(1, None, 2)).names == ["scene-1", "scene-3"]
    assert batch.select([3]).depth.unique().tolist() == [3.0]


def test_kinds_of_depth_stay_with_their_scenes():
    both = join([_batch(1), _batch(2, kind=SPARSE)])
    assert both.depth_kind.tolist() == [EXACT, SPARSE, SPARSE]
    assert both.to(torch.device("cpu")).names == both.names


def test_views_of_unequal_number_make_no_batch():
    with pytest.raises(InputError, match="equal number and size"):
        join([_batch(1), _batch(1, views=3)])
