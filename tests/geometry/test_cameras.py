# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.geometry import cameras, se3
from anyview.geometry.rays import pixel_grid
from anyview.geometry.rotations import random_rotation

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
quick = settings(deadline=None, max_examples=20)
positive = st.floats(0.2, 5.0)


def some_intrinsics(batch=(), dtype=torch.float64, seed=0):
    g = torch.Generator().manual_seed(seed)
    K = torch.zeros(*batch, 3, 3, dtype=dtype)
    K[..., 0, 0] = 80 + 20 * torch.rand(batch, generator=g, dtype=dtype)
    K[..., 1, 1] = 90 + 20 * torch.rand(batch, generator=g, dtype=dtype)
    K[..., 0, 2] = 50 + 5 * torch.rand(batch, generator=g, dtype=dtype)
    K[..., 1, 2] = 30 + 5 * torch.rand(batch, generator=g, dtype=dtype)
    K[..., 2, 2] = 1
    return K


def some_cameras(views, batch=(), dtype=torch.float64, seed=0, spread=1.0):
    g = torch.Generator().manual_seed(seed)
    translation = spread * torch.randn(*batch, views, 3, generator=g, dtype=dtype)
    return se3.rigid_transform(random_rotation((*batch, views), g, dtype=dtype), translation)


def affine(scale_x, scale_y, shift_x, shift_y):
    return torch.tensor(
        [[scale_x, 0, shift_x], [0, scale_y, shift_y], [0, 0, 1]], dtype=torch.float64
    )


class TestAffineChanges:
    @given(sx=positive, sy=positive, left=st.floats(-50, 50), top=st.floats(-50, 50))
    @quick
    def test_each_change_is_its_affine_map_of_pixels(self, sx, sy, left, top):
        K = some_intrinsics((2,))
        for changed, matrix in (
            (cameras.resize_intrinsics(K, sx, sy), affine(sx, sy, 0, 0)),
            (cameras.crop_intrinsics(K, left, top), affine(1, 1, -left, -top)),
            (cameras.pad_intrinsics(K, left, top), affine(1, 1, left, top)),
        ):
            torch.testing.assert_close(changed, matrix @ K)
            torch.testing.assert_close(changed, cameras.transform_intrinsics(K, matrix))

    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_pad_undoes_crop_and_keeps_shape_and_type(self, batch, dtype):
        K = some_intrinsics(batch, dtype)
        back = cameras.pad_intrinsics(cameras.crop_intrinsics(K, 7, 3), 7, 3)
        assert back.dtype == dtype
        torch.testing.assert_close(back, K)

    @pytest.mark.parametrize("batch", BATCHES)
    def test_one_affine_map_serves_a_batch(self, batch):
        K = some_intrinsics(batch)
        matrix = affine(2, 3, 4, 5)
        expected = torch.stack([matrix @ k for k in K.reshape(-1, 3, 3)]).reshape(K.shape)
        torch.testing.assert_close(cameras.transform_intrinsics(K, matrix), expected)

    def test_resize_agrees_with_averaging_pixels(self):
        """Halving an image averages 2 x 2 pixels; the map of viewing rays must halve with it."""
        K = some_intrinsics()
        grid = pixel_grid(12, 16, dtype=torch.float64)
        rays = (grid - K[:2, 2]) / K.diagonal()[:2]
        halved = torch.nn.functional.avg_pool2d(rays.permute(2, 0, 1), 2).permute(1, 2, 0)
        small = cameras.resize_intrinsics(K, 0.5, 0.5)
        expected = (pixel_grid(6, 8, dtype=torch.float64) - small[:2, 2]) / small.diagonal()[:2]
        torch.testing.assert_close(halved, expected)

    def test_crop_agrees_with_slicing(self):
        K = some_intrinsics()
        rays = (pixel_grid(12, 16, dtype=torch.float64) - K[:2, 2]) / K.diagonal()[:2]
        cut = cameras.crop_intrinsics(K, left=5, top=2)
        expected = (pixel_grid(10, 11, dtype=torch.float64) - cut[:2, 2]) / cut.diagonal()[:2]
        torch.testing.assert_close(rays[2:, 5:], expected)


class TestFieldOfView:
    @given(v=st.floats(0.05, 3.0), h=st.floats(0.05, 3.0))
    @quick
    def test_round_trip(self, v, h):
        fov_v, fov_h = torch.tensor(v, dtype=torch.float64), torch.tensor(h, dtype=torch.float64)
        K = cameras.intrinsics_from_fov(fov_v, fov_h, 378, 504)
        back_v, back_h = cameras.fov_from_intrinsics(K, 378, 504)
        torch.testing.assert_close(back_v, fov_v)
        torch.testing.assert_close(back_h, fov_h)

    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_values_and_layout(self, batch, dtype):
        right_angle = torch.full(batch, math.pi / 2, dtype=dtype)
        sixty = torch.full(batch, math.pi / 3, dtype=dtype)
        K = cameras.intrinsics_from_fov(right_angle, sixty, 100, 200)
        expected = torch.tensor(
            [[100 * math.sqrt(3), 0, 100], [0, 50, 50], [0, 0, 1]], dtype=dtype
        ).expand(*batch, 3, 3)
        torch.testing.assert_close(K, expected)

    def test_zero_and_negative_fov_are_clamped(self):
        for fov in (0.0, -1.0):
            K = cameras.intrinsics_from_fov(torch.tensor(fov), torch.tensor(fov), 100, 200)
            assert K[0, 0].item() == pytest.approx(100 / 1e-6)
            assert K[1, 1].item() == pytest.approx(50 / 1e-6)


