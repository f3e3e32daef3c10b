# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
import torch

from anyview.core.errors import OptionError
from anyview.data.colour_jitter import NO_COLOUR_CHANGE, ColourOptions, jitter_colours

IMAGES = torch.rand(2, 40, 3, 8, 9, generator=torch.Generator().manual_seed(0)) * 0.6 + 0.2
LUMA = torch.tensor([0.299, 0.587, 0.114])


def jittered(images=IMAGES, seed=0, **changes):
    options = replace(NO_COLOUR_CHANGE, **changes)
    return jitter_colours(images, torch.Generator().manual_seed(seed), options)


def luma(images):
    return torch.einsum("c,bvchw->bvhw", LUMA, images)


def test_no_change_is_no_change():
    assert torch.equal(jittered(), IMAGES)


def test_frames_change_each_on_its_own_and_by_the_seed_alone():
    default = ColourOptions()
    first = jitter_colours(IMAGES, torch.Generator().manual_seed(1), default)
    again = jitter_colours(IMAGES, torch.Generator().manual_seed(1))
    other = jitter_colours(IMAGES, torch.Generator().manual_seed(2), default)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.min() >= 0
    assert first.max() <= 1
    ratio = (first / IMAGES).mean(dim=(2, 3, 4)).flatten()
    assert ratio.std() > 0.05
    unchanged = [torch.equal(a, b) for a, b in zip(first[0], IMAGES[0], strict=True)]
    assert 0 < sum(unchanged) < 20


def test_brightness_is_a_factor():
    out = jittered(jitter=1.0, brightness=0.25)
    factor = out / IMAGES
    spread = factor.amax(dim=(2, 3, 4)) - factor.amin(dim=(2, 3, 4))
    assert spread.max() < 1e-5
    each = factor.mean(dim=(2, 3, 4))
    assert 0.75 <= each.min() < 0.85
    assert 1.15 < each.max() <= 1.2501


def test_contrast_keeps_the_mean_luma():
    out = jittered(jitter=1.0, contrast=0.3)
    torch.testing.assert_close(luma(out).mean(dim=(2, 3)), luma(IMAGES).mean(dim=(2, 3)))
    assert (luma(out).std(dim=(2, 3)) / luma(IMAGES).std(dim=(2, 3))).std() > 0.1


def test_saturation_and_hue_keep_luma():
    for changes in ({"saturation": 0.3}, {"hue_deg": 10.0}):
        out = jittered(jitter=1.0, **changes)
        torch.testing.assert_close(luma(out), luma(IMAGES), rtol=0, atol=2e-3)
        assert (out - IMAGES).abs().mean() > 0.003


def test_grey_frames_have_no_colour():
    out = jittered(grey=0.5)
    is_grey = (out.amax(dim=2) - out.amin(dim=2)).amax(dim=(2, 3)) < 1e-5
    same = (out == IMAGES).flatten(2).all(dim=2)
    assert torch.equal(is_grey, ~same)
    assert 0.3 < is_grey.float().mean() < 0.7


def test_blur_averages_without_moving():
    point = torch.zeros(1, 30, 3, 21, 21)
    point[..., 10, 10] = 1.0
    out = jittered(point, blur=0.5, max_blur_px=1.5)
    torch.testing.assert_close(out.sum(dim=(3, 4)), torch.ones(1, 30, 3))
    is_blurred = out[..., 10, 10].amax(dim=2) < 0.99
    assert 0.2 < is_blurred.float().mean() < 0.8
    steps = torch.arange(21.0) - 10
    for axis in (3, 4):
        torch.testing.assert_close((out.sum(dim=axis) * steps).sum(-1), torch.zeros(1, 30, 3))


def test_wrong_options_are_refused():
    with pytest.raises(OptionError, match=r"grey must lie in \[0, 1\], got 2"):
        ColourOptions(grey=2.0)
    with pytest.raises(OptionError, match="max_blur_px"):
        ColourOptions(max_blur_px=0.0)
