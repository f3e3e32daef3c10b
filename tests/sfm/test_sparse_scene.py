# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Numbers of a sparse scene against plain loops; views that are not registered."""

import math
from dataclasses import replace

import pytest
import torch

from anyview.geometry.se3 import camera_centres
from tests.sfm.textured import cameras, planted, reconstructed


def test_planted_scene_has_no_error():
    scene = planted()
    assert scene.median_error_px < 1e-9
    assert scene.registered.all()
    assert scene.num_sightings().tolist() == [40, 40, 40]


def test_depth_and_errors_against_a_loop():
    exact = planted()
    scene = replace(exact, observed_pixel=exact.observed_pixel + torch.tensor([3.0, 4.0]))
    for number in range(0, 120, 17):
        view, point = int(scene.observed_view[number]), int(scene.observed_point[number])
        pose = scene.cam_from_world[view]
        z = float(pose[2, :3] @ scene.points[point] + pose[2, 3])
        assert float(scene.observed_depth[number]) == pytest.approx(z)
        assert float(scene.errors_px[number]) == pytest.approx(5.0)


def test_points_behind_a_camera_are_infinitely_wrong():
    scene = planted()
    flipped = scene.cam_from_world.clone()
    flipped[:, [0, 2]] *= -1
    assert replace(scene, cam_from_world=flipped).errors_px.isinf().all()


def test_angles_against_a_loop():
    scene = planted()
    centres = camera_centres(scene.cam_from_world)
    for point in range(0, 40, 9):
        rays = scene.points[point] - centres
        cosines = [
            float(torch.nn.functional.cosine_similarity(rays[0], ray, dim=0)) for ray in rays[1:]
        ]
        widest = max(math.degrees(math.acos(min(1.0, cosine))) for cosine in cosines)
        assert float(scene.angles_deg[point]) == pytest.approx(widest, abs=1e-4)


def test_no_points_give_nan():
    scene = planted()
    empty = replace(
        scene,
        points=scene.points[:0],
        observed_view=scene.observed_view[:0],
        observed_point=scene.observed_point[:0],
        observed_pixel=scene.observed_pixel[:0],
    )
    assert math.isnan(empty.median_error_px)


def test_unregistered_views_are_nan():
    poses = cameras(3)[0].clone()
    poses[1] = torch.nan
    assert replace(planted(), cam_from_world=poses).registered.tolist() == [True, False, True]


def test_scene_of_a_model_projects_onto_its_features():
    scene = reconstructed(4).scene
    assert scene is not None
    assert scene.median_error_px < 0.3
    assert (scene.observed_depth > 0).all()
