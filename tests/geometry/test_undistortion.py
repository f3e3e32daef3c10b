# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Pinhole images without a blank pixel, or with everything, and the way back."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.geometry.rays import directions_cam
from anyview.geometry.undistortion import (
    distorted_map,
    distorted_mask,
    pinhole_depth,
    pinhole_image,
    pinhole_mask,
    pinhole_of,
    shows_all,
    shows_no_blank,
    wide_pinhole_of,
)
from tests.data.converters.miniature import centroid, spot_image
from tests.geometry.test_lens import BARREL, EQUIDISTANT, FISHEYE, PINCUSHION

NARROW_FISHEYE = replace(FISHEYE, fx=45.0, fy=46.0)
LENSES = [BARREL, PINCUSHION, NARROW_FISHEYE]


@pytest.mark.parametrize("lens", [*LENSES, FISHEYE])
def test_pinhole_image_is_full_and_straight(lens):
    K = pinhole_of(lens)
    white = torch.full((3, 48, 64), 255, dtype=torch.uint8)
    assert pinhole_image(lens, K, white).min() == 255
    # One ray, where both cameras see it.
    ray = torch.tensor([0.12, -0.09, 1.0], dtype=torch.float64)
    image = torch.from_numpy(spot_image(lens.project(ray).numpy(), (48, 64))).permute(2, 0, 1)
    straight = pinhole_image(lens, K, image).permute(1, 2, 0).numpy()
    np.testing.assert_allclose(centroid(straight), (K @ ray)[:2], atol=0.1)


@pytest.mark.parametrize("lens", [*LENSES, FISHEYE])
def test_pinhole_zoom_is_the_smallest_that_serves(lens):
    K = pinhole_of(lens)
    wider = K.clone()
    wider[0, 0] /= 1.03
    wider[1, 1] /= 1.03
    assert shows_no_blank(lens, K)
    assert not shows_no_blank(lens, wider)


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


def test_coefficients_of_another_image_are_refused():
    folding = Lens(6.0, 6.0, 31.0, 25.5, 48, 64, radial=(-40.0,))
    with pytest.raises(InputError, match="cannot be undone"):
        pinhole_of(folding)


@pytest.mark.parametrize("lens", [*LENSES, replace(EQUIDISTANT, fx=40.0, fy=40.0)])
def test_wide_image_shows_all_that_the_lens_saw_and_touches_the_border(lens):
    K = wide_pinhole_of(lens)
    assert shows_all(lens, K)
    assert K[0, 0] / K[1, 1] == pytest.approx(lens.fx / lens.fy)
    narrower = torch.diag(torch.tensor([1.04, 1.04, 1.0], dtype=torch.float64)) @ K
    narrower[:2, 2] -= 0.02 * torch.tensor([lens.width, lens.height])  # about the same centre
    assert not shows_all(lens, narrower)
    assert not shows_all(lens, pinhole_of(lens))
    # Nothing is lost: each distorted pixel finds its place.
    everywhere = torch.ones(48, 64, dtype=torch.bool)
    assert distorted_mask(lens, K, everywhere).all()


def test_blank_pixels_of_a_wide_image_are_told_and_black():
    K = wide_pinhole_of(BARREL)
    seen = pinhole_mask(BARREL, K, torch.ones(48, 64, dtype=torch.bool))
    image = pinhole_image(BARREL, K, torch.full((3, 48, 64), 255, dtype=torch.uint8))
    assert 0.02 < (~seen).float().mean() < 0.5
    assert torch.equal(image[0] > 0, seen)


def test_wide_image_of_a_wide_fisheye_ends_at_sixty_degrees():
    lens = replace(EQUIDISTANT, fx=18.0, fy=18.0)  # 32 pixels are 102 degrees
    K = wide_pinhole_of(lens)
    assert not shows_all(lens, K)
    across = directions_cam(K, 48, 64)[24, [0, -1], 0]
    assert (across.abs() < math.tan(math.radians(60))).all()
    assert (across.abs() > math.tan(math.radians(58))).all()
    cropped = directions_cam(pinhole_of(lens), 48, 64)[0, 0, :2].norm()
    assert cropped < math.tan(math.radians(70))


def _twin(lens: Lens, K: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Nearest value of each distorted pixel, by search: the pinhole pixel that projects closest."""
    rays = directions_cam(torch.from_numpy(K), *values.shape)
    places = lens.project(rays).numpy()
    places[~lens.reaches(rays).numpy()] = np.nan
    found = np.full((lens.height, lens.width), np.nan)
    for row in range(lens.height):
        for column in range(lens.width):
            distance = np.hypot(*(places - [column + 0.5, row + 0.5]).transpose(2, 0, 1))
            found[row, column] = values.flat[np.nanargmin(distance)]
    return found


@pytest.mark.parametrize("lens", LENSES)
def test_the_way_back_agrees_with_a_search(lens):
    lens = lens.resized(12, 16)
    # Four times as fine as the lens: one of these pixels is much nearer than the others.
    K = wide_pinhole_of(lens)
    fine = torch.diag(torch.tensor([4.0, 4, 1], dtype=torch.float64)) @ K
    columns = torch.arange(64.0).repeat(48, 1)
    back = distorted_map(lens, fine, torch.stack((columns, columns)), mode="nearest")
    assert back.shape == (2, 12, 16)
    assert torch.equal(back[0], back[1])
    difference = np.abs(back[0].numpy() - _twin(lens, fine.numpy(), columns.numpy()))
    assert difference.max() <= 1
    assert (difference > 0).mean() < 0.05


@pytest.mark.parametrize("lens", LENSES)
@pytest.mark.parametrize("make", [pinhole_of, wide_pinhole_of])
def test_depth_of_a_slanted_plane_there_and_back(lens, make):
    K = make(lens)

    def depth_along(rays):
        return (2.0 / (rays @ torch.tensor([0.3, -0.2, 1.0], dtype=torch.float64))).float()

    straight = depth_along(directions_cam(K, 48, 64))
    back = distorted_map(lens, K, straight[None])[0]
    grid = torch.stack(torch.meshgrid(torch.arange(64), torch.arange(48), indexing="xy"), -1)
    exact = depth_along(lens.unproject(grid.double() + 0.5))
    inside = ~back.isnan()
    assert inside.all() if make is wide_pinhole_of else 0.5 < inside.float().mean() < 1
    assert torch.allclose(back[inside], exact[inside], rtol=0.02)
    # A mask says the same of what is inside.
    covered = distorted_mask(lens, K, torch.ones(48, 64, dtype=torch.bool))
    assert torch.equal(covered, inside)
