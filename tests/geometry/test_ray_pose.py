# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.geometry import se3
from anyview.geometry.ray_pose import cameras_from_ray_map
from anyview.geometry.rays import ray_map_from_cameras
from anyview.geometry.rotations import random_rotation, rotation_angle, rotation_from_axis_angle

HEIGHT, WIDTH = 378, 504
ROWS, COLUMNS = 18, 24
METHODS = ["qr", "centred", "published"]


def planted(batch=(4,), *, off_centre=0.0, dtype=torch.float64, seed=0, turn_deg=None):
    """Cameras with fx != fy, and their ray map; ``off_centre`` in image sizes."""
    g = torch.Generator().manual_seed(seed)
    rotation = random_rotation(batch, g, dtype=dtype)
    if turn_deg is not None:
        axis = torch.nn.functional.normalize(torch.randn(*batch, 3, generator=g), dim=-1)
        rotation = rotation_from_axis_angle(axis.to(dtype) * math.radians(turn_deg))
    pose = se3.rigid_transform(rotation, torch.randn(*batch, 3, generator=g, dtype=dtype))
    K = torch.tensor(
        [
            [0.8 * WIDTH, 0, (0.5 + off_centre) * WIDTH],
            [0, 0.9 * WIDTH, (0.5 - off_centre / 2) * HEIGHT],
            [0, 0, 1],
        ],
        dtype=dtype,
    ).repeat(*batch, 1, 1)
    ray_map = ray_map_from_cameras(pose, K, ROWS, COLUMNS, image_size=(HEIGHT, WIDTH))
    return pose, K, ray_map


def ones(ray_map):
    return torch.ones(ray_map.shape[:-1], dtype=ray_map.dtype)


def solve(ray_map, conf=None, method="qr", **options):
    conf = ones(ray_map) if conf is None else conf
    return cameras_from_ray_map(ray_map, conf, HEIGHT, WIDTH, method=method, **options)


def degrees_off(result, pose):
    difference = result.cam_from_world[..., :3, :3] @ pose[..., :3, :3].mT
    return torch.rad2deg(rotation_angle(difference))


def disturb(ray_map, noise, outlier_share, seed=0):
    g = torch.Generator().manual_seed(seed)
    ray_map = ray_map + noise * torch.randn(ray_map.shape, generator=g, dtype=ray_map.dtype)
    wild = torch.rand(ray_map.shape[:-1], generator=g) < outlier_share
    ray_map[wild] = torch.randn(int(wild.sum()), 6, generator=g, dtype=ray_map.dtype)
    return ray_map


