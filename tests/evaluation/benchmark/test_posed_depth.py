# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth and cameras of an answer in the frame of the truth."""

from dataclasses import replace

import pytest
import torch

from anyview.evaluation.benchmark.posed_depth import posed_depth, similarity
from anyview.evaluation.benchmark.task import Answer
from tests.evaluation.benchmark.example_room import MOVE, right_answer, room_truth


@pytest.fixture
def truth(synthetic_scene):
    return room_truth(synthetic_scene)


def sizes(truth):
    return [tuple(depth.shape) for depth in truth.depth]


@pytest.mark.parametrize("fit", ["centres", "cameras"])
def test_a_right_answer_becomes_the_truth(truth, fit):
    views = posed_depth(right_answer(truth), truth, sizes(truth), fit)
    assert len(views) == 4
    for view, depth, camera, K in zip(
        views, truth.depth, truth.cam_from_world, truth.intrinsics, strict=True
    ):
        torch.testing.assert_close(view.depth, depth, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(view.cam_from_world, camera, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(view.intrinsics, K)


def test_the_similarity_is_found_by_either_fit(truth):
    for fit in ("centres", "cameras"):
        found = similarity(right_answer(truth), truth, range(4), fit)
        assert float(found.scale) == pytest.approx(float(MOVE.scale), rel=1e-6)


def test_one_view_takes_its_scale_from_depth(truth, synthetic_scene):
    one = room_truth(synthetic_scene, views=1)
    (view,) = posed_depth(right_answer(one), one, sizes(one), "cameras")
    torch.testing.assert_close(view.depth, one.depth[0], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(view.cam_from_world, one.cam_from_world[0], rtol=1e-6, atol=1e-6)


def test_given_cameras_are_used_and_the_scale_is_the_answers(truth):
    K = truth.intrinsics * torch.tensor([2.0, 2.0, 1.0], dtype=torch.float64)[:, None]
    answer = right_answer(truth, intrinsics=K)
    views = posed_depth(answer, truth, sizes(truth), "centres", given=True)
    assert torch.equal(views[2].cam_from_world, truth.cam_from_world[2])
    torch.testing.assert_close(views[2].intrinsics, truth.intrinsics[2])
    torch.testing.assert_close(views[2].depth, truth.depth[2], rtol=1e-4, atol=1e-4)
    depth_only = Answer(depth=tuple(3 * depth for depth in truth.depth))
    views = posed_depth(depth_only, truth, sizes(truth), "centres", given=True)
    torch.testing.assert_close(views[1].depth, truth.depth[1], rtol=1e-4, atol=1e-4)
    assert posed_depth(depth_only, truth, sizes(truth), "centres") == []


def test_masks_take_pixels_away(truth):
    keep = torch.zeros(truth.depth[0].shape, dtype=torch.bool)
    keep[10:20, 30:40] = True
    masked = replace(truth, masks=(keep, None, None, None))
    views = posed_depth(right_answer(truth), masked, sizes(truth), "cameras")
    assert int((views[0].depth > 0).sum()) == int((keep & (truth.depth[0] > 0)).sum())
    without = replace(truth, depth=(torch.where(keep, truth.depth[0], 0.0), *truth.depth[1:]))
    views = posed_depth(right_answer(truth), without, sizes(truth), "cameras")
    # 1 % of the pixels is sparse truth: it masks nothing.
    assert float((views[0].depth > 0).float().mean()) > 0.5


def test_a_coarser_grid_has_its_own_lens(truth):
    half = tuple(depth[::2, ::2] for depth in right_answer(truth).depth)
    view = posed_depth(right_answer(truth, depth=half), truth, sizes(truth), "cameras")[0]
    assert view.depth.shape == (42, 56)
    torch.testing.assert_close(view.intrinsics[:2], truth.intrinsics[0, :2] / 2)


def test_what_is_not_placed_is_not_used(truth):
    cameras = right_answer(truth).cam_from_world.clone()
    cameras[1] = torch.nan
    depth = right_answer(truth).depth
    answer = right_answer(truth, cam_from_world=cameras, depth=(None, *depth[1:]))
    assert len(posed_depth(answer, truth, sizes(truth), "cameras")) == 2
    nowhere = right_answer(truth, cam_from_world=torch.full_like(cameras, torch.nan))
    assert posed_depth(nowhere, truth, sizes(truth), "cameras") == []


def test_answers_without_a_lens_get_one(truth):
    view = posed_depth(right_answer(truth, intrinsics=None), truth, sizes(truth), "cameras")[0]
    torch.testing.assert_close(view.intrinsics, truth.intrinsics[0])
    blind = replace(truth, intrinsics=None)
    view = posed_depth(right_answer(truth, intrinsics=None), blind, sizes(truth), "cameras")[0]
    assert float(view.intrinsics[0, 0]) == pytest.approx(112 / 2 / 3**-0.5)
