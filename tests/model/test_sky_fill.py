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


def test_pixels_that_do_not_count_have_no_say_in_what_is_far():
    generator = torch.Generator().manual_seed(5)
    depth = torch.rand(1, 2, 10, 10, generator=generator) + 1
    sky = torch.zeros_like(depth)
    sky[..., :4, :] = 1.0
    valid = torch.ones_like(depth, dtype=torch.bool)
    valid[..., 7:] = False
    loud = torch.where(valid, depth, 1e4)
    filled = fill_sky(loud, sky, valid)
    expected = depth[valid & (sky == 0)].quantile(0.99)
    torch.testing.assert_close(filled[sky > 0], expected.expand(int((sky > 0).sum())))
    assert torch.equal(filled[sky == 0], loud[sky == 0])
    # Too little that counts is left as it is, as without any sky.
    assert torch.equal(fill_sky(depth, sky, torch.zeros_like(valid)), depth)
