# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The kernels under ``align_points`` and ``align_cameras``, whose tests cover the behaviour."""

import pytest
import torch

from anyview.geometry.procrustes import (
    Failure,
    solve_cameras,
    solve_points,
)
from anyview.geometry.rotations import random_rotation
from anyview.geometry.se3 import rigid_transform

EPS = torch.finfo(torch.float64).eps


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_every_failure_has_its_own_sentence():
    sentences = [code.explain() for code in Failure]
    assert Failure.NONE.explain() == ""
    assert len(set(sentences)) == len(sentences)


def test_hundreds_of_small_problems_equal_a_loop():
    source, target = normal(200, 4, 3), normal(200, 4, 3)
    target = source + 0.1 * target
    weights = normal(200, 4).abs()
    many = solve_points(source, target, weights, with_scale=True, eps=EPS)
    for i in range(0, 200, 17):
        one = solve_points(source[i], target[i], weights[i], with_scale=True, eps=EPS)
        assert one.failure == many.failure[i]
        torch.testing.assert_close(one.sim3.matrix(), many.sim3.matrix()[i])


def test_everything_stays_on_its_device():
    points = torch.zeros(2, 5, 3, dtype=torch.float64, device="meta")
    cameras = torch.zeros(2, 5, 4, 4, dtype=torch.float64, device="meta")
    fit = solve_points(points, points, points[..., 0], with_scale=True, eps=EPS)
    assert fit.failure.device.type == "meta"
    fit = solve_cameras(cameras, cameras, points[..., 0], with_scale=True, eps=EPS)
    assert fit.sim3.scale.device.type == "meta"


def test_the_first_cause_is_named():
    source = torch.full((1, 3), torch.nan, dtype=torch.float64)
    fit = solve_points(source, source, -torch.ones(1).double(), with_scale=True, eps=EPS)
    assert fit.failure == Failure.NOT_FINITE  # not the negative weight, not the count


def test_rounding_decides_what_coincides():
    source = 1e4 + 1e-6 * normal(6, 3)
    ones = torch.ones(6, dtype=torch.float64)
    exact = solve_points(source, normal(6, 3) * 0 + source, ones, with_scale=True, eps=EPS)
    assert exact.failure == Failure.NONE
    rounded = solve_points(source, source, ones, with_scale=True, eps=1e-7)
    assert rounded.failure == Failure.SOURCE_COINCIDES


@pytest.mark.parametrize("spread", [0.0, 1e-6])
def test_rounding_noise_of_the_centres_does_not_turn_the_cameras(spread):
    rotation = random_rotation((5,), torch.Generator().manual_seed(0), dtype=torch.float64)
    turn = random_rotation((), torch.Generator().manual_seed(1), dtype=torch.float64)
    source = rigid_transform(rotation, 100 + spread * normal(5, 3))
    target = rigid_transform(turn @ rotation, 100 + spread * normal(5, 3, seed=1))
    fit = solve_cameras(source, target, torch.ones(5).double(), with_scale=True, eps=1e-7)
    assert fit.scale_failure == Failure.CENTRES_COINCIDE
    torch.testing.assert_close(fit.sim3.rotation, turn)


def test_a_firm_vote_overrules_contradicting_centres():
    rotation = random_rotation((4,), torch.Generator().manual_seed(0), dtype=torch.float64)
    centres = normal(4, 3)
    source = rigid_transform(rotation, centres)
    target = rigid_transform(rotation, -centres)  # mirrored positions, equal orientations
    fit = solve_cameras(source, target, torch.ones(4).double(), with_scale=True, eps=EPS)
    assert fit.failure == Failure.NONE
    assert fit.scale_failure == Failure.CENTRES_DISAGREE
    torch.testing.assert_close(fit.sim3.rotation, torch.eye(3, dtype=torch.float64))


def test_centres_rule_where_orientations_say_nothing():
    # Unrelated orientations on both sides; the centres alone give the transform.
    centres, turn = normal(30, 3), random_rotation((), torch.Generator().manual_seed(1)).double()
    orientations = random_rotation((60,), torch.Generator().manual_seed(2)).double()
    source = rigid_transform(orientations[:30], centres)
    target = rigid_transform(orientations[30:], 2 * centres @ turn.mT)
    fit = solve_cameras(source, target, torch.ones(30).double(), with_scale=True, eps=EPS)
    assert fit.failure == Failure.NONE
    torch.testing.assert_close(fit.sim3.rotation, turn, atol=0.15, rtol=0)
    torch.testing.assert_close(fit.sim3.scale, torch.tensor(2.0).double(), atol=0.05, rtol=0)
