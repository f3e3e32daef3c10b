# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.model.sky_fill import fill_sky


def scene(seed=0):
    generator = torch.Generator().manual_seed(seed)
    depth = 1 + torch.rand(1, 2, 10, 12, generator=generator)
    sky = torch.zeros(1, 2, 10, 12)
    sky[:, :, :3] = 0.3  # the threshold itself is sky
    return depth, sky


def test_sky_gets_the_99th_percentile_of_the_rest_over_all_views():
    depth, sky = scene()
    filled = fill_sky(depth, sky)
    far = torch.quantile(depth[:, :, 3:], 0.99)
    torch.testing.assert_close(filled[:, :, :3], far.expand(1, 2, 3, 12))
    assert torch.equal(filled[:, :, 3:], depth[:, :, 3:])


def test_scenes_are_filled_each_for_itself():
    (near, sky), (far, _) = scene(0), scene(1)
    both = fill_sky(torch.cat((near, 100 * far)), torch.cat((sky, sky)))
    torch.testing.assert_close(both[:1], fill_sky(near, sky))
    torch.testing.assert_close(both[1:], fill_sky(100 * far, sky))


def test_ten_pixels_of_sky_are_not_enough():
    depth, _ = scene()
    for pixels, changes in ((10, False), (11, True)):
        sky = torch.zeros_like(depth).flatten()
        sky[:pixels] = 1.0
        assert torch.equal(fill_sky(depth, sky.view_as(depth)), depth) != changes


def test_all_sky_is_left_alone():
    depth, _ = scene()
    assert torch.equal(fill_sky(depth, torch.ones_like(depth)), depth)
