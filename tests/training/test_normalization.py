# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import OptionError
from anyview.geometry import rays, se3
from anyview.geometry.rotations import random_rotation
from anyview.model.camera import encode_pose
from anyview.training.normalization import normalize_scene

SHAPE = (2, 3, 4, 6)


def planted(seed=0, dtype=torch.float64):
    g = torch.Generator().manual_seed(seed)
    depth = 1 + 4 * torch.rand(SHAPE, generator=g, dtype=dtype)
    valid = torch.rand(SHAPE, generator=g) > 0.2
    K = torch.tensor([[6.0, 0.3, 2.8], [0, 5.0, 2.2], [0, 0, 1]], dtype=dtype).expand(2, 3, 3, 3)
    translation = torch.randn(2, 3, 3, generator=g, dtype=dtype)
    pose = se3.rigid_transform(random_rotation((2, 3), g, dtype=dtype), translation)
    return depth, K, pose, valid


def distances(depth, K, pose, valid, scene, view, first):
    """Distances of the valid points of a view to the centre of view ``first``, one by one."""
    result = []
    centre = torch.linalg.inv(pose[scene, first])[:3, 3]
    for i in range(SHAPE[2]):
        for j in range(SHAPE[3]):
            if valid[scene, view, i, j]:
                pixel = torch.tensor([j + 0.5, i + 0.5, 1]).to(depth)
                cam = depth[scene, view, i, j] * torch.linalg.solve(K[scene, view], pixel)
                world = torch.linalg.inv(pose[scene, view]) @ torch.cat((cam, cam.new_ones(1)))
                result.append((world[:3] - centre).norm().item())
    return result


def test_the_scale_is_the_mean_distance_of_all_points_to_the_first_camera():
    depth, K, pose, valid = planted()
    truth = normalize_scene(depth, K, pose, valid)
    for scene in range(2):
        all_views = [d for v in range(3) for d in distances(depth, K, pose, valid, scene, v, 0)]
        expected = sum(all_views) / len(all_views)
        assert truth.scale[scene].tolist() == pytest.approx([expected] * 3, rel=1e-12)


@given(seed=st.integers(0, 10**6))
@settings(deadline=None, max_examples=8)
def test_points_have_mean_distance_one_and_are_those_of_the_scene(seed):
    depth, K, pose, valid = planted(seed)
    truth = normalize_scene(depth, K, pose, valid)
    points = truth.points()
    mean = [p[v].norm(dim=-1).mean().item() for p, v in zip(points, truth.valid, strict=True)]
    assert mean == pytest.approx([1, 1], rel=1e-12)
    world = rays.points_from_depth(depth, pose, K)
    in_first = se3.transform_points(pose[:, 0], world.flatten(1, 3)).view_as(world)
    expected = in_first / truth.scale[..., None, None, None]
    torch.testing.assert_close(points[valid], expected[valid])
    assert points.isfinite().all()


@given(seed=st.integers(0, 10**6), factor=st.floats(0.01, 100))
@settings(deadline=None, max_examples=8)
def test_neither_frame_nor_unit_of_the_data_matters(seed, factor):
    depth, K, pose, valid = planted(seed)
    g = torch.Generator().manual_seed(seed)
    turn = random_rotation((), g, dtype=depth.dtype)
    moved = pose @ se3.rigid_transform(turn, torch.randn(3, generator=g, dtype=depth.dtype))
    moved[..., :3, 3] *= factor
    first = normalize_scene(depth, K, pose, valid)
    second = normalize_scene(depth * factor, K, moved, valid)
    torch.testing.assert_close(first.depth, second.depth)
    torch.testing.assert_close(first.cam_from_world, second.cam_from_world)
    torch.testing.assert_close(first.points(), second.points())
    torch.testing.assert_close(first.scale * factor, second.scale)


def test_rays_and_encodings_are_those_of_the_normalised_cameras():
    depth, K, pose, valid = planted()
    truth = normalize_scene(depth, K, pose, valid)
    identity = torch.eye(4).double().expand(2, 4, 4)
    assert torch.equal(truth.cam_from_world[:, 0], identity)
    expected = rays.ray_map_from_cameras(truth.cam_from_world, K, 8, 16, image_size=(4, 6))
    torch.testing.assert_close(truth.ray_map(8, 16), expected)
    torch.testing.assert_close(truth.pose_encoding, encode_pose(truth.cam_from_world, K, 4, 6))
    in_camera = torch.einsum(
        "bvhwc,bvc->bvhw", expected[..., 3:], truth.cam_from_world[:, :, 2, :3]
    )
    torch.testing.assert_close(in_camera, torch.ones_like(in_camera))


