# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Distortion as COLMAP has it, forwards and backwards."""

import math
import pickle

import numpy as np
import pytest
import torch

from anyview.geometry.lens import Lens

pycolmap = pytest.importorskip("pycolmap")

BARREL = Lens(60.0, 62.0, 31.0, 25.5, 48, 64, radial=(-0.2, 0.03), tangential=(0.002, -0.003))
PINCUSHION = Lens(60.0, 62.0, 31.0, 25.5, 48, 64, radial=(0.15, 0.01))
FISHEYE = Lens(30.0, 31.0, 31.0, 25.5, 48, 64, "fisheye", radial=(0.05, -0.02, 0.01, -0.003))
EQUIDISTANT = Lens(25.0, 25.0, 32.0, 24.0, 48, 64, "fisheye")
COLMAP = {
    BARREL: ("OPENCV", [60, 62, 31, 25.5, -0.2, 0.03, 0.002, -0.003]),
    FISHEYE: ("OPENCV_FISHEYE", [30, 31, 31, 25.5, 0.05, -0.02, 0.01, -0.003]),
}


def _points(seed: int = 0) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    flat = np.concatenate([rng.uniform(-0.5, 0.5, (50, 2)), np.ones((50, 1))], axis=1)
    return torch.from_numpy(flat * rng.uniform(0.5, 4, (50, 1)))


@pytest.mark.parametrize("lens", COLMAP)
def test_projects_as_colmap_does(lens):
    model, params = COLMAP[lens]
    camera = pycolmap.Camera(model=model, width=64, height=48, params=params)
    points = _points()
    np.testing.assert_allclose(lens.project(points), camera.img_from_cam(points), atol=1e-9)


@pytest.mark.parametrize("lens", [BARREL, FISHEYE])
def test_the_axis_meets_the_principal_point_and_the_back_meets_nothing(lens):
    pixels = lens.project(torch.tensor([[0.0, 0, 2], [0.1, 0.1, -1]], dtype=torch.float64))
    np.testing.assert_allclose(pixels[0], [31, 25.5], atol=1e-12)
    assert pixels[1].isnan().all()


def test_unproject_agrees_with_colmap():
    grid = torch.rand(200, 2, dtype=torch.float64) * torch.tensor([64.0, 48.0])
    for lens, (model, params) in COLMAP.items():
        camera = pycolmap.Camera(model=model, width=64, height=48, params=params)
        rays = lens.unproject(grid)
        np.testing.assert_allclose(rays[:, :2], camera.cam_from_img(grid), atol=1e-6)


@pytest.mark.parametrize("lens", [BARREL, PINCUSHION, FISHEYE, EQUIDISTANT])
def test_unproject_is_the_inverse_of_project(lens):
    points = _points(2)
    rays = lens.unproject(lens.project(points))
    np.testing.assert_allclose(rays, points / points[:, 2:], atol=1e-9)
    centre = torch.tensor([lens.cx, lens.cy], dtype=torch.float64)
    assert lens.unproject(centre).tolist() == [0.0, 0.0, 1.0]


def test_pixels_that_see_nothing_in_front():
    # Equidistant: 25 pixels a radian, so 89 degrees are 38.8 pixels from the axis.
    inside, outside = 25 * math.radians(88.9), 25 * math.radians(89.1)
    pixels = torch.tensor([[32 + inside, 24], [32 + outside, 24]], dtype=torch.float64)
    rays = EQUIDISTANT.unproject(pixels)
    assert rays[0, 0] == pytest.approx(math.tan(math.radians(88.9)), rel=1e-9)
    assert rays[1, :2].isnan().all()
    # r - r^3 ends at r = 3^-0.5, where it is 0.385.
    folding = Lens(100.0, 100.0, 50.0, 50.0, 100, 100, radial=(-1.0,))
    rays = folding.unproject(torch.tensor([[50 + 38.4, 50], [50 + 38.6, 50]], dtype=torch.float64))
    assert 0.54 < rays[0, 0] < 0.577
    assert rays[1, :2].isnan().all()
    reached = folding.reaches(torch.tensor([[0.57, 0, 1], [0.6, 0, 1], [0, 0, -1]]))
    assert reached.tolist() == [True, False, False]


def test_a_lens_without_an_image_sees_nothing():
    hopeless = Lens(60.0, 60.0, 32.0, 24.0, 48, 64, radial=(-1e12,))
    rays = hopeless.unproject(torch.tensor([[40.0, 30.0]], dtype=torch.float64))
    assert rays[:, :2].isnan().all()


def test_resized_lens_sees_the_same():
    double = BARREL.resized(96, 128)
    points = _points(1)
    np.testing.assert_allclose(double.project(points), 2 * BARREL.project(points), atol=1e-9)


def test_lens_can_be_sent_to_other_processes():
    assert pickle.loads(pickle.dumps(FISHEYE)) == FISHEYE  # noqa: S301
