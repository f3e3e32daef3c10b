# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.evaluation.benchmark.pose_scores import (
    DEGREES,
    MOST_PAIRED,
    score_lens,
    score_pose,
    score_trajectory,
)
from anyview.evaluation.benchmark.protocols import PoseSpec
from anyview.evaluation.benchmark.task import Answer, Truth
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.geometry.se3 import rigid_transform
from anyview.geometry.sim3 import Sim3
from anyview.metrics.pose import pair_errors, pose_scores

MOVE = Sim3.exp(torch.tensor([1.0, 2.0, -1.0, 0.3, 0.1, 0.7, 0.5], dtype=torch.float64))


def cameras(count, seed=0, spread=1.0):
    generator = torch.Generator().manual_seed(seed)
    turn = torch.randn(count, 3, generator=generator, dtype=torch.float64) * 0.4
    place = torch.randn(count, 3, generator=generator, dtype=torch.float64) * spread
    return rigid_transform(rotation_from_axis_angle(turn), place)


def turned(poses, degrees):
    """Every second camera turned about its own axis."""
    angles = torch.zeros(len(poses), 3, dtype=torch.float64)
    angles[::2, 1] = math.radians(degrees)
    return rigid_transform(rotation_from_axis_angle(angles), torch.zeros_like(angles)) @ poses


def test_the_truth_in_another_frame_is_right():
    truth = Truth(cam_from_world=cameras(5))
    numbers = score_pose(
        Answer(cam_from_world=MOVE.apply_to_cameras(truth.cam_from_world)), truth, PoseSpec()
    ).numbers
    for degrees in DEGREES:
        assert numbers[f"pose/auc{degrees}"] == pytest.approx(1, abs=1e-6)
        assert numbers[f"pose/auc{degrees}_published"] == 1
        assert numbers[f"pose/rotation_auc{degrees}"] == pytest.approx(1, abs=1e-6)
    assert numbers["pose/placed"] == numbers["pose/rra15"] == numbers["pose/rta15"] == 1


def test_numbers_are_those_of_the_metrics():
    truth = Truth(cam_from_world=cameras(6))
    said = turned(cameras(6), 4.0)
    numbers = score_pose(Answer(cam_from_world=said), truth, PoseSpec()).numbers
    wanted = pose_scores(pair_errors(said, truth.cam_from_world))
    assert numbers["pose/auc3"] == pytest.approx(wanted.auc3)
    assert numbers["pose/auc30_published"] == pytest.approx(wanted.auc30_published)
    assert numbers["pose/median_rotation_deg"] == pytest.approx(wanted.median_rotation_deg)
    assert 0 < numbers["pose/auc30"] < 1


def test_views_without_a_place_are_missed():
    truth = Truth(cam_from_world=cameras(4))
    said = truth.cam_from_world.clone()
    said[3] = torch.nan
    numbers = score_pose(Answer(cam_from_world=said), truth, PoseSpec()).numbers
    assert numbers["pose/placed"] == 0.75
    assert numbers["pose/auc30"] == pytest.approx(0.5, abs=1e-6)  # three of six pairs
    assert all(math.isfinite(value) for value in numbers.values())


def test_no_answer_is_the_worst_answer():
    scores = score_pose(Answer(), Truth(cam_from_world=cameras(4)), PoseSpec())
    assert scores.numbers["pose/median_rotation_deg"] == 180
    assert {v for n, v in scores.numbers.items() if "median" not in n} == {0.0}


def test_pure_rotation_is_scored_by_rotation():
    truth = Truth(cam_from_world=cameras(4, spread=1e-9), depth=(torch.full((4, 4), 2.0),) * 4)
    said = cameras(4, spread=1e-9)
    numbers = score_pose(
        Answer(cam_from_world=said), truth, PoseSpec(min_baseline_share=1e-3)
    ).numbers
    assert "pose/auc3" not in numbers
    assert numbers["pose/rotation_auc3"] == pytest.approx(1, abs=1e-6)


def test_unknown_true_poses_are_left_out():
    real = cameras(4)
    real[0] = torch.nan
    numbers = score_pose(Answer(cam_from_world=cameras(4)), Truth(cam_from_world=real), PoseSpec())
    assert numbers.numbers["pose/auc3"] == pytest.approx(1, abs=1e-6)
    real[1:3] = torch.nan
    assert not score_pose(Answer(), Truth(cam_from_world=real), PoseSpec()).numbers


def test_long_sequences_are_thinned():
    truth = Truth(cam_from_world=cameras(MOST_PAIRED + 7))
    scores = score_pose(Answer(cam_from_world=truth.cam_from_world), truth, PoseSpec())
    assert scores.numbers["pose/auc3"] == pytest.approx(1, abs=1e-6)
    assert len(scores.curves["pose/worst_deg"]) == 101


def test_trajectory_error_after_a_similarity():
    truth = Truth(cam_from_world=cameras(20))
    said = MOVE.apply_to_cameras(truth.cam_from_world)
    right = score_trajectory(Answer(cam_from_world=said), truth).numbers
    assert right["trajectory/ate"] == pytest.approx(0, abs=1e-9)
    assert right["trajectory/ate_full"] == pytest.approx(0, abs=1e-9)
    said[:10] = torch.nan
    half = score_trajectory(Answer(cam_from_world=said), truth).numbers
    assert half["trajectory/ate"] == pytest.approx(0, abs=1e-9)
    assert 0.5 < half["trajectory/ate_full"] / half["trajectory/path_radius"] < 0.9
    none = score_trajectory(Answer(), truth).numbers
    assert none["trajectory/ate_full"] == none["trajectory/path_radius"]
    assert "trajectory/ate" not in none


def test_no_path_is_worse_than_standing_still():
    truth = Truth(cam_from_world=cameras(12))
    wild = Answer(cam_from_world=cameras(12, seed=9, spread=50.0))
    numbers = score_trajectory(wild, truth).numbers
    assert numbers["trajectory/ate"] <= numbers["trajectory/path_radius"]


def test_short_paths_have_no_trajectory():
    assert not score_trajectory(Answer(), Truth(cam_from_world=cameras(2))).numbers


def test_fields_of_view():
    K = torch.tensor([[50.0, 0, 50], [0, 50, 40], [0, 0, 1]], dtype=torch.float64).repeat(2, 1, 1)
    other = K.clone()
    other[0, 0, 0] = other[0, 1, 1] = 100
    other[1] = torch.nan
    numbers = score_lens(Answer(intrinsics=other), Truth(intrinsics=K), [(80, 100)] * 2).numbers
    wide = 90 - 2 * math.degrees(math.atan(0.5))
    high = 2 * (math.degrees(math.atan(0.8)) - math.degrees(math.atan(0.4)))
    assert numbers["lens/fov_deg"] == pytest.approx((wide + high) / 2)
    assert numbers["lens/focal_relative"] == pytest.approx(1)
    assert not score_lens(Answer(), Truth(intrinsics=K), [(80, 100)] * 2).numbers
