# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scores on image sets: with a planted predictor, with a random model, and what has no truth."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from anyview.evaluation import set_scores
from anyview.evaluation.baselines import mean_shape
from anyview.evaluation.image_sets import ImageSet, read_set
from anyview.evaluation.prediction_runs import RunPlan
from anyview.evaluation.set_scores import MODEL, guessed_lens, score_image_sets, score_set
from anyview.geometry.cameras import fov_from_intrinsics
from anyview.geometry.rays import ray_map_from_cameras
from anyview.metrics.depth import scene_depth_errors
from anyview.structures.prediction import Prediction


@pytest.fixture
def knowing(monkeypatch, room):
    """In place of the network: the truth of the room's views at twice its scale."""

    def predict(predictor, scenes, plan):
        answers = []
        for scene in scenes:
            own = [int(view.name) for view in scene.views]
            cameras, K = room.cam_from_world[0, own].clone(), room.intrinsics[0, own]
            cameras[:, :3, 3] *= 2
            rays = ray_map_from_cameras(cameras, K, 24, 32, image_size=(84, 112))
            answers.append(
                Prediction(
                    depth=2 * room.depth[0, own].clamp_min(0.1),
                    images=torch.stack([view.image for view in scene.views]),
                    names=tuple(view.name for view in scene.views),
                    extrinsics=cameras[:, :3].contiguous(),
                    intrinsics=K,
                    ray_map=rays,
                    ray_conf=torch.ones(rays.shape[:-1]),
                    processed_from_original=torch.eye(3).repeat(len(own), 1, 1),
                )
            )
        return answers

    monkeypatch.setattr(set_scores, "predict_scenes", predict)


@pytest.mark.usefixtures("knowing")
def test_the_truth_scores_as_such(nano, sets_folder):
    found = score_image_sets(nano, sets_folder)
    assert [one.name for one in found] == ["dense", "points"]
    assert [one.sparse_depth for one in found] == [False, True]
    for one in found:
        assert one.images == 3
        assert one.depth[MODEL].delta1 > 0.999
        assert one.depth[MODEL].maps == 3
        assert one.depth["constant"].delta1 < 0.9
        assert one.pose_camera.auc3 > 0.99
        assert one.pose_rays.auc3 > 0.95
        assert one.pose_identity.auc3 < 0.9
        assert one.fov_deg < 1e-3
        assert one.fov_guess_deg > 0


@pytest.mark.usefixtures("knowing")
def test_what_has_no_truth_is_left_out(nano, sets_folder):
    images = read_set(sets_folder / "dense")
    bare = [replace(p, cam_from_world=None, intrinsics=None) for p in images.photos]
    bare[1] = replace(bare[1], depth=None)
    scores = score_set(nano, ImageSet("bare", tuple(bare), False), RunPlan(), None)
    assert scores.depth[MODEL].maps == 2
    assert scores.pose_camera is scores.pose_identity is scores.fov_deg is None
    nothing = tuple(replace(p, depth=None) for p in bare)
    assert score_set(nano, ImageSet("no", nothing, False), RunPlan(), None).depth is None


@pytest.mark.usefixtures("knowing")
def test_cameras_in_one_place_give_no_pose(nano, sets_folder):
    images = read_set(sets_folder / "dense")
    same = [replace(p, cam_from_world=images.photos[0].cam_from_world) for p in images.photos]
    scores = score_set(nano, replace(images, photos=tuple(same)), RunPlan(), None)
    assert scores.pose_camera is scores.pose_identity is None
    assert scores.fov_deg is not None


def test_a_random_network_and_all_baselines(nano, sets_folder, room):
    images = read_set(sets_folder / "dense")
    shape = mean_shape(room.depth[0])
    scores = score_image_sets(nano, [images], RunPlan(resolution=28), shape)[0]
    assert list(scores.depth) == [MODEL, "constant", "ramp", "mean shape"]
    assert scores.pose_camera.pairs == 3
    assert scores.pose_rays is not None
    constant = scene_depth_errors(
        torch.ones(3, 84, 112), torch.stack([p.depth for p in images.photos])
    )
    assert scores.depth["constant"].abs_rel == pytest.approx(float(constant.abs_rel.mean()))


def test_truth_on_a_coarser_grid_than_the_image(nano, sets_folder):
    images = read_set(sets_folder / "dense")
    halved = tuple(replace(p, depth=p.depth[::2, ::2]) for p in images.photos)
    scores = score_set(nano, replace(images, photos=halved), RunPlan(resolution=28), None)
    assert scores.depth[MODEL].maps == 3


def test_the_guess_sees_60_degrees_along_the_longer_side():
    for height, width, longer in ((30, 40, 1), (40, 30, 0)):
        fov = fov_from_intrinsics(guessed_lens(height, width), height, width)
        assert math.degrees(float(fov[longer])) == pytest.approx(60)
        np.testing.assert_allclose(np.diag(guessed_lens(height, width))[:2].std(), 0)
