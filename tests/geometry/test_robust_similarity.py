# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The search under the robust fits of ``umeyama``, whose tests cover the behaviour."""

import math

import pytest
import torch

from anyview.geometry.robust_similarity import (
    CameraProblem,
    PointProblem,
    camera_residuals,
    find_consensus,
)
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.geometry.se3 import rigid_transform
from anyview.geometry.sim3 import Sim3

EPS = torch.finfo(torch.float64).eps
F64 = {"dtype": torch.float64}


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), **F64)


def test_camera_residuals_are_distance_and_angle():
    sim3 = Sim3.exp(torch.tensor([1.0, -2, 0.5, 0.3, 0.1, -0.2, 0.7], **F64))
    turn = rotation_from_axis_angle(normal(4, 3))
    source = rigid_transform(turn, normal(4, 3, seed=1))
    off = rotation_from_axis_angle(torch.tensor([0.0, 0.25, 0.0], **F64))
    step = torch.tensor([0.0, 3.0, 4.0], **F64)
    target = rigid_transform(sim3.rotation @ turn @ off, sim3.apply(source[:, :3, 3]) + step)
    distance, angle = camera_residuals(sim3, source, target)
    torch.testing.assert_close(distance, torch.full((4,), 5.0, **F64))
    torch.testing.assert_close(angle, torch.full((4,), 0.25, **F64))


def test_camera_residuals_do_not_depend_on_the_unit():
    poses = rigid_transform(rotation_from_axis_angle(normal(6, 3)), normal(6, 3, seed=1))
    everything, weights = torch.arange(6), torch.ones(6, **F64)
    sim3 = Sim3.exp(0.2 * normal(7))
    joined = []
    for unit in (1.0, 1000.0):
        scaled = rigid_transform(poses[:, :3, :3], unit * poses[:, :3, 3])
        moved = Sim3(unit * sim3.scale, sim3.rotation, unit * sim3.translation)
        problem = CameraProblem(poses, scaled, weights, True, EPS)
        joined.append(problem.residuals(moved, everything))
    torch.testing.assert_close(*joined)


@pytest.mark.parametrize("still", [3, 4, 5])
def test_parked_cameras_do_not_blow_up_the_residual(still):
    centres = normal(5, 3)
    centres[:still] = centres[0]
    poses = rigid_transform(torch.eye(3, **F64).expand(5, 3, 3), centres)
    problem = CameraProblem(poses, poses, torch.ones(5, **F64), True, EPS)
    residual = problem.residuals(Sim3.exp(1e-3 * normal(7)), torch.arange(5))
    assert residual.max() < 0.1
    assert math.isfinite(problem.roundoff)


def test_weights_come_back_zero_for_outliers_and_for_weight_zero():
    source = normal(20, 3)
    target, weights = source + 1, torch.rand(20, generator=torch.Generator().manual_seed(0), **F64)
    target[:5] += 2
    source[7], weights[7] = torch.nan, 0
    problem = PointProblem(source, target, weights, True, EPS)
    used = weights.nonzero()[:, 0]
    samples = torch.combinations(used[5:], 3)[::7]
    found = find_consensus(problem, samples, used, None)
    assert found.nonzero()[:, 0].tolist() == [5, 6, *range(8, 20)]
    torch.testing.assert_close(found[8:], weights[8:], rtol=0.05, atol=0)  # exact points keep it


def test_the_weights_are_those_of_their_own_fit():
    source = normal(60, 3)
    target = source + 0.1 * normal(60, 3, seed=1)
    target[:20] += 1
    problem, everything = (
        PointProblem(source, target, torch.ones(60, **F64), True, EPS),
        torch.arange(60),
    )
    samples = torch.combinations(everything, 3)[:: 60 * 59]
    found = find_consensus(problem, samples, everything, 0.4)
    residual = problem.residuals(problem.solve(everything, found).sim3, everything)
    again = (1 - (residual / 0.4).square()).clamp(min=0).square()
    torch.testing.assert_close(again, found, atol=1e-3, rtol=0)


def test_no_usable_sample_is_said():
    line = torch.linspace(0, 1, 5, **F64)[:, None] * torch.ones(3, **F64)
    problem = PointProblem(line, line, torch.ones(5, **F64), True, EPS)
    samples = torch.combinations(torch.arange(5), 3)
    assert find_consensus(problem, samples, torch.arange(5), None) is None


def test_samples_without_a_scale_serve_only_if_there_are_no_others():
    centres = normal(6, 3)
    centres[1:4] = centres[0]
    turn = rotation_from_axis_angle(normal(6, 3))
    source, target = rigid_transform(turn, centres), rigid_transform(turn, 3 * centres)
    problem = CameraProblem(source, target, torch.ones(6, **F64), True, EPS)
    pairs = torch.combinations(torch.arange(6))  # most of them have no baseline
    found = find_consensus(problem, pairs, torch.arange(6), None)
    assert (found > 0).all()
    still = CameraProblem(source[:4], target[:4], torch.ones(4, **F64), True, EPS)
    pairs = torch.combinations(torch.arange(4))
    assert (find_consensus(still, pairs, torch.arange(4), None) > 0).all()
