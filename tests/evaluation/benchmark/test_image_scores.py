# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.evaluation.benchmark.image_scores import score_images
from anyview.evaluation.benchmark.task import Answer
from tests.evaluation.benchmark.example_room import right_answer, room_truth, room_views


@pytest.fixture(scope="module")
def truth(synthetic_scene):
    return room_truth(synthetic_scene)


def test_right_depth_shows_what_was_photographed(truth, synthetic_scene):
    views = room_views(synthetic_scene)
    right = score_images(right_answer(truth), views).numbers
    assert right["images/psnr"] > 14
    assert right["images/coverage"] > 0.7
    flat = tuple(torch.full_like(depth, 2.0) for depth in truth.depth)
    wrong = score_images(right_answer(truth, depth=flat), views).numbers
    assert wrong["images/psnr"] < right["images/psnr"] - 2
    assert wrong["images/ssim"] < right["images/ssim"]


def test_what_cannot_be_drawn_is_not_scored(truth, synthetic_scene):
    views = room_views(synthetic_scene)
    assert not score_images(Answer(), views).numbers
    assert not score_images(right_answer(truth, intrinsics=None), views).numbers
    depth = right_answer(truth).depth
    one = right_answer(truth, depth=(depth[0], None, None, None))
    assert not score_images(one, views).numbers


def test_views_that_see_nothing_of_each_other_have_no_psnr(truth, synthetic_scene):
    two = room_truth(synthetic_scene, views=2)
    cameras = two.cam_from_world.clone()
    cameras[1, :3] = -cameras[1, :3]  # no rotation: everything is behind it
    cameras[1, 2] = -cameras[0, 2]
    answer = Answer(
        depth=tuple(torch.where(d > 0, 1.0, 0.0) for d in two.depth),
        cam_from_world=torch.stack(
            (torch.eye(4).double(), torch.diag(torch.tensor([-1.0, 1, -1, 1])).double())
        ),
        intrinsics=two.intrinsics,
    )
    numbers = score_images(answer, room_views(synthetic_scene, 2)).numbers
    assert numbers == {"images/coverage": 0.0}
