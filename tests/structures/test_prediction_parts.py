# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.geometry.rays import points_from_depth, points_from_ray_map, ray_map_from_cameras
from anyview.geometry.se3 import to_homogeneous
from anyview.structures.prediction_parts import moved, select_views
from tests.fusion.ball import HEIGHT, WIDTH, ball_prediction
from tests.streaming.walk import some_sim3


def test_views_keep_all_that_is_theirs():
    whole = ball_prediction(4)
    part = select_views(whole, [2, 0])
    assert part.names == ("v2", "v0")
    assert torch.equal(part.depth, whole.depth[[2, 0]])
    assert torch.equal(part.extrinsics, whole.extrinsics[[2, 0]])
    assert part.conf is None


def test_points_move_as_points_do():
    from dataclasses import replace

    whole = ball_prediction(2)
    poses = to_homogeneous(whole.extrinsics)
    rays = ray_map_from_cameras(poses, whole.intrinsics, HEIGHT, WIDTH)
    planted = some_sim3(4)
    there = moved(replace(whole, ray_map=rays), planted)
    before = points_from_depth(whole.depth, poses, whole.intrinsics)
    after = points_from_depth(there.depth, to_homogeneous(there.extrinsics), there.intrinsics)
    known = whole.depth > 0
    expected = planted.apply(before.double())[known].float()
    assert torch.allclose(after[known], expected, atol=1e-4)
    by_rays = points_from_ray_map(there.depth, there.ray_map)
    assert torch.allclose(by_rays[known], expected, atol=1e-4)