class TestNoiseFree:
    @given(
        batch=st.sampled_from([(1,), (3,), (2, 2), (1, 1, 2)]),
        dtype=st.sampled_from([torch.float32, torch.float64]),
        off_centre=st.floats(-0.2, 0.2),
        seed=st.integers(0, 10**6),
    )
    @settings(deadline=None, max_examples=20)
    def test_qr_recovers_any_camera(self, batch, dtype, off_centre, seed):
        pose, K, ray_map = planted(batch, off_centre=off_centre, dtype=dtype, seed=seed)
        result = solve(ray_map)
        tolerance = 3e-5 if dtype == torch.float32 else 1e-10
        assert result.ok.all()
        assert result.cam_from_world.dtype == result.intrinsics.dtype == dtype
        torch.testing.assert_close(result.cam_from_world, pose, rtol=0, atol=tolerance)
        torch.testing.assert_close(result.intrinsics, K, rtol=0, atol=tolerance * WIDTH)
        assert (result.inlier_share == 1).all()

    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize("turn_deg", [5.0, 89.0, 90.0, 179.0])
    def test_all_methods_recover_centred_cameras(self, method, turn_deg):
        pose, K, ray_map = planted((6,), turn_deg=turn_deg)
        result = solve(ray_map, method=method)
        assert result.ok.all()
        torch.testing.assert_close(result.cam_from_world, pose, rtol=0, atol=1e-7)
        torch.testing.assert_close(result.intrinsics, K, rtol=0, atol=1e-4)

    def test_quirk_published_is_degrees_off_for_an_off_centre_lens(self):
        pose, _, ray_map = planted(off_centre=0.025)
        off = degrees_off(solve(ray_map, method="published"), pose)
        assert ((off > 1.5) & (off < 3.0)).all()
        principal = solve(ray_map, method="published").intrinsics[:, 0, 2]
        assert (principal < WIDTH / 2).all()  # planted to the right of the centre
        assert (degrees_off(solve(ray_map), pose) < 1e-6).all()

    def test_image_size_only_scales_k(self):
        _, K, ray_map = planted(off_centre=0.1)
        half = cameras_from_ray_map(ray_map, ones(ray_map), HEIGHT // 2, WIDTH // 2)
        torch.testing.assert_close(half.intrinsics[:, :2] * 2, K[:, :2])


class TestDisturbed:
    def test_centred_is_the_most_accurate_for_centred_lenses(self):
        """Medians over 64 views in degrees: qr 0.38, published 0.13, centred 0.06."""
        pose, _, ray_map = planted((16,))
        ray_map = disturb(ray_map, noise=0.01, outlier_share=0.0)
        error = {m: degrees_off(solve(ray_map, method=m), pose).median() for m in METHODS}
        assert error["centred"] < 0.1
        assert error["qr"] < 0.8
        assert error["centred"] < 0.7 * error["published"]
        assert error["centred"] < 0.3 * error["qr"]

    @pytest.mark.parametrize("turn_deg", [10.0, 90.0])
    def test_noise_and_outliers(self, turn_deg):
        pose, K, ray_map = planted((16,), off_centre=0.05, turn_deg=turn_deg)
        ray_map = disturb(ray_map, noise=0.01, outlier_share=0.3)
        result = solve(ray_map)
        assert result.ok.all()
        assert degrees_off(result, pose).max() < 3.0
        assert degrees_off(result, pose).median() < 0.9
        assert ((result.intrinsics - K)[:, 0, 0] / K[:, 0, 0]).abs().max() < 0.02
        centre_error = se3.camera_centres(result.cam_from_world) - se3.camera_centres(pose)
        assert centre_error.norm(dim=-1).max() < 0.03
        assert ((result.inlier_share > 0.75) & (result.inlier_share < 0.95)).all()

    @pytest.mark.parametrize("method", ["qr", "centred"])
    def test_outliers_alone_change_nothing(self, method):
        pose, K, ray_map = planted((8,))
        result = solve(disturb(ray_map, noise=0.0, outlier_share=0.3), method=method)
        torch.testing.assert_close(result.cam_from_world, pose, rtol=0, atol=1e-6)
        torch.testing.assert_close(result.intrinsics, K, rtol=0, atol=1e-3)

    def test_rays_without_confidence_have_no_say(self):
        pose, _, ray_map = planted()
        conf = ones(ray_map)
        ray_map[:, ::2] = torch.randn(ray_map[:, ::2].shape, dtype=ray_map.dtype)
        conf[:, ::2] = 0
        conf[:, 0] = -5.0
        for method in METHODS:
            result = solve(ray_map, conf, method)
            torch.testing.assert_close(result.cam_from_world, pose, rtol=0, atol=1e-7)

    def test_mostly_outliers_of_low_confidence(self):
        pose, _, ray_map = planted((6,))
        wild = torch.rand(ray_map.shape[:-1], generator=torch.Generator().manual_seed(1)) < 0.75
        ray_map[wild] = disturb(ray_map, noise=0.0, outlier_share=1.0)[wild]
        conf = torch.where(wild, 1.0, 2.0).double()
        result = solve(ray_map, conf)
        torch.testing.assert_close(result.cam_from_world, pose, rtol=0, atol=1e-6)

    def test_a_subset_of_rays_is_nearly_as_good(self):
        pose, _, ray_map = planted((8,))
        ray_map = disturb(ray_map, noise=0.01, outlier_share=0.0)
        few = solve(ray_map, method="centred", max_rays=200)
        assert few.ok.all()
        assert 0.02 < degrees_off(few, pose).median() < 0.2


class TestCentre:
    def test_is_the_weighted_mean_of_origins(self):
        _, _, ray_map = planted((2,))
        g = torch.Generator().manual_seed(2)
        ray_map[..., :3] += torch.randn(ray_map[..., :3].shape, generator=g, dtype=ray_map.dtype)
        conf = 1 + torch.rand(ray_map.shape[:-1], generator=g, dtype=ray_map.dtype)
        for method in METHODS:
            centres = se3.camera_centres(solve(ray_map, conf, method).cam_from_world)
            for view in range(2):
                total = sum(
                    conf[view, i, j] * ray_map[view, i, j, :3]
                    for i in range(ROWS)
                    for j in range(COLUMNS)
                )
                torch.testing.assert_close(centres[view], total / conf[view].sum())

    def test_published_leaves_out_rays_along_the_reference_plane(self):
        pose, _, ray_map = planted((1,), turn_deg=5.0)
        ray_map[0, 3, 4, 5] = 5e-5
        ray_map[0, 3, 4, :3] = 1e6
        result = solve(ray_map, method="published")
        torch.testing.assert_close(result.cam_from_world, pose, rtol=0, atol=1e-7)


class TestRepeatability:
    def test_same_result_on_each_call_and_no_global_draw(self):
        _, _, ray_map = planted()
        ray_map = disturb(ray_map, noise=0.05, outlier_share=0.3)
        before = torch.random.get_rng_state()
        first, second = solve(ray_map), solve(ray_map)
        assert torch.equal(torch.random.get_rng_state(), before)
        assert torch.equal(first.cam_from_world, second.cam_from_world)
        assert torch.equal(first.intrinsics, second.intrinsics)
        other, another = (solve(ray_map, seed=seed, max_rays=100) for seed in (1, 2))
        assert not torch.equal(other.cam_from_world, another.cam_from_world)

    @pytest.mark.parametrize("method", METHODS)
    def test_views_are_solved_alone(self, method):
        _, _, ray_map = planted((2, 3))
        ray_map = disturb(ray_map, noise=0.02, outlier_share=0.2)
        together = solve(ray_map, method=method)
        for b in range(2):
            for v in range(3):
                alone = solve(ray_map[b, v : v + 1], method=method)
                torch.testing.assert_close(
                    alone.cam_from_world[0], together.cam_from_world[b, v], rtol=0, atol=1e-9
                )

    def test_input_is_left_as_it_was_and_no_gradient_flows(self):
        _, _, ray_map = planted()
        conf = ones(ray_map)
        ray_map[0, 0, 0] = math.nan
        copies = ray_map.clone(), conf.clone()
        result = solve(ray_map.requires_grad_(), conf)
        assert not result.cam_from_world.requires_grad
        torch.testing.assert_close(ray_map.detach(), copies[0], equal_nan=True, rtol=0, atol=0)
        assert torch.equal(conf, copies[1])


class TestDegenerate:
    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize(
        "kind",
        ["no confidence", "nan", "nan confidence", "flat", "zero", "line", "mirrored", "huge"],
    )
    def test_is_told_and_finite_and_harms_no_other_view(self, method, kind):
        pose, _, ray_map = planted((3,), turn_deg=20.0)
        conf = ones(ray_map)
        if kind == "no confidence":
            conf[1] = 0
        elif kind == "nan":
            ray_map[1] = math.nan
        elif kind == "nan confidence":
            conf[1] = math.nan
        elif kind == "flat":
            ray_map[1, ..., 3:] = torch.tensor([0.1, 0.2, 1.0])
        elif kind == "zero":
            ray_map[1] = 0
        elif kind == "line":
            ray_map[1] = ray_map[1, :1].clone()
        elif kind == "mirrored":
            ray_map[1] = ray_map[1].flip(-2)
        else:
            ray_map[1] = ray_map[1] * 1e300 * 1e10
        result = solve(ray_map, conf, method)
        assert result.ok.tolist() == [True, False, True]
        for part in (result.cam_from_world, result.intrinsics, result.inlier_share):
            assert part.isfinite().all()
        assert torch.equal(result.cam_from_world[1], torch.eye(4).double())
        expected_focal = WIDTH / 2 / math.tan(math.radians(30))
        assert result.intrinsics[1, 0, 0].item() == pytest.approx(expected_focal)
        assert result.intrinsics[1, :2, 2].tolist() == [WIDTH / 2, HEIGHT / 2]
        for view in (0, 2):
            torch.testing.assert_close(result.cam_from_world[view], pose[view], rtol=0, atol=1e-7)

    @pytest.mark.parametrize("method", METHODS)
    def test_scattered_nan_is_left_out(self, method):
        pose, _, ray_map = planted()
        g = torch.Generator().manual_seed(0)
        ray_map[torch.rand(ray_map.shape, generator=g) < 0.05] = math.nan
        result = solve(ray_map, method=method)
        assert result.ok.all()
        torch.testing.assert_close(result.cam_from_world, pose, rtol=0, atol=1e-7)

    def test_noise_alone_has_few_inliers(self):
        ray_map = torch.randn(4, ROWS, COLUMNS, 6, generator=torch.Generator().manual_seed(0))
        assert (solve(ray_map).inlier_share < 0.5).all()

    def test_too_small_a_grid_is_refused(self):
        with pytest.raises(InputError, match="ray grid of 1 x 7"):
            cameras_from_ray_map(torch.rand(2, 1, 7, 6), torch.ones(2, 1, 7), 28, 28)

    def test_half_precision_comes_back_as_float32(self):
        pose, _, ray_map = planted()
        result = solve(ray_map.bfloat16(), method="centred")
        assert result.cam_from_world.dtype == torch.float32
        assert degrees_off(result, pose.float()).max() < 0.5
