# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Pose errors against ``evo`` and plain loops; freedom of frame and scale; degenerate pairs."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.geometry.rotations import random_rotation
from anyview.geometry.se3 import invert, rigid_transform
from anyview.geometry.sim3 import Sim3
from anyview.metrics.pose import (
    NO_DIRECTION_DEG,
    all_pairs,
    area_under_recall,
    area_under_recall_binned,
    pair_errors,
    pose_scores,
    recall_at,
    relative_poses,
    trajectory_errors,
)


def cameras(*shape, seed=0):
    random = torch.Generator().manual_seed(seed)
    rotation = random_rotation(shape, random, dtype=torch.float64)
    return rigid_transform(rotation, torch.randn(*shape, 3, generator=random, dtype=torch.float64))


def near(truth, seed, size):
    """Cameras a little off."""
    twist = torch.randn(
        *truth.shape[:-2], 7, generator=torch.Generator().manual_seed(seed), dtype=truth.dtype
    )
    twist[..., 6] = 0
    return Sim3.exp(size * twist).matrix() @ truth


def degrees(cosine):
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))


def test_pair_errors_are_those_of_loops():
    truth, predicted = cameras(2, 4, seed=1), cameras(2, 4, seed=2)
    errors = pair_errors(predicted, truth)
    assert errors.rotation_deg.shape == (2, 6)
    for s in range(2):
        p, t = predicted[s].numpy(), truth[s].numpy()
        pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
        for n, (i, j) in enumerate(pairs):
            a = p[j] @ np.linalg.inv(p[i])
            b = t[j] @ np.linalg.inv(t[i])
            turn = degrees((np.trace(a[:3, :3].T @ b[:3, :3]) - 1) / 2)
            x, y = a[:3, 3], b[:3, 3]
            direction = degrees(x @ y / np.linalg.norm(x) / np.linalg.norm(y))
            assert float(errors.rotation_deg[s, n]) == pytest.approx(turn)
            assert float(errors.direction_deg[s, n]) == pytest.approx(direction)
            worst = max(turn, direction)
            assert float(errors.worst_deg[6 * s + n]) == pytest.approx(worst)
            unsigned = max(turn, min(direction, 180 - direction))
            assert float(errors.worst_unsigned_deg[6 * s + n]) == pytest.approx(unsigned)


def test_rotations_of_pairs_are_those_of_evo():
    metrics = pytest.importorskip("evo.core.metrics")
    from evo.core.trajectory import PosePath3D

    truth = cameras(7, seed=3)
    predicted = near(truth, 4, 0.2)
    paths = [PosePath3D(poses_se3=list(invert(c).numpy())) for c in (truth, predicted)]
    measure = metrics.RPE(metrics.PoseRelation.rotation_angle_deg, 1, metrics.Unit.frames)
    measure.process_data(tuple(paths))
    chain = torch.tensor([[i, i + 1] for i in range(6)])
    found = pair_errors(predicted, truth, chain).rotation_deg
    np.testing.assert_allclose(found.numpy(), measure.error, rtol=1e-6)


def test_path_error_is_that_of_evo():
    metrics = pytest.importorskip("evo.core.metrics")
    from evo.core.trajectory import PosePath3D

    truth = cameras(8, seed=5)
    moved = Sim3.exp(torch.tensor([1.0, -2, 3, 0.5, 0.2, -0.9, 1.2], dtype=torch.float64))
    predicted = moved.apply_to_cameras(near(truth, 6, 0.1))
    reference, estimate = (
        PosePath3D(poses_se3=list(invert(c).numpy())) for c in (truth, predicted)
    )
    estimate.align(reference, correct_scale=True)
    measure = metrics.APE(metrics.PoseRelation.translation_part)
    measure.process_data((reference, estimate))
    found = trajectory_errors(predicted, truth)
    assert bool(found.ok)
    assert float(found.rmse) == pytest.approx(measure.get_statistic(metrics.StatisticsType.rmse))
    np.testing.assert_allclose(found.distances.numpy(), measure.error, rtol=1e-6)


