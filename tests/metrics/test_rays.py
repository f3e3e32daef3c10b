# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Angles of rays and lenses: closed forms, planted errors, sizes that differ."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.geometry.cameras import intrinsics_from_fov
from anyview.geometry.rays import ray_map_from_cameras
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.geometry.se3 import rigid_transform
from anyview.metrics.rays import (
    angle_between_deg,
    lens_errors,
    ray_direction_errors_deg,
    ray_origin_errors,
)


def lens(vertical_deg, horizontal_deg, height, width):
    fov = torch.tensor([vertical_deg, horizontal_deg], dtype=torch.float64).deg2rad()
    return intrinsics_from_fov(fov[0], fov[1], height, width)


@given(seed=st.integers(0, 10_000), angle=st.floats(1e-7, 179.9))
@settings(deadline=None, max_examples=20)
def test_a_vector_turned_by_an_angle_is_off_by_that_angle(seed, angle):
    random = torch.Generator().manual_seed(seed)
    vector, other = torch.randn(2, 3, generator=random, dtype=torch.float64)
    axis = torch.linalg.cross(vector, other)
    turned = rotation_from_axis_angle(axis / axis.norm() * math.radians(angle)) @ vector
    assert float(angle_between_deg(vector, 7 * turned)) == pytest.approx(angle, rel=1e-6)


def test_angles_by_hand():
    x, y = torch.tensor([1.0, 0, 0]), torch.tensor([0, 3.0, 0])
    assert float(angle_between_deg(x, y)) == 90
    assert float(angle_between_deg(x, x)) == 0
    assert float(angle_between_deg(x, -x)) == 180
    assert angle_between_deg(x, torch.zeros(3)).isnan()


def test_rays_of_a_turned_camera_are_off_by_the_turn_along_its_axis():
    K = lens(50, 60, 6, 8)
    turn = rotation_from_axis_angle(torch.tensor([0, math.radians(5), 0], dtype=torch.float64))
    still = torch.eye(4, dtype=torch.float64)
    moved = rigid_transform(turn.T, -turn.T @ torch.tensor([1.0, 2, 2], dtype=torch.float64))
    truth = ray_map_from_cameras(still, K, 6, 8)
    predicted = ray_map_from_cameras(moved, K, 6, 8)
    errors = ray_direction_errors_deg(predicted, truth)
    assert errors.shape == (6, 8)
    # A vector at angle a from the axis turns by less than the axis' normal plane does.
    directions = truth[..., 3:] / truth[..., 3:].norm(dim=-1, keepdim=True)
    off_axis = (1 - directions[..., 1] ** 2).sqrt()
    expected = 2 * torch.asin(off_axis * math.sin(math.radians(2.5)))
    torch.testing.assert_close(errors, expected.rad2deg())
    torch.testing.assert_close(ray_origin_errors(predicted, truth), torch.full_like(errors, 3.0))


def test_fields_of_view_are_compared_across_sizes():
    errors = lens_errors(lens(40, 62, 84, 112), lens(45, 60, 126, 168), (84, 112), (126, 168))
    assert float(errors.vertical_deg) == pytest.approx(-5)
    assert float(errors.horizontal_deg) == pytest.approx(2)
    assert float(errors.mean_abs_deg) == pytest.approx(3.5)
    tangents = [math.tan(math.radians(a / 2)) for a in (40, 62, 45, 60)]
    ratio = (tangents[2] / tangents[0] + tangents[3] / tangents[1]) / 2
    assert float(errors.focal_relative) == pytest.approx(ratio - 1)


def test_a_size_of_nothing_is_refused():
    K = lens(40, 60, 6, 8)
    with pytest.raises(InputError, match="positive"):
        lens_errors(K, K, (0, 8), (6, 8))
