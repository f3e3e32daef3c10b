# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.geometry import cameras, projection, rays, se3
from anyview.geometry.rotations import random_rotation, rotation_from_axis_angle

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
law = settings(deadline=None, max_examples=20)
CAMERA = torch.tensor([[20.0, 0.0, 16.0], [0.0, 21.0, 12.0], [0.0, 0.0, 1.0]]).double()
HEIGHT, WIDTH = 24, 32


def wall(distance, pose, K=CAMERA):
    """z-depth of the plane z = distance of the world as a camera sees it."""
    ray_map = rays.ray_map_from_cameras(pose, K, HEIGHT, WIDTH)
    return (distance - ray_map[..., 2]) / ray_map[..., 5]


def turned(axis_angle, centre):
    rotation = rotation_from_axis_angle(torch.tensor(axis_angle).double())
    return se3.invert(se3.rigid_transform(rotation, torch.tensor(centre).double()))


IDENTITY = torch.eye(4).double()


class TestProject:
    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("points_shape", [(), (4,), (2, 3)])
    def test_twin_with_homogeneous_coordinates(self, batch, dtype, points_shape):
        g = torch.Generator().manual_seed(0)
        points = torch.randn(*batch, *points_shape, 3, generator=g, dtype=dtype)
        points[..., 2] = points[..., 2].abs() + 0.5
        K = CAMERA.to(dtype).expand(*batch, 3, 3).clone()
        K[..., 0, 1] = 0.7
        K[..., 0, 0] += torch.rand(batch, generator=g, dtype=dtype)
        pixels, z = projection.project(points, K)
        assert pixels.dtype == dtype
        flat_points = points.reshape(math.prod(batch), -1, 3)
        flat = zip(flat_points, K.reshape(-1, 3, 3), strict=True)
        expected = torch.stack([torch.stack([k @ p for p in some]) for some, k in flat])
        expected = expected.reshape(points.shape)
        torch.testing.assert_close(pixels, expected[..., :2] / expected[..., 2:])
        torch.testing.assert_close(z, expected[..., 2])

    def test_behind_the_camera_is_nan_with_a_finite_gradient(self):
        points = torch.tensor([[0.1, 0.2, -1.0], [0.1, 0.2, 0.0], [0.1, 0.2, 2.0]]).double()
        points.requires_grad_()
        pixels, z = projection.project(points, CAMERA)
        assert pixels.isnan().all(dim=-1).tolist() == [True, True, False]
        assert z.tolist() == [-1, 0, 2]
        pixels.nansum().backward()
        assert points.grad.isfinite().all()

    def test_refuses_points_without_the_batch_axes(self):
        with pytest.raises(InputError, match=r"batch axes \(2,\)"):
            projection.project(torch.ones(5, 3).double(), CAMERA.expand(2, 3, 3))
        with pytest.raises(InputError, match="axes of cameras first"):
            projection.project_world(
                torch.ones(5, 3).double(), IDENTITY.expand(2, 4, 4), CAMERA.expand(2, 3, 3)
            )

    @given(
        batch=st.sampled_from(BATCHES), dtype=st.sampled_from(DTYPES), seed=st.integers(0, 10**6)
    )
    @law
    def test_world_projection_moves_points_to_the_camera_first(self, batch, dtype, seed):
        g = torch.Generator().manual_seed(seed)
        pose = se3.rigid_transform(
            random_rotation(batch, g, dtype=dtype),
            torch.randn(*batch, 3, generator=g, dtype=dtype),
        )
        points = torch.randn(*batch, 4, 5, 3, generator=g, dtype=dtype)
        K = CAMERA.to(dtype).expand(*batch, 3, 3)
        moved = torch.einsum("...ij,...hwj->...hwi", pose[..., :3, :3], points)
        moved = moved + pose[..., None, None, :3, 3]
        expected_pixels, expected_z = projection.project(moved, K)
        pixels, z = projection.project_world(points, pose, K)
        torch.testing.assert_close(z, expected_z)
        away = z.abs() > 0.05  # pixels of points beside the camera plane amplify rounding
        torch.testing.assert_close(
            pixels[away], expected_pixels[away], equal_nan=True, rtol=1e-3, atol=1e-3
        )

    @given(sx=st.floats(0.3, 3), sy=st.floats(0.3, 3), left=st.floats(-9, 9), top=st.floats(-9, 9))
    @law
    def test_changes_of_k_move_pixels_as_they_move_the_image(self, sx, sy, left, top):
        points = torch.tensor([[0.3, -0.2, 1.5], [-1.0, 0.5, 3.0]]).double()
        pixels, _ = projection.project(points, CAMERA)
        resized, _ = projection.project(points, cameras.resize_intrinsics(CAMERA, sx, sy))
        torch.testing.assert_close(resized, pixels * torch.tensor([sx, sy], dtype=torch.float64))
        cropped, _ = projection.project(points, cameras.crop_intrinsics(CAMERA, left, top))
        torch.testing.assert_close(cropped, pixels - torch.tensor([left, top], dtype=torch.float64))
        padded, _ = projection.project(points, cameras.pad_intrinsics(CAMERA, left, top))
        torch.testing.assert_close(padded, pixels + torch.tensor([left, top], dtype=torch.float64))