class TestValidateIntrinsics:
    size = (60, 100)

    def good(self):
        return torch.tensor([[80.0, 0, 50], [0, 82.0, 30], [0, 0, 1]])

    def broken(self, changes):
        K = self.good()
        for (row, column), value in changes.items():
            K[row, column] = value
        return K

    def test_accepts_ordinary_and_one_sided_cameras(self):
        cameras.validate_intrinsics(self.good()[None], [self.size])
        top_half_of_a_taller_image = self.broken({(1, 2): 60.0})
        cameras.validate_intrinsics(top_half_of_a_taller_image[None], [self.size])

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({(0, 0): math.nan}, "NaN"),
            ({(1, 2): math.inf}, "NaN or infinite"),
            ({(0, 0): 0.0}, "not positive"),
            ({(1, 1): -82.0}, "not positive"),
            ({(2, 2): 0.0}, "last row"),
            ({(2, 0): 50.0, (0, 2): 0.0}, "last row"),
            ({(1, 0): 30.0}, "transposed or singular"),
            ({(0, 1): 60.0}, "transposed or singular"),
            ({(0, 0): 500.0}, "fx / fy is 6.1"),
            ({(0, 0): 1e6, (1, 1): 1e6}, "field of view would be"),
            ({(0, 0): 0.2, (1, 1): 0.2}, "field of view would be 180"),
            ({(0, 0): 0.8, (1, 1): 1.3, (0, 2): 0.5, (1, 2): 0.5}, "normalised by the image size"),
            ({(0, 2): 100.0, (1, 2): 60.0}, "image of about 200 x 120"),
            ({(0, 2): 300.0}, "far from the centre"),
            ({(0, 2): 2.0, (1, 2): 1.0}, "far from the centre"),
        ],
    )
    def test_refuses_and_names_the_view(self, changes, reason):
        K = torch.stack([self.good(), self.broken(changes)])
        with pytest.raises(InputError, match=reason) as caught:
            cameras.validate_intrinsics(K, [self.size] * 2, names=["left", "right"])
        assert "view 1 (right), a 100 x 60 image" in str(caught.value)

    def test_refuses_a_wrong_number(self):
        with pytest.raises(InputError, match="1 intrinsics were given for 2 images"):
            cameras.validate_intrinsics(self.good()[None], [self.size] * 2)


class TestKnownCameras:
    @pytest.mark.parametrize("batch", BATCHES)
    @pytest.mark.parametrize("dtype", DTYPES)
    def test_relative_to_first_and_restored(self, batch, dtype):
        given_cameras = some_cameras(5, batch, dtype)
        normalized, scale = cameras.normalize_known_cameras(given_cameras)
        identity = torch.eye(4, dtype=dtype).expand(*batch, 4, 4)
        torch.testing.assert_close(normalized[..., 0, :, :], identity)
        back = cameras.restore_known_cameras(normalized, scale, given_cameras[..., 0, :, :])
        torch.testing.assert_close(back, given_cameras)

    @pytest.mark.parametrize(
        ("distances", "expected"),
        [
            ([0.0, 2.0, 5.0], 2.0),
            ([0.0, 2.0, 5.0, 9.0], 2.0),  # lower of the middle two
            ([0.0, 7.0], 0.1),  # of a pair the lower one is the first view's own 0
            ([0.0, 0.01, 0.02], 0.1),
            ([0.0], 0.1),
        ],
    )
    def test_scale_is_the_lower_median_distance(self, distances, expected):
        g = torch.Generator().manual_seed(1)
        rotation = random_rotation((len(distances),), g, dtype=torch.float64)
        start = torch.randn(3, generator=g, dtype=torch.float64)
        away = torch.randn(len(distances), 3, generator=g, dtype=torch.float64)
        away = away / away.norm(dim=-1, keepdim=True) * torch.tensor(distances)[:, None]
        cam_from_world = se3.invert(se3.rigid_transform(rotation, start + away))
        normalized, scale = cameras.normalize_known_cameras(cam_from_world)
        assert scale.item() == pytest.approx(expected)
        centres = se3.camera_centres(normalized).norm(dim=-1)
        torch.testing.assert_close(centres, torch.tensor(distances, dtype=torch.float64) / expected)

    def test_does_not_depend_on_the_world_frame(self):
        given_cameras = some_cameras(6)
        moved = given_cameras @ some_cameras(1, seed=9)
        for a, b in zip(
            cameras.normalize_known_cameras(given_cameras),
            cameras.normalize_known_cameras(moved),
            strict=True,
        ):
            torch.testing.assert_close(a, b)
