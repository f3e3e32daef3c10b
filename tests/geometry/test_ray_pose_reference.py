# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``method="published"`` against the solver of the reference implementation."""

import math

import pytest
import torch

from anyview.geometry import se3
from anyview.geometry.ray_pose import cameras_from_ray_map
from anyview.geometry.rays import ray_map_from_cameras
from anyview.geometry.rotations import rotation_angle, rotation_from_axis_angle

pytest.importorskip("depth_anything_3")
pytestmark = [pytest.mark.reference, pytest.mark.filterwarnings("ignore")]

HEIGHT, WIDTH = 378, 504
ROWS, COLUMNS = 27, 36


@pytest.fixture(scope="module")
def published_solver():
    """The reference solver with our layout: (world_from_cam, K) of an origin-first ray map."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from depth_anything_3.utils.ray_utils import get_extrinsic_from_camray

    def solve(ray_map, conf, seed):
        torch.manual_seed(seed)
        direction_first = torch.cat((ray_map[..., 3:], ray_map[..., :3]), dim=-1)[None]
        world_from_cam, focal, principal = get_extrinsic_from_camray(
            direction_first, conf[None].clone(), ROWS, COLUMNS
        )
        K = torch.zeros(len(ray_map), 3, 3)
        half = torch.tensor([WIDTH / 2, HEIGHT / 2])
        K[:, 0, 0], K[:, 1, 1] = (focal[0] * half).unbind(-1)
        K[:, :2, 2] = principal[0] * half
        K[:, 2, 2] = 1
        return world_from_cam[0], K

    return solve


def planted(off_centre=0.0, turn_deg=20.0, views=4):
    g = torch.Generator().manual_seed(0)
    axis = torch.nn.functional.normalize(torch.randn(views, 3, generator=g), dim=-1)
    rotation = rotation_from_axis_angle(axis * math.radians(turn_deg))
    pose = se3.rigid_transform(rotation, torch.randn(views, 3, generator=g))
    K = torch.tensor([[400.0, 0, (0.5 + off_centre) * WIDTH], [0, 430.0, HEIGHT / 2], [0, 0, 1]])
    K = K.repeat(views, 1, 1)
    return ray_map_from_cameras(pose, K, ROWS, COLUMNS, image_size=(HEIGHT, WIDTH))


def differences(cam_from_world, K, reference_world_from_cam, reference_K):
    """Degrees, centre distance and pixels between two sets of cameras, for each view."""
    world_from_cam = se3.invert(cam_from_world)
    turn = world_from_cam[:, :3, :3].mT @ reference_world_from_cam[:, :3, :3]
    shift = (world_from_cam - reference_world_from_cam)[:, :3, 3].norm(dim=-1)
    pixels = (K - reference_K).abs().flatten(1).amax(dim=1)
    return torch.rad2deg(rotation_angle(turn)), shift, pixels


@pytest.mark.parametrize("off_centre", [0.0, 0.05])
@pytest.mark.parametrize("turn_deg", [5.0, 60.0, 150.0])
def test_noise_free_ray_maps_agree(published_solver, off_centre, turn_deg):
    """Also off the centre, where both are wrong in the same way."""
    ray_map = planted(off_centre, turn_deg)
    conf = 1 + torch.rand(ray_map.shape[:-1], generator=torch.Generator().manual_seed(1))
    reference = published_solver(ray_map, conf, seed=0)
    result = cameras_from_ray_map(ray_map, conf, HEIGHT, WIDTH, method="published")
    assert result.ok.all()
    degrees, shift, pixels = differences(result.cam_from_world, result.intrinsics, *reference)
    assert degrees.max() < 0.05
    assert shift.max() < 1e-5
    assert pixels.max() < 0.3


@pytest.mark.parametrize(("noise", "outlier_share"), [(0.01, 0.0), (0.03, 0.0), (0.01, 0.2)])
def test_noisy_ray_maps_agree_as_well_as_the_reference_does_with_itself(
    published_solver, noise, outlier_share
):
    ray_map = planted(off_centre=0.02)
    g = torch.Generator().manual_seed(2)
    ray_map = ray_map + noise * torch.randn(ray_map.shape, generator=g)
    wild = torch.rand(ray_map.shape[:-1], generator=g) < outlier_share
    ray_map[wild] = torch.randn(int(wild.sum()), 6, generator=g)
    conf = 1 + torch.rand(ray_map.shape[:-1], generator=g)

    runs = [published_solver(ray_map, conf, seed=seed) for seed in range(6)]
    own = [
        differences(se3.invert(a), a_K, b, b_K)
        for i, (a, a_K) in enumerate(runs)
        for b, b_K in runs[:i]
    ]
    result = cameras_from_ray_map(ray_map, conf, HEIGHT, WIDTH, method="published")
    ours = [differences(result.cam_from_world, result.intrinsics, *run) for run in runs]
    floors = (0.02, 1e-4, 0.1)  # degrees, scene units, pixels: float32 against float64
    for part, floor in enumerate(floors):
        repeatability = torch.stack([pair[part] for pair in own]).amax(dim=0)
        distance = torch.stack([pair[part] for pair in ours]).median(dim=0).values
        assert (distance <= 1.5 * repeatability + floor).all()
