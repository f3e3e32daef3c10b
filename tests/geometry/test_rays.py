# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.geometry import cameras, rays, se3
from anyview.geometry.projection import project, project_world
from anyview.geometry.rotations import random_rotation

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
law = settings(deadline=None, max_examples=20)


def planted(batch, dtype, seed=0, height=5, width=7):
    """Depth, cameras and intrinsics (with skew, off centre) of a batch."""
    g = torch.Generator().manual_seed(seed)
    depth = 0.5 + 4 * torch.rand(*batch, height, width, generator=g, dtype=dtype)
    translation = torch.randn(*batch, 3, generator=g, dtype=dtype)
    pose = se3.rigid_transform(random_rotation(batch, g, dtype=dtype), translation)
    K = torch.tensor([[6.0, 0.3, 2.8], [0, 5.0, 2.9], [0, 0, 1]], dtype=dtype)
    K = K + torch.rand(*batch, 1, 1, generator=g, dtype=dtype) * torch.diag(K.new_tensor([1, 1, 0]))
    return depth, pose, K


def close(actual, expected):
    """Compare at a tolerance that a few float operations on values of about 10 allow."""
    tolerance = 2e-5 if expected.dtype == torch.float32 else 1e-12
    torch.testing.assert_close(actual, expected, rtol=tolerance, atol=tolerance)


class TestPixelGrid:
    def test_centres(self):
        grid = rays.pixel_grid(2, 3)
        assert grid[..., 0].tolist() == [[0.5, 1.5, 2.5]] * 2
        assert grid[..., 1].tolist() == [[0.5] * 3, [1.5] * 3]

    def test_type(self):
        assert rays.pixel_grid(2, 3, dtype=torch.float64).dtype == torch.float64

    def test_on_minus_one_to_one_it_is_the_published_ray_grid(self):
        width = 6
        x = 2 * rays.pixel_grid(4, width)[0, :, 0] / width - 1
        expected = torch.tensor([(2 * i + 1) / width - 1 for i in range(width)])
        torch.testing.assert_close(x, expected)


class TestDirections:
    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_twin_with_inverse_of_k(self, batch, dtype):
        _, _, K = planted(batch, dtype)
        result = rays.directions_cam(K, 5, 7)
        assert result.dtype == dtype
        for k, directions in zip(K.reshape(-1, 3, 3), result.reshape(-1, 5, 7, 3), strict=True):
            for i in range(5):
                for j in range(7):
                    pixel = torch.tensor([j + 0.5, i + 0.5, 1], dtype=dtype)
                    close(directions[i, j], torch.linalg.solve(k, pixel))


class TestUnproject:
    @given(
        batch=st.sampled_from(BATCHES), dtype=st.sampled_from(DTYPES), seed=st.integers(0, 10**6)
    )
    @law
    def test_projection_gives_back_pixels_and_depth(self, batch, dtype, seed):
        depth, _, K = planted(batch, dtype, seed)
        pixels, z = project(rays.unproject(depth, K), K)
        close(pixels, rays.pixel_grid(5, 7, dtype=dtype).expand_as(pixels))
        close(z, depth)

    @pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf, -math.inf])
    def test_invalid_depth_gives_nan_there_only(self, bad):
        depth, pose, K = planted((2,), torch.float32)
        depth[1, 2, 3] = bad
        ray_map = rays.ray_map_from_cameras(pose, K, 5, 7)
        for points in (
            rays.unproject(depth, K),
            rays.points_from_depth(depth, pose, K),
            rays.points_from_ray_map(depth, ray_map),
        ):
            missing = points.isnan()
            assert missing[1, 2, 3].all()
            assert missing.sum() == 3

    def test_gradient_is_finite_beside_invalid_depth(self):
        depth, _, K = planted((), torch.float64)
        depth[0, 0] = 0
        depth.requires_grad_()
        rays.unproject(depth, K).nansum().backward()
        assert depth.grad.isfinite().all()
        assert depth.grad[0, 0] == 0
        assert depth.grad[1, 1] != 0


class TestWorldPoints:
    @given(
        batch=st.sampled_from(BATCHES), dtype=st.sampled_from(DTYPES), seed=st.integers(0, 10**6)
    )
    @law
    def test_ray_map_and_depth_give_the_points(self, batch, dtype, seed):
        depth, pose, K = planted(batch, dtype, seed)
        ray_map = rays.ray_map_from_cameras(pose, K, 5, 7)
        points = rays.points_from_depth(depth, pose, K)
        assert points.dtype == dtype
        close(rays.points_from_ray_map(depth, ray_map), points)

    @given(
        batch=st.sampled_from(BATCHES), dtype=st.sampled_from(DTYPES), seed=st.integers(0, 10**6)
    )
    @law
    def test_points_project_back(self, batch, dtype, seed):
        depth, pose, K = planted(batch, dtype, seed)
        pixels, z = project_world(rays.points_from_depth(depth, pose, K), pose, K)
        tolerance = 1e-3 if dtype == torch.float32 else 1e-11
        grid = rays.pixel_grid(5, 7, dtype=dtype).expand_as(pixels)
        torch.testing.assert_close(pixels, grid, rtol=0, atol=tolerance)
        torch.testing.assert_close(z, depth, rtol=tolerance, atol=tolerance)

    def test_twin_with_a_plain_loop(self):
        depth, pose, K = planted((2,), torch.float64)
        points = rays.points_from_depth(depth, pose, K)
        for view in range(2):
            world_from_cam = torch.linalg.inv(pose[view])
            for i in range(5):
                for j in range(7):
                    pixel = torch.tensor([j + 0.5, i + 0.5, 1]).double()
                    cam = depth[view, i, j] * torch.linalg.inv(K[view]) @ pixel
                    world = world_from_cam @ torch.cat((cam, cam.new_ones(1)))
                    close(points[view, i, j], world[:3])


class TestRayMap:
    def test_origin_is_the_centre_and_comes_first(self):
        _, pose, K = planted((2,), torch.float64)
        ray_map = rays.ray_map_from_cameras(pose, K, 5, 7)
        centres = torch.linalg.inv(pose)[:, None, None, :3, 3].expand(2, 5, 7, 3)
        close(ray_map[..., :3], centres)

    def test_direction_has_unit_z_in_its_camera(self):
        _, pose, K = planted((2,), torch.float64)
        direction = rays.ray_map_from_cameras(pose, K, 5, 7)[..., 3:]
        z_in_camera = torch.einsum("vhwc,vc->vhw", direction, pose[:, 2, :3])
        close(z_in_camera, torch.ones_like(z_in_camera))

    @pytest.mark.parametrize("batch", BATCHES)
    def test_on_another_grid(self, batch):
        """Averaging 2 x 3 rays of the image grid gives the ray of the coarse pixel."""
        _, pose, K = planted(batch, torch.float64, height=8, width=12)
        fine = rays.ray_map_from_cameras(pose, K, 8, 12)
        coarse = rays.ray_map_from_cameras(pose, K, 4, 4, image_size=(8, 12))
        averaged = fine.unflatten(-3, (4, 2)).unflatten(-2, (4, 3)).mean(dim=(-5 + 1, -2))
        close(coarse, averaged)
        scaled = cameras.resize_intrinsics(K, 4 / 12, 4 / 8)
        close(coarse, rays.ray_map_from_cameras(pose, scaled, 4, 4))