class TestReproject:
    def test_onto_itself_gives_the_grid(self):
        depth = 1 + torch.rand(2, HEIGHT, WIDTH, dtype=torch.float64)
        K = CAMERA.expand(2, 3, 3)
        pixels, z = projection.reproject(depth, K, K, IDENTITY.expand(2, 4, 4))
        grid = rays.pixel_grid(HEIGHT, WIDTH, dtype=torch.float64).expand_as(pixels)
        torch.testing.assert_close(pixels, grid)
        torch.testing.assert_close(z, depth)

    def test_a_wall_seen_twice_has_the_depth_of_the_other_view(self):
        source, target = turned([0.0, 0.1, 0.0], [0.2, 0, 0]), turned([0.05, -0.1, 0], [-0.1, 0, 0])
        depth_source = wall(4.0, source)
        pixels, z = projection.reproject(
            depth_source, CAMERA, CAMERA, projection.relative_pose(source, target)
        )
        depth_target = wall(4.0, target)
        # Disparity of a plane is affine in the pixel, so bilinear sampling of it is exact.
        disparity = projection.sample_map(1 / depth_target[None], pixels)[0]
        inner = (pixels > 0.5).all(-1) & (pixels < torch.tensor([WIDTH, HEIGHT]) - 0.5).all(-1)
        assert inner.float().mean() > 0.5
        torch.testing.assert_close(1 / disparity[inner], z[inner])

    def test_invalid_depth_stays_invalid(self):
        depth = torch.ones(HEIGHT, WIDTH).double()
        depth[3, 4] = 0
        pixels, z = projection.reproject(depth, CAMERA, CAMERA, IDENTITY)
        assert pixels[3, 4].isnan().all()
        assert z[3, 4].isnan()
        assert pixels.isnan().sum() == 2


class TestSampleMap:
    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("mode", ["bilinear", "nearest"])
    def test_at_pixel_centres_it_is_the_map(self, batch, dtype, mode):
        g = torch.Generator().manual_seed(0)
        values = torch.rand(*batch, 3, 5, 7, generator=g, dtype=dtype)
        centres = rays.pixel_grid(5, 7, dtype=dtype).expand(*batch, 5, 7, 2)
        sampled = projection.sample_map(values, centres, mode=mode)
        torch.testing.assert_close(sampled, values, rtol=1e-5, atol=1e-5)

    @given(x=st.floats(0.5, 6.5), y=st.floats(0.5, 4.5))
    @law
    def test_a_linear_map_is_read_exactly(self, x, y):
        ramp = rays.pixel_grid(5, 7, dtype=torch.float64).permute(2, 0, 1)
        position = torch.tensor([x, y], dtype=torch.float64)
        sampled = projection.sample_map(ramp, position[None, None])
        torch.testing.assert_close(sampled[:, 0, 0], position)

    def test_border_is_continued_and_outside_is_nan(self):
        ramp = rays.pixel_grid(5, 7, dtype=torch.float64).permute(2, 0, 1)
        at = [[0.0, 0.0], [7.0, 5.0], [-0.01, 2.0], [7.01, 2.0], [3.0, 5.01], [math.nan, 2.0]]
        sampled = projection.sample_map(ramp, torch.tensor([at]).double())[:, 0]
        torch.testing.assert_close(sampled[:, 0], torch.tensor([0.5, 0.5]).double())
        torch.testing.assert_close(sampled[:, 1], torch.tensor([6.5, 4.5]).double())
        assert sampled[:, 2:].isnan().all()

    def test_nan_reaches_its_neighbours_only_when_mixed(self):
        values = torch.ones(1, 4, 4)
        values[0, 1, 1] = math.nan
        position = torch.tensor([[[2.4, 2.4]]])
        assert projection.sample_map(values, position).isnan().all()
        assert projection.sample_map(values, position, mode="nearest").item() == 1


class TestVisible:
    def test_a_panel_hides_the_wall_behind_it(self):
        """From the side, the wall pixels that the panel covers in the target are hidden."""
        target, source = IDENTITY, turned([0.0, 0.0, 0.0], [1.0, 0.0, 0.0])
        depth_target = wall(4.0, target)
        depth_target[8:16, 10:20] = 2.0
        depth_source = wall(4.0, source)
        pixels, z = projection.reproject(
            depth_source, CAMERA, CAMERA, projection.relative_pose(source, target)
        )
        seen = projection.visible(pixels, z, depth_target)
        x, y = pixels.unbind(-1)
        inside = (x >= 0) & (x <= WIDTH) & (y >= 0) & (y <= HEIGHT)
        behind_panel = (x > 10) & (x < 20) & (y > 8) & (y < 16)
        assert behind_panel.sum() > 50
        assert torch.equal(seen, inside & ~behind_panel)
        assert torch.equal(projection.agrees(pixels, z, depth_target), seen)

    def test_a_point_in_front_is_visible_but_does_not_agree(self):
        depth = torch.full((4, 4), 2.0)
        pixels = torch.full((1, 5, 2), 1.5)
        z = torch.tensor([[1.0, 1.97, 2.05, 2.07, -2.0]])
        seen = projection.visible(pixels, z, depth, relative_tolerance=0.03)
        assert seen.tolist() == [[True, True, True, False, False]]
        same = projection.agrees(pixels, z, depth, relative_tolerance=0.03)
        assert same.tolist() == [[False, True, True, False, False]]

    @pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
    def test_unknown_target_depth_sees_nothing(self, bad):
        pixels, z = torch.full((1, 1, 2), 1.5), torch.ones(1, 1)
        depth = torch.full((4, 4), bad)
        assert not projection.visible(pixels, z, depth).any()
        assert not projection.agrees(pixels, z, depth).any()

    def test_outside_the_image_nothing_is_seen(self):
        pixels = torch.tensor([[[-0.1, 1.0], [4.1, 1.0], [math.nan, 1.0]]])
        assert not projection.visible(pixels, torch.ones(1, 3), torch.ones(4, 4) * 9).any()
