# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""PSNR and SSIM against scikit-image, and under masks."""

import math

import pytest
import torch

from anyview.core.errors import InputError
from anyview.metrics.images import psnr, ssim

skimage_metrics = pytest.importorskip("skimage.metrics", reason="the test's yardstick")


@pytest.fixture
def pictures():
    generator = torch.Generator().manual_seed(3)
    smooth = torch.nn.functional.interpolate(
        torch.rand(1, 3, 6, 7, generator=generator) * 255, size=(41, 47), mode="bilinear"
    )[0]
    noisy = (smooth + 12 * torch.randn(smooth.shape, generator=generator)).clamp(0, 255)
    return noisy, smooth


def test_both_are_those_of_scikit_image(pictures):
    picture, truth = pictures
    theirs = skimage_metrics.peak_signal_noise_ratio(
        truth.double().numpy(), picture.double().numpy(), data_range=255
    )
    assert psnr(picture, truth) == pytest.approx(theirs)
    theirs = skimage_metrics.structural_similarity(
        truth.double().numpy(),
        picture.double().numpy(),
        data_range=255,
        channel_axis=0,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
    )
    assert ssim(picture, truth) == pytest.approx(theirs, abs=1e-9)
    assert 0.1 < theirs < 0.95


def test_equal_pictures(pictures):
    assert psnr(pictures[1], pictures[1]) == math.inf
    assert ssim(pictures[1], pictures[1]) == pytest.approx(1)


def test_pixels_outside_of_the_mask_do_not_matter(pictures):
    picture, truth = pictures
    mask = torch.zeros(truth.shape[1:], dtype=torch.bool)
    mask[5:30, 8:40] = True
    spoilt = torch.where(mask, picture, 255 - picture)
    assert psnr(spoilt, truth, mask) == pytest.approx(
        psnr(picture[:, 5:30, 8:40], truth[:, 5:30, 8:40])
    )
    assert ssim(spoilt, truth, mask) == pytest.approx(
        ssim(picture[:, 5:30, 8:40], truth[:, 5:30, 8:40])
    )
    assert psnr(spoilt, truth) < psnr(spoilt, truth, mask)


def test_no_pixel_is_no_number(pictures):
    nothing = torch.zeros(pictures[0].shape[1:], dtype=torch.bool)
    assert math.isnan(psnr(*pictures, nothing))
    assert math.isnan(ssim(*pictures, nothing))


def test_too_small_pictures_are_refused():
    with pytest.raises(InputError, match="11 pixels"):
        ssim(torch.zeros(3, 10, 40), torch.zeros(3, 10, 40))


def test_the_peak_is_what_values_are_measured_by(pictures):
    picture, truth = pictures
    assert psnr(picture / 255, truth / 255, peak=1) == pytest.approx(psnr(picture, truth))
    assert ssim(picture / 255, truth / 255, peak=1) == pytest.approx(ssim(picture, truth))
