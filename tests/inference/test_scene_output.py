# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""All parts of a scene move together: depth, cameras, rays and Gaussians stay one scene."""

import pytest
import torch

from anyview.geometry.se3 import invert
from anyview.geometry.spherical_harmonics import evaluate_harmonics
from anyview.inference.scene_output import scene_of

from .planted import HEIGHT, WIDTH, network_says, planted_move, points_of, rotation, scene_at

CENTRES = [(0.0, 0.0, 0.0), (2.0, 0.5, 0.0), (1.0, -1.0, 0.5)]


@pytest.fixture
def scene():
    return scene_at(CENTRES)


def test_a_scene_is_copied_out_of_the_batch(scene):
    with torch.inference_mode():
        output = network_says(scene, planted_move(), gaussians=True)
    part = scene_of(output)
    assert not part.depth.is_inference()
    assert not part.gaussians.means.is_inference()
    assert part.depth.shape == (3, HEIGHT, WIDTH)
    assert part.features[1].shape == (3, 2, 3, 4)
    assert part.sky is None


def test_a_move_takes_everything_along(scene):
    move = planted_move()
    moved = scene_of(network_says(scene, move, gaussians=True)).moved(move)
    torch.testing.assert_close(moved.depth.double(), scene.depth, rtol=1e-5, atol=0)
    torch.testing.assert_close(moved.extrinsics.double(), scene.extrinsics, rtol=0, atol=1e-5)
    truth = scene.points()
    by_rays = moved.ray_map[..., :3] + moved.depth[..., None] * moved.ray_map[..., 3:]
    torch.testing.assert_close(by_rays.double(), truth, rtol=0, atol=2e-4)
    means = moved.gaussians.means.double().reshape(truth.shape)
    torch.testing.assert_close(means, truth, rtol=0, atol=2e-4)


def test_gaussians_turn_and_grow_with_the_world(scene):
    move = planted_move(scale=2.0)
    before = scene_of(network_says(scene, move, gaussians=True))
    after = before.moved(move)
    torch.testing.assert_close(after.gaussians.scales, 2 * before.gaussians.scales)
    turned = _matrices(after.gaussians.rotations_wxyz)
    expected = move.rotation.float() @ _matrices(before.gaussians.rotations_wxyz)
    torch.testing.assert_close(turned, expected, rtol=0, atol=1e-5)
    # Colour seen along a direction fixed to the scene stays.
    direction = torch.nn.functional.normalize(torch.tensor([0.3, -0.5, 0.8]), dim=0)
    seen = evaluate_harmonics(before.gaussians.harmonics, direction)
    seen_after = evaluate_harmonics(after.gaussians.harmonics, move.rotation.float() @ direction)
    torch.testing.assert_close(seen_after, seen, rtol=0, atol=1e-4)


def _matrices(wxyz):
    from scipy.spatial.transform import Rotation

    return torch.from_numpy(
        Rotation.from_quat(wxyz.roll(-1, -1).double().numpy()).as_matrix()
    ).float()


def test_scaling_is_a_change_of_unit(scene):
    part = scene_of(network_says(scene, planted_move(1.0), gaussians=True))
    scaled = part.scaled(1000.0)
    torch.testing.assert_close(scaled.depth, 1000 * part.depth)
    torch.testing.assert_close(scaled.gaussians.means, 1000 * part.gaussians.means)
    torch.testing.assert_close(scaled.extrinsics[:, :3, 3], 1000 * part.extrinsics[:, :3, 3])
    torch.testing.assert_close(scaled.ray_map[..., 3:], part.ray_map[..., 3:])
    assert part.extrinsics[0, 0, 0] == scaled.extrinsics[0, 0, 0]


def test_other_cameras_take_gaussians_to_their_own_points(scene):
    """Views that are put elsewhere, with another K, keep Gaussians on their depth."""
    part = scene_of(network_says(scene, planted_move(1.0), gaussians=True))
    others = scene_at([(3.0, 0, 0), (0, 3.0, 0), (0, 0, 3.0)])
    turned = others.extrinsics.clone()
    turned[:, :3, :3] = rotation(10, 20, 30) @ turned[:, :3, :3]
    zoomed = others.intrinsics * torch.tensor([1.3, 1.1, 1.0], dtype=torch.float64)[:, None]
    seen = part.with_cameras(turned.float(), zoomed.float())
    expected = points_of(part.depth, turned, zoomed)
    means = seen.gaussians.means.double().reshape(expected.shape)
    torch.testing.assert_close(means, expected, rtol=0, atol=1e-4)
    torch.testing.assert_close(seen.depth, part.depth)
    first = slice(0, HEIGHT * WIDTH)
    relative = (invert(turned) @ part.extrinsics.double())[0, :3, :3].float()
    torch.testing.assert_close(
        _matrices(seen.gaussians.rotations_wxyz[first]),
        relative @ _matrices(part.gaussians.rotations_wxyz[first]),
        rtol=0,
        atol=1e-5,
    )


def test_views_keep_their_order(scene):
    output = network_says(scene, planted_move(), gaussians=True)
    second = scene_of(output).depth[1]
    assert torch.equal(second, output.depth[0, 1])
