# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from anyview.io.resize import resize_area, resize_cubic


def noise(height, width, channels=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (channels, height, width), dtype=torch.uint8, generator=generator)


def opencv(image, height, width, rule):
    rows = image.permute(1, 2, 0).contiguous().numpy()
    resized = cv2.resize(rows, (width, height), interpolation=rule)
    return torch.from_numpy(resized.reshape(height, width, -1)).permute(2, 0, 1)


def largest_difference(a, b):
    return float((a.double() - b.double()).abs().max())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((300, 400), (100, 200)),  # whole-number factors
        ((301, 403), (137, 211)),
        ((600, 37), (14, 37)),  # one side only
        ((37, 600), (37, 28)),
        ((57, 83), (56, 70)),  # hardly any change
        ((2000, 333), (31, 7)),  # more than one band
        ((9, 9), (1, 1)),
    ],
)
def test_area_is_opencvs(old, new):
    image = noise(*old)
    ours = resize_area(image, *new)
    assert ours.dtype == torch.uint8
    assert largest_difference(ours, opencv(image, *new, cv2.INTER_AREA)) <= 1


def test_halving_is_opencvs_to_the_bit():
    image = noise(60, 84)
    assert torch.equal(resize_area(image, 30, 42), opencv(image, 30, 42, cv2.INTER_AREA))


def test_area_of_a_view_with_other_strides():
    image = noise(90, 70).permute(0, 2, 1)
    assert torch.equal(resize_area(image, 33, 41), resize_area(image.contiguous(), 33, 41))


def test_area_of_floats_is_opencvs():
    image = torch.rand((3, 111, 97), generator=torch.Generator().manual_seed(3))
    ours = resize_area(image, 50, 31)
    assert ours.dtype == torch.float32
    assert largest_difference(ours, opencv(image, 50, 31, cv2.INTER_AREA)) < 1e-5


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_area_is_the_mean_of_what_is_covered(data):
    old = data.draw(st.tuples(st.integers(1, 40), st.integers(1, 40)), "old")
    new = tuple(data.draw(st.integers(1, n), "new") for n in old)
    image = torch.rand((2, *old), dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    # Repeating each old pixel `new` times makes the mean over a new pixel a plain block mean.
    fine = image.repeat_interleave(new[0], 1).repeat_interleave(new[1], 2)
    expected = fine.reshape(2, new[0], old[0], new[1], old[1]).mean((2, 4))
    assert largest_difference(resize_area(image, *new), expected) < 1e-5


def test_area_keeps_a_constant_and_the_mean():
    flat = torch.full((3, 123, 77), 201, dtype=torch.uint8)
    assert resize_area(flat, 45, 32).unique().tolist() == [201]
    image = torch.rand((1, 123, 77), generator=torch.Generator().manual_seed(2))
    assert float(resize_area(image, 45, 32).mean()) == pytest.approx(float(image.mean()), abs=1e-5)


@pytest.mark.parametrize("new", [(11, 10), (10, 11), (0, 5), (5, 0)])
def test_area_does_not_enlarge(new):
    with pytest.raises(ValueError, match="use resize_cubic to enlarge"):
        resize_area(noise(10, 10), *new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((50, 60), (140, 98)),
        ((57, 83), (56, 84)),  # one side shrinks, one grows
        ((100, 100), (98, 98)),
        ((14, 14), (504, 504)),
        ((378, 504), (392, 518)),
        ((40, 200), (14, 20)),  # shrinking without a low-pass, as OpenCV does
        ((1, 1), (14, 14)),
    ],
)
def test_cubic_is_opencvs(old, new):
    image = noise(*old)
    ours = resize_cubic(image, *new)
    assert ours.dtype == torch.uint8
    assert largest_difference(ours, opencv(image, *new, cv2.INTER_CUBIC)) <= 1


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_cubic_is_torchs_own(data):
    side = st.integers(1, 70)
    old, new = (data.draw(st.tuples(side, side)) for _ in range(2))
    image = torch.rand((2, *old), generator=torch.Generator().manual_seed(1))
    slow = functional.interpolate(image[None], size=new, mode="bicubic", align_corners=False)[0]
    assert largest_difference(resize_cubic(image, *new), slow) < 2e-5


def test_cubic_clamps_its_overshoot():
    image = torch.zeros((1, 8, 8), dtype=torch.uint8)
    image[..., 4:] = 255
    enlarged = resize_cubic(image, 32, 32)
    # Unclamped, 255 + overshoot would wrap round to dark pixels inside the bright half.
    assert int(enlarged[..., 20:].min()) > 200
    assert int(enlarged[..., :12].max()) < 55
    expected = opencv(image, 32, 32, cv2.INTER_CUBIC)
    assert largest_difference(enlarged, expected) <= 1


def test_cubic_refuses_empty_sides():
    with pytest.raises(ValueError, match="at least 1, got 0x5"):
        resize_cubic(noise(10, 10), 0, 5)


@pytest.mark.parametrize("resize", [resize_area, resize_cubic])
def test_same_size_is_a_copy(resize):
    image = noise(10, 12)
    same = resize(image, 10, 12)
    assert torch.equal(same, image)
    same += 1
    assert not torch.equal(same, image)


@pytest.mark.parametrize("resize", [resize_area, resize_cubic])
def test_input_is_unchanged(resize):
    image = torch.from_numpy(np.arange(3 * 40 * 40, dtype=np.float32).reshape(3, 40, 40))
    before = image.clone()
    resize(image, 13, 17)
    assert torch.equal(image, before)
