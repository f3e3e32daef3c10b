# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""All numbers at once: perfect answers, planted wrong ones, other grids, parts that are absent."""

import math

import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.cameras import resize_intrinsics
from anyview.geometry.rays import ray_map_from_cameras
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.geometry.se3 import relative_to_first, rigid_transform
from anyview.metrics.depth import mean_depth_scores, scene_depth_errors
from anyview.metrics.pose import pair_errors, pose_scores
from anyview.metrics.scene_scores import ScenePrediction, SceneTruth, at_size, score_scenes

SCENES, VIEWS, HEIGHT, WIDTH = 2, 3, 12, 16


def planted(seed=0):
    """Truth of small scenes: cameras that look about the same way, lenses that differ."""
    random = torch.Generator().manual_seed(seed)
    shape = (SCENES, VIEWS)
    turn = rotation_from_axis_angle(0.4 * torch.randn(*shape, 3, generator=random))
    K = torch.eye(3).repeat(*shape, 1, 1)
    K[..., 0, 0] = 10 + 8 * torch.rand(*shape, generator=random)
    K[..., 1, 1] = K[..., 0, 0]
    K[..., 0, 2], K[..., 1, 2] = WIDTH / 2, HEIGHT / 2
    depth = 1 + 4 * torch.rand(*shape, HEIGHT, WIDTH, generator=random)
    depth[..., 0, :] = 0
    return SceneTruth(depth, rigid_transform(turn, torch.randn(*shape, 3, generator=random)), K)


def perfect(truth, scale=2.5):
    """What a perfect network says: in the first view's frame, at another scale, on a ray grid."""
    cameras = relative_to_first(truth.cam_from_world).clone()
    rays = ray_map_from_cameras(cameras, truth.intrinsics, 24, 32, image_size=(HEIGHT, WIDTH))
    rays = torch.cat((scale * rays[..., :3], rays[..., 3:]), dim=-1)
    cameras[..., :3, 3] *= scale
    filled = torch.where(truth.depth > 0, truth.depth, 1.0)
    conf = torch.ones(rays.shape[:-1])
    return ScenePrediction(scale * filled, cameras, truth.intrinsics, rays, conf)


def test_a_perfect_answer_has_no_error():
    truth = planted()
    scores = score_scenes(perfect(truth), truth)
    for depth in (scores.depth_first, scores.depth_each, scores.depth_joint):
        assert depth.delta1 == 1
        assert depth.abs_rel < 1e-6
    assert scores.depth_first.maps == SCENES
    assert scores.depth_joint.maps == SCENES * VIEWS
    assert scores.pose_camera.auc3 > 0.99
    assert scores.pose_rays.auc3 > 0.99
    assert scores.pose_camera.pairs == 3 * SCENES
    assert scores.lens.fov_deg < 1e-4
    assert scores.lens_rays.fov_deg < 1e-2
    assert scores.ray_direction_deg < 1e-2
    assert scores.rays_without_camera == 0
    assert scores.spread == pytest.approx(scores.spread_truth, rel=0.2)
    assert scores.depth_unaligned is None


def test_planted_errors_are_found_where_they_were_planted():
    truth = planted()
    good = perfect(truth)
    depth = good.depth.clone()
    depth[:, 1] *= 3
    turn = rotation_from_axis_angle(torch.tensor([0, math.radians(8), 0]))
    cameras = good.cam_from_world.clone()
    cameras[:, 2] = rigid_transform(turn, torch.zeros(3)) @ cameras[:, 2]
    K = good.intrinsics.clone()
    K[..., :2, :2] *= 1.2
    scores = score_scenes(
        ScenePrediction(depth, cameras, K, good.ray_map, good.ray_conf), truth, same_unit=True
    )
    assert scores.depth_each.delta1 == 1
    assert scores.depth_joint.delta1 < 0.7
    assert scores.depth_unaligned.delta1 == 0
    errors = pair_errors(cameras, truth.cam_from_world)
    assert errors.rotation_deg[0].tolist() == pytest.approx([0, 8, 8], abs=1e-3)
    assert scores.pose_camera == pose_scores(errors)
    assert scores.pose_rays.auc3 > 0.99
    assert scores.lens.focal_relative == pytest.approx(0.2, abs=1e-5)
    assert scores.lens.bias_deg < -3
    assert scores.lens_rays.fov_deg < 1e-2


def test_the_grid_of_the_answer_does_not_matter():
    truth = planted()
    coarse = torch.rand(SCENES, VIEWS, 6, 8, generator=torch.Generator().manual_seed(5)) + 1
    K = resize_intrinsics(truth.intrinsics, 0.5, 0.5)
    scores = score_scenes(ScenePrediction(coarse, truth.cam_from_world, K), truth)
    fine = at_size(coarse, (HEIGHT, WIDTH))
    assert fine.shape == truth.depth.shape
    assert scores.depth_joint == mean_depth_scores(
        scene_depth_errors(fine, truth.depth, joint=True)
    )
    assert scores.lens.fov_deg < 1e-4
    assert at_size(fine, (HEIGHT, WIDTH)) is fine


def test_chosen_pairs_and_near_pairs():
    truth = planted()
    prediction = perfect(truth)
    with_first = torch.tensor([[0, 1], [0, 2]])
    assert score_scenes(prediction, truth, pairs=with_first).pose_camera.pairs == 2 * SCENES
    far = score_scenes(prediction, truth, min_baseline=1e3)
    assert far.pose_camera.pairs_with_direction == 0


def test_depth_alone_and_single_views_leave_parts_out():
    truth = planted()
    scores = score_scenes(ScenePrediction(truth.depth + 1), truth)
    assert scores.pose_camera is scores.pose_rays is scores.lens is scores.ray_direction_deg is None
    one = truth.views([1])
    assert one.depth.shape[1] == 1
    single = score_scenes(perfect(one), one)
    assert single.pose_camera is None
    assert single.lens.fov_deg < 1e-4
    assert single.depth_joint == single.depth_each


def test_rays_that_fix_no_camera_leave_the_predicted_one():
    truth = planted()
    good = perfect(truth)
    nothing = ScenePrediction(
        good.depth, good.cam_from_world, good.intrinsics, good.ray_map, 0 * good.ray_conf
    )
    scores = score_scenes(nothing, truth)
    assert scores.rays_without_camera == 1
    assert scores.pose_rays == scores.pose_camera


def test_numbers_are_flat_and_have_no_nan():
    truth = planted()
    numbers = score_scenes(perfect(truth), truth, min_baseline=1e3).numbers()
    assert numbers["depth_joint/delta1"] == 1
    assert numbers["pose_camera/pairs"] == 3 * SCENES
    assert "pose_camera/auc30" not in numbers  # no pair has a direction
    assert "depth_unaligned/delta1" not in numbers
    assert {"spread", "ray_direction_deg", "lens/fov_deg"} <= set(numbers)
    assert all(isinstance(v, float) and not math.isnan(v) for v in numbers.values())


def test_other_scenes_are_refused():
    truth = planted()
    with pytest.raises(InputError, match=r"\(2, 1\).*\(2, 3\)"):
        score_scenes(perfect(truth.views([0])), truth)
