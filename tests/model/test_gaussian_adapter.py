# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.geometry.rotations import (
    matrix_from_quaternion_wxyz,
    quaternion_wxyz_from_matrix,
    rotation_from_axis_angle,
)
from anyview.geometry.se3 import rigid_transform, transform_points
from anyview.geometry.spherical_harmonics import evaluate_harmonics
from anyview.model.gaussian_adapter import (
    RAW_CHANNELS,
    SCALE_RANGE,
    directions_published,
    gaussians_from_raw,
    rotations_correct,
    rotations_published,
)

H, W = 6, 8
CONVENTIONS = ["published", "correct"]
seeds = st.integers(0, 10_000)


def generator(seed):
    return torch.Generator().manual_seed(seed)


def scene(seed=0, views=2):
    """Raw outputs, depth, cameras and intrinsics of some views."""
    rng = generator(seed)
    raw = torch.randn(views, H, W, RAW_CHANNELS, generator=rng)
    depth = 1 + torch.rand(views, H, W, generator=rng)
    rotation = rotation_from_axis_angle(torch.randn(views, 3, generator=rng))
    extrinsics = rigid_transform(rotation, torch.randn(views, 3, generator=rng))
    intrinsics = torch.tensor([[7.0, 0.0, W / 2], [0.0, 5.0, H / 2], [0.0, 0.0, 1.0]])
    return raw, depth, extrinsics, intrinsics.repeat(views, 1, 1)


def quaternions(rng, *shape):
    return torch.nn.functional.normalize(torch.randn(*shape, 4, generator=rng), dim=-1)


@settings(deadline=None, max_examples=25)
@given(seeds)
def test_correct_rotations_are_products_of_matrices(seed):
    rng = generator(seed)
    raw_xyzw, camera_wxyz = torch.randn(5, 4, generator=rng), quaternions(rng, 5)
    found = matrix_from_quaternion_wxyz(rotations_correct(raw_xyzw, camera_wxyz))
    in_camera = matrix_from_quaternion_wxyz(raw_xyzw[:, [3, 0, 1, 2]])
    expected = matrix_from_quaternion_wxyz(camera_wxyz) @ in_camera
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)


@settings(deadline=None, max_examples=25)
@given(seeds)
def test_published_rotations_step_by_step(seed):
    """QUIRK-02 spelled out with matrices: reorder, misread, turn, misname."""
    rng = generator(seed)
    raw_xyzw, camera_wxyz = torch.randn(5, 4, generator=rng), quaternions(rng, 5)
    reordered = raw_xyzw[:, [3, 0, 1, 2]]  # w x y z ...
    misread = matrix_from_quaternion_wxyz(reordered[:, [3, 0, 1, 2]])  # ... read as x y z w
    in_world = quaternion_wxyz_from_matrix(matrix_from_quaternion_wxyz(camera_wxyz) @ misread)
    handed_on = in_world[:, [1, 2, 3, 0]]  # x y z w, called w x y z
    found = rotations_published(raw_xyzw, camera_wxyz)
    sign = torch.sign((found * handed_on).sum(-1, keepdim=True))
    torch.testing.assert_close(found * sign, handed_on, atol=1e-5, rtol=1e-5)


def test_the_slips_cancel_for_an_identity_camera_only():
    rng = generator(0)
    raw = torch.randn(200, 4, generator=rng)
    identity = torch.tensor([1.0, 0.0, 0.0, 0.0])
    turned = torch.tensor([math.cos(math.radians(5)), math.sin(math.radians(5)), 0.0, 0.0])

    def error_deg(camera):
        published, correct = (
            matrix_from_quaternion_wxyz(f(raw, camera))
            for f in (rotations_published, rotations_correct)
        )
        cosine = ((published.mT @ correct).diagonal(dim1=-2, dim2=-1).sum(-1) - 1) / 2
        return torch.rad2deg(cosine.clamp(-1, 1).acos())

    assert error_deg(identity).max() < 0.1
    assert error_deg(turned).median() > 10


def test_published_centres_fall_short_of_the_depth_map():
    """18 % at the corner of a 53 degree lens (QUIRK-01); the correct ones lie on it."""
    raw = torch.zeros(1, 2, 2, RAW_CHANNELS)
    raw[..., :2] = torch.tensor([[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5], [0.5, 0.5]]).view(
        1, 2, 2, 2
    )  # from the pixel centres to the image corners
    focal = 1 / math.tan(math.radians(53) / 2)
    intrinsics = torch.tensor([[[focal, 0.0, 1.0], [0.0, focal, 1.0], [0.0, 0.0, 1.0]]])
    depth, camera = torch.full((1, 2, 2), 3.0), torch.eye(4)[None]
    z = {
        convention: gaussians_from_raw(raw, depth, camera, intrinsics, convention=convention)
        .means[..., 2]
        .flatten()
        for convention in CONVENTIONS
    }
    torch.testing.assert_close(z["correct"], torch.full((4,), 3.0))
    torch.testing.assert_close(1 - z["published"] / 3, torch.full((4,), 0.18), atol=0.005, rtol=0)


