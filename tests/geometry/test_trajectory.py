# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Camera paths: ends, speeds, what is looked at, and input that gives no path."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation, Slerp

from anyview.core.errors import InputError, OptionError
from anyview.geometry.rotations import random_rotation, rotation_angle
from anyview.geometry.se3 import camera_centres, invert, rigid_transform, transform_points
from anyview.geometry.trajectory import interpolate_poses, look_at, orbit, spiral

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
TOLERANCE = {torch.float32: 2e-5, torch.float64: 1e-12}


def normal(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def poses(views, dtype=torch.float64):
    rotation = random_rotation((views,), torch.Generator().manual_seed(3), dtype=dtype)
    return rigid_transform(rotation, normal(views, 3, dtype=dtype))


def assert_rigid(matrices, tolerance):
    rotation = matrices[..., :3, :3]
    identity = torch.eye(3, dtype=matrices.dtype).expand_as(rotation)
    torch.testing.assert_close(rotation.mT @ rotation, identity, atol=tolerance, rtol=0)
    assert (torch.linalg.det(rotation) > 0).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_interpolation_agrees_with_scipy(dtype):
    given = poses(5, dtype)
    at = torch.linspace(0, 4, 33, dtype=dtype)
    path = interpolate_poses(given, at)
    assert path.dtype == dtype
    slerp = Slerp(np.arange(5), Rotation.from_matrix(given[:, :3, :3].double().numpy()))
    expected = slerp(at.double().numpy()).as_matrix()
    np.testing.assert_allclose(path[:, :3, :3], expected, atol=TOLERANCE[dtype])
    for axis in range(3):
        line = np.interp(at.numpy(), np.arange(5), given[:, axis, 3].numpy())
        np.testing.assert_allclose(path[:, axis, 3], line, atol=TOLERANCE[dtype])
    torch.testing.assert_close(path[::8], given, atol=TOLERANCE[dtype], rtol=0)


def test_interpolation_turns_at_constant_speed():
    path = interpolate_poses(poses(2), torch.linspace(0, 1, 11, dtype=torch.float64))
    steps = rotation_angle(path[:-1, :3, :3].mT @ path[1:, :3, :3])
    torch.testing.assert_close(steps, steps[:1].expand(10), atol=1e-12, rtol=0)


def test_one_pose_is_a_path():
    given = poses(1)
    path = interpolate_poses(given, torch.zeros(3, dtype=torch.float64))
    torch.testing.assert_close(path, given.expand(3, 4, 4))


@pytest.mark.parametrize("at", [[-0.1], [1.1], [0.5, math.nan]])
def test_places_outside_of_the_path_are_refused(at):
    with pytest.raises(InputError, match=r"must lie in \[0, 1\]"):
        interpolate_poses(poses(2), torch.tensor(at))


def test_no_poses_are_refused():
    with pytest.raises(InputError, match="no poses"):
        interpolate_poses(torch.zeros(0, 4, 4), torch.zeros(1))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch", BATCHES)
def test_look_at_puts_the_target_ahead_and_up_above(batch, dtype):
    centre, target, up = (normal(*batch, 3, seed=i, dtype=dtype) for i in range(3))
    cam = look_at(centre, target, up)
    assert_rigid(cam, TOLERANCE[dtype])
    torch.testing.assert_close(camera_centres(cam), centre, atol=TOLERANCE[dtype], rtol=0)
    seen = transform_points(cam, target[..., None, :])[..., 0, :]
    distance = (target - centre).norm(dim=-1)
    expected = torch.stack([torch.zeros_like(distance), torch.zeros_like(distance), distance], -1)
    torch.testing.assert_close(seen, expected, atol=10 * TOLERANCE[dtype], rtol=0)
    above = transform_points(cam, (target + 0.1 * up)[..., None, :])[..., 0, :]
    assert (above[..., 1] < 0).all()  # image y points down
    assert above[..., 0].abs().max() < 10 * TOLERANCE[dtype]


def test_look_at_along_z_is_the_identity():
    cam = look_at(torch.zeros(3), torch.tensor([0.0, 0.0, 5.0]))
    torch.testing.assert_close(cam, torch.eye(4))


def test_look_at_broadcasts():
    assert look_at(torch.zeros(3), normal(5, 3).float()).shape == (5, 4, 4)


@pytest.mark.parametrize(
    ("target", "up", "words"),
    [
        ([0.0, 0, 0], [0.0, -1, 0], "target other than the camera centre"),
        ([0.0, math.nan, 0], [0.0, -1, 0], "no NaN"),
        ([0.0, 2, 0], [0.0, -1, 0], "not parallel"),
        ([0.0, 0, 2], [0.0, 0, 0], "not zero"),
    ],
)
def test_views_without_an_orientation_are_refused(target, up, words):
    with pytest.raises(InputError, match=words):
        look_at(torch.zeros(3), torch.tensor(target), torch.tensor(up))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_full_orbit_is_closed_and_even(dtype):
    start, target, up = poses(1, dtype)[0], normal(3, seed=5, dtype=dtype), normal(3, dtype=dtype)
    path = orbit(start, target, 12, up=up)
    assert_rigid(path, TOLERANCE[dtype])
    centres = path[:, :3, 3]
    torch.testing.assert_close(centres[0], start[:3, 3], atol=TOLERANCE[dtype], rtol=0)
    steps = (centres - centres.roll(1, 0)).norm(dim=-1)
    torch.testing.assert_close(steps, steps[:1].expand(12), atol=TOLERANCE[dtype], rtol=0)
    height = (centres - target) @ (up / up.norm())
    torch.testing.assert_close(height, height[:1].expand(12), atol=TOLERANCE[dtype], rtol=0)
    seen = transform_points(invert(path), target.expand(12, 1, 3))[:, 0]
    assert seen[:, :2].abs().max() < 10 * TOLERANCE[dtype]
    assert (seen[:, 2] > 0).all()


def test_an_arc_ends_on_both_sides_and_turns_right_handed():
    start = rigid_transform(torch.eye(3), torch.tensor([1.0, 0, 0]))
    up = torch.tensor([0.0, 0, 1])
    path = orbit(start, torch.zeros(3), 3, up=up, arc_deg=90.0)
    half = math.sqrt(0.5)
    expected = torch.tensor([[1.0, 0, 0], [half, half, 0], [0, 1, 0]])
    torch.testing.assert_close(path[:, :3, 3], expected)
    back = orbit(start, torch.zeros(3), 3, up=up, arc_deg=-90.0)
    torch.testing.assert_close(back[2, :3, 3], torch.tensor([0.0, -1, 0]))
    assert len(orbit(start, torch.zeros(3), 1, up=up, arc_deg=90.0)) == 1


def test_an_orbit_needs_a_radius_and_views():
    start = rigid_transform(torch.eye(3), torch.tensor([0.0, 3, 0]))
    with pytest.raises(InputError, match="parallel"):
        orbit(start, torch.zeros(3), 4)
    with pytest.raises(OptionError, match="num_views is 0"):
        orbit(torch.eye(4), torch.ones(3), 0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_spiral_stays_within_its_radii_and_looks_at_the_focus(dtype):
    middle = poses(1, dtype)[0]
    radii = torch.tensor([0.3, 0.2, 0.1], dtype=dtype)
    path = spiral(middle, radii, 4.0, 24)
    assert_rigid(path, TOLERANCE[dtype])
    local = transform_points(invert(middle), path[:, :3, 3])
    assert (local.abs() <= radii + TOLERANCE[dtype]).all()
    torch.testing.assert_close(local.abs().amax(0), radii, atol=0.01, rtol=0)
    focus = transform_points(middle, torch.tensor([[0.0, 0, 4]], dtype=dtype)).expand(24, 1, 3)
    seen = transform_points(invert(path), focus)[:, 0]
    assert seen[:, :2].abs().max() < 10 * TOLERANCE[dtype]
    # Two turns close: the step from the last pose to the first is like the others.
    steps = (path[:, :3, 3] - path[:, :3, 3].roll(1, 0)).norm(dim=-1)
    assert steps.max() < 2 * steps.min() + 0.1


def test_a_spiral_needs_its_focus_ahead_and_views():
    with pytest.raises(OptionError, match="focus_distance"):
        spiral(torch.eye(4), torch.tensor([0.1, 0.1, 1.0]), 0.5, 8)
    with pytest.raises(OptionError, match="num_views is -1"):
        spiral(torch.eye(4), torch.tensor([0.1, 0.1, 0.1]), 5.0, -1)
