# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Stored scenes: choosing views, shrinking images, depth and K together."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import OptionError
from anyview.data.synthetic.stored_scene import StoredScene, shrink_by_area


def a_scene(width=24, height=18, views=3):
    generator = torch.Generator().manual_seed(0)
    k = torch.tensor(((20.0, 0, width / 2), (0, 21.0, height / 2), (0, 0, 1)))
    # A slanted plane: 1 / depth is linear in the pixel, so every pixel has its own depth.
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    depth = 1 / (0.1 + 0.01 * x + 0.005 * y)
    shape = (views, height, width)
    return StoredScene(
        number=5,
        kind="room",
        path="walk",
        images=torch.randint(0, 256, (*shape, 3), generator=generator).to(torch.uint8),
        depth=depth.expand(shape).clone(),
        objects=torch.randint(0, 3, shape, generator=generator).to(torch.uint8),
        intrinsics=k.repeat(views, 1, 1),
        cam_from_world=torch.eye(4).repeat(views, 1, 1),
    )


def test_select_keeps_the_order_given():
    scene = a_scene()
    chosen = scene.select([2, 0])
    assert torch.equal(chosen.images, scene.images[[2, 0]])
    assert torch.equal(chosen.objects[1], scene.objects[0])


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 9), st.integers(2, 9), st.integers(1, 9), st.integers(1, 9))
def test_area_means_agree_with_a_plain_loop(height, width, new_height, new_width):
    new_height, new_width = min(height, new_height), min(width, new_width)
    generator = torch.Generator().manual_seed(height * 10 + width)
    image = torch.randint(0, 256, (1, height, width, 3), generator=generator).to(torch.uint8)
    got = shrink_by_area(image, new_height, new_width)
    for i in range(new_height):
        for j in range(new_width):
            total, area = torch.zeros(3), 0.0
            for y in range(height):
                for x in range(width):
                    tall = min((i + 1) * height / new_height, y + 1) - max(
                        i * height / new_height, y
                    )
                    wide = min((j + 1) * width / new_width, x + 1) - max(j * width / new_width, x)
                    part = max(tall, 0) * max(wide, 0)
                    total, area = total + part * image[0, y, x], area + part
            assert (got[0, i, j].float() - total / area).abs().max() <= 0.51


def test_a_point_reprojects_to_the_same_place_after_shrinking():
    """K shrinks with the image: a point keeps its relative place and its depth."""
    scene = a_scene()
    small = scene.shrunk(16, 12)
    assert small.images.shape == (3, 12, 16, 3)
    point = torch.tensor((0.3, -0.2, 2.0))
    for k, size in ((scene.intrinsics[0], (24, 18)), (small.intrinsics[0], (16, 12))):
        pixel = (k @ point)[:2] / point[2] / torch.tensor(size)
        torch.testing.assert_close(pixel, torch.tensor((0.5 + 0.15 * 20 / 24, 0.5 - 0.1 * 21 / 18)))
    # Depth is that of the pixel whose area has the new pixel's centre.
    for i in range(12):
        for j in range(16):
            y, x = int((i + 0.5) * 1.5), int((j + 0.5) * 1.5)
            assert small.depth[0, i, j] == scene.depth[0, y, x]
            assert small.objects[1, i, j] == scene.objects[1, y, x]


def test_the_same_size_changes_nothing():
    scene = a_scene()
    assert scene.shrunk(24, 18) is scene


@pytest.mark.parametrize("size", [(48, 36), (16, 13), (0, 0)])
def test_other_sizes_are_refused(size):
    with pytest.raises(OptionError, match="such as 16 x 12"):
        a_scene().shrunk(*size)


@pytest.mark.parametrize(("width", "height"), [(18, 18), (12, 18), (24, 12), (10, 5), (24, 18)])
def test_windows_keep_rays_and_depth(width, height):
    scene = a_scene()
    fitted = scene.fitted(width, height)
    assert fitted.images.shape == (3, height, width, 3)
    # Where a pixel's ray meets the scene's plane, its depth is that of the plane, nearly: depth is
    # taken at the nearest stored pixel.
    k, k_new = scene.intrinsics[0], fitted.intrinsics[0]
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    old_x = (x - k_new[0, 2]) / k_new[0, 0] * k[0, 0] + k[0, 2]
    old_y = (y - k_new[1, 2]) / k_new[1, 1] * k[1, 1] + k[1, 2]
    off = (1 / fitted.depth[0] - (0.1 + 0.01 * old_x + 0.005 * old_y)).abs()
    assert off.max() <= 0.5 * 0.01 + 0.5 * 0.005 + 1e-6
    assert (off.mean() < 1e-6) == (width == 24 or height == 18)


def test_no_scene_is_enlarged():
    with pytest.raises(OptionError, match="24 x 18 have no window of 28 x 14"):
        a_scene().fitted(28, 14)