def test_unit_directions():
    directions = directions_published(torch.randn(9, 3, generator=generator(0)))
    torch.testing.assert_close(directions.norm(dim=-1), torch.ones(9))


@settings(deadline=None, max_examples=15)
@given(seeds)
def test_correct_centres_project_to_the_shifted_pixel_at_the_shifted_depth(seed):
    raw, depth, extrinsics, intrinsics = scene(seed)
    found = gaussians_from_raw(raw, depth, extrinsics, intrinsics, convention="correct")
    in_camera = transform_points(extrinsics, found.means).view(2, H, W, 3)
    z = depth + raw[..., 36]
    torch.testing.assert_close(in_camera[..., 2], z, atol=1e-4, rtol=1e-4)
    rows, columns = torch.meshgrid(torch.arange(H), torch.arange(W), indexing="ij")
    pixel = torch.stack((columns, rows), dim=-1) + 0.5 + raw[..., :2]
    ray = (pixel - intrinsics[0, :2, 2]) / torch.tensor([7.0, 5.0])
    torch.testing.assert_close(in_camera[..., :2], ray * z[..., None], atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_scales_follow_the_footprint_of_a_pixel(convention):
    raw, depth, extrinsics, intrinsics = scene()
    raw[..., 2:5] = 0.0
    found = gaussians_from_raw(raw, depth, extrinsics, intrinsics, convention=convention).scales
    expected = (depth + raw[..., 36]).abs() * (1 / 7 + 1 / 5) * 0.1 * sum(SCALE_RANGE) / 2
    torch.testing.assert_close(found, expected.flatten(1)[..., None].expand(-1, -1, 3))


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_ranges(convention):
    raw, depth, extrinsics, intrinsics = scene()
    found = gaussians_from_raw(5 * raw, depth, extrinsics, intrinsics, convention=convention)
    assert (found.scales > 0).all()
    assert ((found.opacities >= 0) & (found.opacities <= 1)).all()
    torch.testing.assert_close(found.rotations_wxyz.norm(dim=-1), torch.ones(2, H * W))
    torch.testing.assert_close(found.opacities, (5 * raw[..., 37]).sigmoid().flatten(1))


def test_colour_seen_along_a_ray_of_the_camera_is_that_of_the_raw_coefficients():
    """Turning harmonics to the world changes what is stored, not what is seen."""
    raw, depth, extrinsics, intrinsics = scene()
    found = gaussians_from_raw(raw, depth, extrinsics, intrinsics, convention="correct")
    direction = torch.nn.functional.normalize(torch.tensor([0.3, -0.5, 0.8]), dim=-1)
    in_world = extrinsics[:, :3, :3].mT @ direction
    weights = torch.tensor([1.0] + [0.1 * 0.25] * 3 + [0.1 * 0.0625] * 5)
    in_camera = raw[..., 9:36].unflatten(-1, (3, 9)).flatten(1, 2) * weights
    seen = evaluate_harmonics(
        found.harmonics, in_world[:, None, None].expand(*found.harmonics.shape[:-1], 3)
    )
    expected = evaluate_harmonics(in_camera, direction.expand(*in_camera.shape[:-1], 3))
    torch.testing.assert_close(seen, expected, atol=1e-5, rtol=1e-4)


@settings(deadline=None, max_examples=15)
@given(seeds)
def test_correct_gaussians_move_with_the_world(seed):
    raw, depth, extrinsics, intrinsics = scene(seed)
    rng = generator(seed + 1)
    turn = rotation_from_axis_angle(torch.randn(3, generator=rng))
    shift = torch.randn(3, generator=rng)
    world_from_new = rigid_transform(turn, shift)
    old = gaussians_from_raw(raw, depth, extrinsics, intrinsics, convention="correct")
    new = gaussians_from_raw(
        raw, depth, extrinsics @ world_from_new, intrinsics, convention="correct"
    )
    back = transform_points(world_from_new.expand(2, 4, 4), new.means)
    torch.testing.assert_close(back, old.means, atol=2e-4, rtol=1e-3)
    torch.testing.assert_close(
        turn @ matrix_from_quaternion_wxyz(new.rotations_wxyz),
        matrix_from_quaternion_wxyz(old.rotations_wxyz),
        atol=1e-4,
        rtol=1e-4,
    )
    torch.testing.assert_close(new.scales, old.scales)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_views_are_independent(convention):
    together = gaussians_from_raw(*scene(views=3), convention=convention)
    for i in range(3):
        alone = gaussians_from_raw(*(x[i : i + 1] for x in scene(views=3)), convention=convention)
        for name, value in vars(alone).items():
            torch.testing.assert_close(getattr(together, name)[i], value[0])
