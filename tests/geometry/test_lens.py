# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Distortion as COLMAP has it, and pinhole images without a blank pixel."""

import pickle

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.lens import (
    Lens,
    pinhole_depth,
    pinhole_image,
    pinhole_mask,
    pinhole_of,
)
from tests.data.converters.miniature import centroid, spot_image

pycolmap = pytest.importorskip("pycolmap")

BARREL = Lens(60.0, 62.0, 31.0, 25.5, 48, 64, radial=(-0.2, 0.03), tangential=(0.002, -0.003))
PINCUSHION = Lens(60.0, 62.0, 31.0, 25.5, 48, 64, radial=(0.15, 0.01))
FISHEYE = Lens(30.0, 31.0, 31.0, 25.5, 48, 64, "fisheye", radial=(0.05, -0.02, 0.01, -0.003))
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


@pytest.mark.parametrize("lens", [BARREL, PINCUSHION, FISHEYE])
def test_pinhole_image_is_full_and_straight(lens):
    K = pinhole_of(lens)
    white = torch.full((3, 48, 64), 255, dtype=torch.uint8)
    assert pinhole_image(lens, K, white).min() == 255
    # One ray, where both cameras see it.
    ray = torch.tensor([0.12, -0.09, 1.0], dtype=torch.float64)
    image = torch.from_numpy(spot_image(lens.project(ray).numpy(), (48, 64))).permute(2, 0, 1)
    straight = pinhole_image(lens, K, image).permute(1, 2, 0).numpy()
    np.testing.assert_allclose(centroid(straight), (K @ ray)[:2], atol=0.1)


@pytest.mark.parametrize("lens", [BARREL, PINCUSHION, FISHEYE])
def test_pinhole_zoom_is_the_smallest_that_serves(lens):
    K = pinhole_of(lens)
    wider = K.clone()
    wider[0, 0] /= 1.03
    wider[1, 1] /= 1.03
    assert lens.sees_all_of(K)
    assert not lens.sees_all_of(wider)


def test_depth_is_taken_from_the_nearest_pixel_and_never_mixed():
    depth = torch.zeros(48, 64)
    depth[:, 32:] = 5.0
    straight = pinhole_depth(BARREL, pinhole_of(BARREL), depth)
    assert set(straight.unique().tolist()) == {0.0, 5.0}


def test_coarser_depth_and_masks_cover_the_same_image_plane():
    K = pinhole_of(BARREL)
    mask = torch.zeros(48, 64, dtype=torch.bool)
    mask[:, 32:] = True
    fine = pinhole_mask(BARREL, K, mask)
    coarse = pinhole_mask(BARREL, K, mask[::4, ::4])
    assert fine.shape == coarse.shape == (48, 64)
    assert (fine != coarse).float().mean() < 0.03


def test_without_distortion_nothing_changes():
    lens = Lens(60.0, 62.0, 31.0, 25.5, 48, 64, radial=(0.0, 0.0))
    assert lens.is_pinhole
    np.testing.assert_array_equal(pinhole_of(lens), lens.intrinsics())


def test_resized_lens_sees_the_same():
    double = BARREL.resized(96, 128)
    points = _points(1)
    np.testing.assert_allclose(double.project(points), 2 * BARREL.project(points), atol=1e-9)


def test_lens_can_be_sent_to_other_processes():
    assert pickle.loads(pickle.dumps(FISHEYE)) == FISHEYE  # noqa: S301


def test_coefficients_of_another_image_are_refused():
    folding = Lens(6.0, 6.0, 31.0, 25.5, 48, 64, radial=(-40.0,))
    with pytest.raises(InputError, match="cannot be undone"):
        pinhole_of(folding)
