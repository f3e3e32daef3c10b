# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth between pixels: exact on planes, never in thin air at edges, silent where unknown."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.geometry.depth_sampling import sample_depth, torn_cells
from anyview.geometry.rays import pixel_grid

METHODS = ["sharp", "bilinear", "nearest"]


def finer_grid(height: int, width: int, factor: int) -> torch.Tensor:
    """Centres of the pixels of an image ``factor`` times as large, in pixels of the small one."""
    return pixel_grid(height * factor, width * factor, dtype=torch.float64) / factor


def plane(pixels: torch.Tensor) -> torch.Tensor:
    """Depth of a slanted plane: disparity is affine."""
    return 1 / (0.2 + 0.011 * pixels[..., 0] + 0.03 * pixels[..., 1])


@pytest.mark.parametrize("method", METHODS)
def test_pixel_centres_give_the_pixels(method):
    depth = torch.rand(5, 7, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) + 0.1
    found = sample_depth(depth, pixel_grid(5, 7, dtype=torch.float64), method=method)
    torch.testing.assert_close(found, depth)


@pytest.mark.parametrize("method", ["sharp", "bilinear"])
def test_planes_are_exact_however_slanted(method):
    """A steep plane differs by more than the threshold from pixel to pixel and is not torn."""
    depth = plane(pixel_grid(9, 12, dtype=torch.float64))
    assert float((depth[:-1] / depth[1:]).max()) > 1.05
    pixels = finer_grid(9, 12, 3)
    inner = (slice(3, -3), slice(3, -3))  # half a pixel from the border depth is continued
    found = sample_depth(depth, pixels, method=method)
    torch.testing.assert_close(found[inner], plane(pixels)[inner])


def test_no_depth_is_invented_at_a_step():
    depth = torch.full((8, 8), 2.0)
    depth[:, 3:] = 5.0
    pixels = finer_grid(8, 8, 4).float()
    sharp = sample_depth(depth, pixels)
    # The step lies half way between the pixel centres, as between pixels.
    torch.testing.assert_close(sharp, depth.repeat_interleave(4, 0).repeat_interleave(4, 1))
    mixed = sample_depth(depth, pixels, method="bilinear")
    assert bool(((mixed > 2.01) & (mixed < 4.99)).any())


def test_each_side_of_a_step_stays_smooth():
    """Beside an edge a plane goes on as a plane: sharp is not nearest."""
    centres = pixel_grid(12, 12, dtype=torch.float64)
    depth = plane(centres)
    depth[:, 6:] *= 4
    pixels = finer_grid(12, 12, 3)
    exact = torch.where(pixels[..., 0] < 6, 1.0, 4.0) * plane(pixels)
    found = sample_depth(depth, pixels)
    inner = (slice(3, -3), slice(3, -3))
    error = ((found - exact).abs() / exact)[inner]
    steps = ((sample_depth(depth, pixels, method="nearest") - exact).abs() / exact)[inner]
    assert float(error.mean()) < 0.3 * float(steps.mean())
    away = (pixels[..., 0] - 6).abs()[inner] > 0.5
    assert float(error[away].max()) < 1e-12


def test_a_smeared_step_is_an_edge_too():
    disparity = torch.ones(6, 9)
    disparity[:, 4] = 0.6
    disparity[:, 5:] = 0.2
    assert bool(torn_cells(disparity)[1:-1, 4:6].all())
    assert not bool(torn_cells(disparity)[:, :4].any())


def test_colour_says_on_which_side_a_pixel_lies():
    """The step of the image is off the middle between two pixels; with colours it is found."""
    depth = torch.tensor([[2.0, 2.0, 5.0, 5.0]]).repeat(4, 1)
    guide = torch.tensor([[200.0, 200.0, 20.0, 20.0]]).repeat(3, 4, 1)
    pixels = finer_grid(4, 4, 4).float()
    bright = pixels[..., 0] < 2.3
    colors = torch.where(bright, 200.0, 20.0)[..., None].expand(-1, -1, 3)
    found = sample_depth(depth, pixels, guide=guide, colors=colors)
    torch.testing.assert_close(found, torch.where(bright, 2.0, 5.0))
    assert not torch.equal(sample_depth(depth, pixels), found)


@pytest.mark.parametrize("method", METHODS)
def test_unknown_pixels_stay_unknown_and_spoil_nothing(method):
    depth = torch.full((6, 6), 3.0)
    depth[2, 2], depth[0, 5], depth[5, 0] = 0.0, math.nan, math.inf
    pixels = finer_grid(6, 6, 5).float()
    found = sample_depth(depth, pixels, method=method)
    bad = torch.zeros(6, 6, dtype=torch.bool)
    bad[2, 2] = bad[0, 5] = bad[5, 0] = True
    torch.testing.assert_close(found.isnan(), bad.repeat_interleave(5, 0).repeat_interleave(5, 1))
    torch.testing.assert_close(found[~found.isnan()], torch.full_like(found, 3.0)[~found.isnan()])


@pytest.mark.parametrize("method", METHODS)
def test_outside_there_is_none(method):
    depth = torch.ones(3, 4)
    pixels = torch.tensor([[-0.01, 1.0], [4.01, 1.0], [2.0, 3.2], [math.nan, 1.0], [0.0, 3.0]])
    found = sample_depth(depth, pixels, method=method)
    assert found.isnan().tolist() == [True, True, True, True, False]


@given(
    height=st.integers(1, 6), width=st.integers(1, 6), seed=st.integers(0, 99), holes=st.booleans()
)
@settings(deadline=None, max_examples=30)
def test_within_the_range_of_the_four_neighbours(height, width, seed, holes):
    """Twin: the four neighbours of each position by a plain loop."""
    generator = torch.Generator().manual_seed(seed)
    depth = torch.rand(height, width, dtype=torch.float64, generator=generator) * 9 + 0.5
    if holes:
        depth[torch.rand(height, width, generator=generator) < 0.3] = 0
    size = torch.tensor([width, height])
    pixels = torch.rand(12, 2, dtype=torch.float64, generator=generator) * size
    for method in METHODS:
        found = sample_depth(depth, pixels, method=method)
        for (x, y), value in zip(pixels.tolist(), found.tolist(), strict=True):
            rows = {min(max(math.floor(y - 0.5) + d, 0), height - 1) for d in (0, 1)}
            columns = {min(max(math.floor(x - 0.5) + d, 0), width - 1) for d in (0, 1)}
            around = [float(depth[r, c]) for r in rows for c in columns if depth[r, c] > 0]
            nearest = float(depth[min(int(y), height - 1), min(int(x), width - 1)])
            if nearest == 0:
                assert math.isnan(value)
                continue
            assert min(around) * (1 - 1e-9) <= value <= max(around) * (1 + 1e-9)
            if method == "nearest":
                assert value == pytest.approx(nearest)