@given(seed=st.integers(0, 10_000), log_scale=st.floats(-2, 2))
@settings(deadline=None, max_examples=10)
def test_frame_and_scale_do_not_matter(seed, log_scale):
    truth = cameras(5, seed=seed)
    predicted = near(truth, seed + 1, 0.1)
    plain = pair_errors(predicted, truth)
    twist = torch.randn(7, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    twist[6] = log_scale
    moved = Sim3.exp(twist).apply_to_cameras(predicted)
    again = pair_errors(moved, truth)
    torch.testing.assert_close(again.rotation_deg, plain.rotation_deg, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(again.direction_deg, plain.direction_deg, rtol=1e-6, atol=1e-6)
    path = trajectory_errors(predicted, truth)
    moved_path = trajectory_errors(moved, truth)
    torch.testing.assert_close(moved_path.rmse, path.rmse, rtol=1e-6, atol=1e-9)


def test_right_cameras_have_no_error():
    truth = cameras(2, 5)
    scores = pose_scores(pair_errors(truth.float(), truth))
    assert scores.auc3 > 0.9999
    assert scores.rra15 == scores.rta15 == 1
    assert scores.median_rotation_deg < 1e-3
    assert scores.pairs == scores.pairs_with_direction == 20
    assert trajectory_errors(truth, truth).rmse.max() < 1e-9


def test_chosen_pairs_are_scored_and_named_right():
    truth = cameras(4)
    assert all_pairs(3).tolist() == [[0, 1], [0, 2], [1, 2]]
    second_from_first = relative_poses(truth, torch.tensor([[0, 2]]))[0]
    torch.testing.assert_close(second_from_first @ truth[0], truth[2])
    turned = truth.clone()
    turned[3] = cameras(4, seed=9)[3]
    errors = pair_errors(turned, truth, torch.tensor([[0, 1], [0, 3]]))
    assert errors.rotation_deg[0] < 1e-5 < errors.rotation_deg[1]


def test_pairs_that_stand_together_have_no_direction():
    truth, predicted = cameras(3), cameras(3, seed=1)
    truth[1, :3, 3] = truth[1, :3, :3] @ truth[0, :3, :3].T @ truth[0, :3, 3]  # centre of view 0
    errors = pair_errors(predicted, truth, min_baseline=1e-6)
    assert errors.has_direction.tolist() == [False, True, True]
    assert errors.direction_deg.isnan().tolist() == [True, False, False]
    scores = pose_scores(errors)
    assert (scores.pairs, scores.pairs_with_direction) == (3, 2)
    assert scores.median_rotation_deg == pytest.approx(float(errors.rotation_deg.median()))
    everything = pose_scores(pair_errors(predicted, truth, min_baseline=100.0))
    assert everything.pairs_with_direction == 0
    assert math.isnan(everything.auc30)
    assert math.isnan(everything.median_direction_deg)
    assert not math.isnan(everything.rra15)


def test_standing_still_is_no_lucky_direction():
    still = torch.eye(4, dtype=torch.float64).repeat(3, 1, 1)
    errors = pair_errors(still, cameras(3))
    assert (errors.direction_deg == NO_DIRECTION_DEG).all()


def test_cameras_that_are_no_numbers_are_missed():
    truth = cameras(3)
    broken = truth.clone()
    broken[2] = torch.nan
    scores = pose_scores(pair_errors(broken, truth))
    assert scores.rra15 == pytest.approx(1 / 3)
    assert scores.auc30 == pytest.approx(1 / 3)
    assert scores.median_rotation_deg == math.inf


def test_area_is_the_integral_of_the_recall():
    errors = torch.tensor([0.5, 2.0, 2.0, 7.0, 29.0, 31.0, math.nan])
    steps = (np.arange(300_000) + 0.5) / 10_000
    recall = (errors.numpy()[:, None] < steps).mean(0)
    assert area_under_recall(errors, 30) == pytest.approx(recall.mean(), abs=1e-5)
    assert area_under_recall(errors, 3) == pytest.approx(recall[:30_000].mean(), abs=1e-5)
    assert recall_at(errors, 2.0) == pytest.approx(1 / 7)
    assert recall_at(errors, 2.01) == pytest.approx(3 / 7)


def test_binned_area_is_the_mean_of_a_cumulated_histogram():
    random = torch.Generator().manual_seed(0)
    errors = torch.rand(200, generator=random) * 40
    for threshold in (3, 30):
        counts, _ = np.histogram(errors.numpy(), bins=np.arange(threshold + 1))
        expected = np.mean(np.cumsum(counts / len(errors)))
        assert area_under_recall_binned(errors, threshold) == pytest.approx(expected)
    assert area_under_recall_binned(torch.tensor([0.0]), 3) == 1
    assert area_under_recall_binned(torch.tensor([3.0]), 3) == pytest.approx(1 / 3)


def test_cameras_on_a_line_fix_no_path_error():
    truth = torch.eye(4, dtype=torch.float64).repeat(4, 1, 1)
    truth[:, 2, 3] = torch.arange(4)
    errors = trajectory_errors(truth, truth)
    assert not bool(errors.ok)
    assert errors.rmse.isnan()
