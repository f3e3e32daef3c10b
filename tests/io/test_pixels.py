# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from anyview.core.errors import InputError
from anyview.io.pixels import check_size, eight_bit, planes_from_pil, planes_from_rows


def picture(height=20, width=30, channels=3):
    generator = np.random.default_rng(0)
    shape = (height, width, channels) if channels > 1 else (height, width)
    return generator.integers(0, 256, shape, dtype=np.uint8)


def planes_of(array):
    return torch.from_numpy(array).permute(2, 0, 1)


@pytest.mark.parametrize(
    ("height", "width", "message"),
    [
        (1000, 1001, "more than the limit of 1,000,000"),
        (13, 20, "at least 14 pixels"),
        (20, 13, "at least 14 pixels"),
        (1, 1, "at least 14 pixels"),
        (20, 401, "at most 20 times"),
        (401, 20, "at most 20 times"),
    ],
)
def test_sizes_refused(height, width, message):
    with pytest.raises(InputError, match=f"^a.jpg: {width}x{height} is .*{message}"):
        check_size(height, width, what="a.jpg", max_pixels=1_000_000)


@pytest.mark.parametrize(("height", "width"), [(14, 14), (20, 400), (400, 20), (1000, 1000)])
def test_sizes_accepted(height, width):
    check_size(height, width, what="a.jpg", max_pixels=1_000_000)


def test_rgb_is_taken_as_it_is():
    array = picture(height=150)
    assert torch.equal(planes_from_pil(Image.fromarray(array), what="x"), planes_of(array))


@pytest.mark.parametrize("mode", ["L", "1"])
def test_grey_is_repeated(mode):
    image = Image.fromarray(picture(channels=1)).convert(mode)
    planes = planes_from_pil(image, what="x")
    expected = np.asarray(image.convert("L"))
    assert planes.shape == (3, 20, 30)
    assert all(np.array_equal(plane, expected) for plane in planes)


def test_palette():
    image = Image.fromarray(picture()).quantize(16)
    assert torch.equal(planes_from_pil(image, what="x"), planes_of(np.array(image.convert("RGB"))))


@pytest.mark.parametrize("mode", ["RGBA", "RGBa"])
def test_transparency_is_laid_over_black(mode):
    array = picture(channels=4)
    array[:5, :, 3], array[5:10, :, 3] = 0, 255
    image = Image.fromarray(array).convert(mode)
    planes = planes_from_pil(image, what="x")
    assert int(planes[:, :5].max()) == 0
    assert torch.equal(planes[:, 5:10], planes_of(array[5:10, :, :3].copy()))
    expected = array[..., :3].astype(float) * array[..., 3:] / 255
    difference = planes.permute(1, 2, 0).double() - torch.from_numpy(expected)
    # Premultiplied pixels were rounded once before, and are divided by alpha in between.
    assert float(difference.abs().max()) <= (1.0 if mode == "RGBA" else 2.0)


def test_transparent_grey_and_palette():
    grey = Image.merge("LA", [Image.new("L", (20, 20), 200), Image.new("L", (20, 20), 0)])
    assert int(planes_from_pil(grey, what="x").max()) == 0
    palette = Image.new("P", (20, 20), 1)
    palette.putpalette([0, 0, 0, 250, 240, 230])
    palette.info["transparency"] = 1
    assert int(planes_from_pil(palette, what="x").max()) == 0
    del palette.info["transparency"]
    assert planes_from_pil(palette, what="x")[:, 3, 4].tolist() == [250, 240, 230]


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "HSV", "LAB"])
def test_other_colour_spaces(mode):
    image = Image.new("RGB", (20, 20), (250, 20, 30)).convert(mode)
    red, green, blue = planes_from_pil(image, what="x")[:, 0, 0].tolist()
    assert red > 240
    assert green < 40
    assert blue < 40


def test_16_bit_grey_is_scaled_not_clipped():
    levels = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    planes = planes_from_pil(Image.fromarray(levels), what="x")
    assert np.array_equal(planes[0], np.round(levels / 257.0).astype(np.uint8))


def test_float_grey_is_scaled():
    image = Image.fromarray(np.linspace(0, 1, 400, dtype=np.float32).reshape(20, 20))
    planes = planes_from_pil(image, what="x")
    assert (int(planes[0, 0, 0]), int(planes[0, -1, -1])) == (0, 255)
    bright = Image.fromarray(np.full((20, 20), 2.0, dtype=np.float32))
    with pytest.raises(InputError, match=r"^x: float pixels must lie in \[0, 1\]"):
        planes_from_pil(bright, what="x")


def test_32_bit_integers_are_refused():
    with pytest.raises(InputError, match=r"^x: .*no known range"):
        planes_from_pil(Image.new("I", (20, 20)), what="x")


def test_image_is_not_changed():
    image = Image.fromarray(picture(channels=4))
    before = image.tobytes()
    planes_from_pil(image, what="x").zero_()
    assert image.tobytes() == before
    assert image.mode == "RGBA"


@settings(deadline=None, max_examples=40)
@given(st.sampled_from([np.float16, np.float32, np.float64]), st.integers(0, 255))
def test_eight_bit_values_survive_as_floats(kind, level):
    assert int(eight_bit(np.array([level / 255], dtype=kind), what="x")[0]) == level


@pytest.mark.parametrize("kind", ["<u2", ">u2"])
def test_16_bit_arrays_of_either_byte_order(kind):
    assert eight_bit(np.array([0, 128, 129, 32896, 65535], kind), what="x").tolist() == [
        0,
        0,
        1,
        128,
        255,
    ]


def test_eight_bit_copies():
    array = picture()
    copy = eight_bit(array, what="x")
    copy[:] = 0
    assert array.max() > 0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.0, 1.1], r"\[0, 1\], got 0 to 1.1; divide by 255"),
        ([-0.1, 0.5], "got -0.1 to 0.5; undo any normalisation"),
        ([0.0, 1000.0], "undo any normalisation"),
        ([0.0, float("nan")], "NaN or infinite"),
        ([0.0, float("inf")], "NaN or infinite"),
        ([0, 255], "type int64 are not accepted; give uint8"),
        ([True, False], "type bool are not accepted"),
    ],
)
def test_values_refused(values, message):
    with pytest.raises(InputError, match=f"^x: .*{message}"):
        eight_bit(np.array(values), what="x")


def test_rounding_slack_is_accepted_and_clamped():
    assert eight_bit(np.array([-1e-7, 1 + 1e-6]), what="x").tolist() == [0, 255]


def test_rows_become_planes():
    array = picture(height=150)
    planes = planes_from_rows(array)
    assert torch.equal(planes, planes_of(array))
    assert planes.is_contiguous()
    planes.zero_()
    assert array.max() > 0
    grey = picture(channels=1)
    assert all(np.array_equal(plane, grey) for plane in planes_from_rows(grey))