def test_scenes_without_cameras_are_normalised_view_by_view():
    depth, K, pose, valid = planted()
    valid[1, 2] = False
    has_pose = torch.tensor([True, False])
    truth = normalize_scene(depth, K, pose, valid, has_pose=has_pose)
    for view in range(2):
        own = distances(depth, K, pose, valid, 1, view, view)
        assert truth.scale[1, view].item() == pytest.approx(sum(own) / len(own), rel=1e-12)
    assert truth.scale[1, 2] == 1
    assert torch.equal(truth.cam_from_world[1], torch.eye(4).double().expand(3, 4, 4))
    known = normalize_scene(depth[:1], K[:1], pose[:1], valid[:1])
    torch.testing.assert_close(truth.depth[:1], known.depth)
    assert truth.views_with_pose.tolist() == [[True] * 3, [False] * 3]
    assert torch.equal(truth.valid_with_pose[0], valid[0])
    assert not truth.valid_with_pose[1].any()


def test_what_is_not_valid_is_zero_whatever_it_held():
    depth, K, pose, valid = planted()
    expected = normalize_scene(depth, K, pose, valid)
    depth[~valid] = math.nan
    truth = normalize_scene(depth, K, pose, valid)
    torch.testing.assert_close(truth.depth, expected.depth)
    assert not truth.depth[~valid].any()
    depth[0, 0, 0, :3] = torch.tensor([math.inf, -1, 0]).double()
    usable = normalize_scene(depth, K, pose).valid
    assert torch.equal(usable, depth.isfinite() & (depth > 0))
    assert not usable[0, 0, 0, :3].any()


def test_a_scene_without_points_keeps_its_unit():
    depth, K, pose, valid = planted()
    truth = normalize_scene(depth, K, pose, torch.zeros_like(valid), farthest_percent=5)
    assert (truth.scale == 1).all()
    assert not truth.depth.any()
    torch.testing.assert_close(truth.cam_from_world, se3.relative_to_first(pose))


@pytest.mark.parametrize("known", [True, False])
def test_the_farthest_points_may_be_left_out(known):
    depth, K, pose, valid = planted()
    has_pose = torch.tensor([known, known])
    truth = normalize_scene(depth, K, pose, valid, has_pose=has_pose, farthest_percent=25)
    for scene in range(2):
        groups = [distances(depth, K, pose, valid, scene, v, 0 if known else v) for v in range(3)]
        groups = [[d for g in groups for d in g]] if known else groups
        for view, group in enumerate(groups):
            limit = torch.tensor(group).quantile(0.75).item()
            kept = [d for d in group if d <= limit + 1e-6]
            expected = sum(kept) / len(kept)
            assert truth.scale[scene, view].item() == pytest.approx(expected, rel=1e-9)


def test_one_point_at_the_horizon_does_not_shrink_the_scene_then():
    depth, K, pose, valid = planted()
    far = depth.clone()
    far[:, 0, 0, 0] = 1e6
    valid[:, 0, 0, 0] = True
    plain, robust = (
        normalize_scene(far, K, pose, valid, farthest_percent=p).scale[:, 0] for p in (0, 3)
    )
    usual = normalize_scene(depth, K, pose, valid).scale[:, 0]
    assert (plain > 1000 * usual).all()
    assert ((robust / usual - 1).abs() < 0.2).all()


@pytest.mark.parametrize("percent", [-1.0, 100.0])
def test_a_bad_share_is_refused(percent):
    depth, K, pose, valid = planted()
    with pytest.raises(OptionError, match="farthest_percent"):
        normalize_scene(depth, K, pose, valid, farthest_percent=percent)


def test_float32_is_near_float64():
    depth, K, pose, valid = planted()
    wide = normalize_scene(depth, K, pose, valid)
    narrow = normalize_scene(depth.float(), K.float(), pose.float(), valid)
    assert narrow.depth.dtype == torch.float32
    torch.testing.assert_close(narrow.points().double(), wide.points(), rtol=1e-5, atol=1e-5)
