# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Runs in batches equal runs one by one; depth comes back on the grid of the image."""

import pytest
import torch

import anyview
from anyview.evaluation.prediction_runs import (
    RunPlan,
    depth_on_image,
    predict_scenes,
    stack_predictions,
)
from anyview.inference.options import PredictOptions
from anyview.structures.prediction import Prediction
from anyview.structures.views import View, ViewSet


def views(count, height=56, width=70, seed=0):
    random = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 255, (count, 3, height, width), generator=random, dtype=torch.uint8)
    return ViewSet(tuple(View(image, str(i)) for i, image in enumerate(images)))


def test_batches_equal_single_runs(nano):
    plan = RunPlan(resolution=70, views_at_once=4)
    scenes = [views(2, seed=1), views(1, seed=2), views(2, 70, 42, seed=3), views(2, seed=4)]
    scenes += [views(2, seed=5)]
    together = predict_scenes(nano, scenes, plan)
    for scene, found in zip(scenes, together, strict=True):
        alone = nano.predict_views(scene, PredictOptions(resolution=70, rays=True))
        torch.testing.assert_close(found.depth, alone.depth, rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(found.extrinsics, alone.extrinsics, rtol=1e-4, atol=1e-5)
        assert found.ray_map is not None
    stacked = stack_predictions([together[0], together[3]])
    assert stacked.depth.shape == (2, 2, 56, 70)
    assert stacked.cam_from_world.shape == (2, 2, 4, 4)
    assert torch.equal(stacked.ray_map[1], together[3].ray_map)


def test_models_without_cameras_and_rays():
    mono = anyview.build("nano-mono", device="cpu", dtype="float32")
    found = stack_predictions(predict_scenes(mono, [views(2)], RunPlan(resolution=70)))
    assert found.cam_from_world is found.intrinsics is found.ray_map is None


def test_depth_is_sampled_between_pixel_centres():
    coarse = torch.rand(1, 4, 6, generator=torch.Generator().manual_seed(0)) + 1
    blank = torch.zeros(1, 3, 4, 6, dtype=torch.uint8)
    scale = torch.diag(torch.tensor([0.5, 0.25, 1.0]))[None]
    prediction = Prediction(coarse, blank, ("a",), processed_from_original=scale)
    expected = torch.nn.functional.interpolate(coarse[None], size=(16, 12), mode="bilinear")
    torch.testing.assert_close(depth_on_image(prediction, 0, 16, 12), expected[0, 0])


def test_a_crop_is_undone():
    depth = torch.arange(24.0).reshape(1, 4, 6) + 1
    blank = torch.zeros(1, 3, 4, 6, dtype=torch.uint8)
    shift = torch.eye(3)[None].clone()
    shift[0, 0, 2], shift[0, 1, 2] = -1, -2  # one column and two rows were cut off
    prediction = Prediction(depth, blank, ("a",), processed_from_original=shift)
    whole = depth_on_image(prediction, 0, 8, 8)
    torch.testing.assert_close(whole[2:6, 1:7], depth[0])
    assert whole[0, 0] == pytest.approx(1)  # beyond the border its depth goes on
