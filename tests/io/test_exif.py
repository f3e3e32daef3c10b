# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import io
import math

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.io.exif import focal_from_exif, orientation_from_exif, turn_upright

EXIF_IFD = 0x8769


def photo(width=400, height=300, orientation=None, **tags):
    """A Pillow image as it comes out of a JPEG file, with these tags in its EXIF block."""
    numbers = {
        "focal_mm": 0x920A,
        "focal_35mm": 0xA405,
        "plane_resolution": 0xA20E,
        "plane_unit": 0xA210,
        "recorded_width": 0xA002,
    }
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    exif[EXIF_IFD] = {numbers[name]: value for name, value in tags.items()}
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, "JPEG", exif=exif)
    return Image.open(io.BytesIO(file.getvalue()))


@pytest.mark.parametrize("size", [(400, 300), (300, 400), (5184, 3456)])
def test_35mm_equivalent_is_by_the_diagonal(size):
    # A 43.27 mm lens sees as wide as its diagonal is long: f equals the diagonal.
    focal = focal_from_exif(photo(*size, focal_35mm=50))
    assert focal == pytest.approx(math.hypot(*size) * 50 / 43.2666, rel=1e-4)


@pytest.mark.parametrize(("unit", "per_mm"), [(2, 1 / 25.4), (3, 1 / 10), (4, 1.0), (5, 1e3)])
def test_focal_plane_resolution(unit, per_mm):
    # 100 pixels a mm on the sensor and a lens of 8 mm: 800 pixels, whatever the unit.
    tags = {"focal_mm": 8.0, "plane_resolution": 100 / per_mm, "plane_unit": unit}
    assert focal_from_exif(photo(**tags)) == pytest.approx(800, rel=1e-4)


def test_focal_plane_resolution_follows_a_resize():
    tags = {"focal_mm": 8.0, "plane_resolution": 1000.0, "plane_unit": 3, "recorded_width": 800}
    assert focal_from_exif(photo(width=400, **tags)) == pytest.approx(400, rel=1e-4)


def test_35mm_equivalent_comes_first_unless_absurd():
    plane = {"focal_mm": 8.0, "plane_resolution": 1000.0, "plane_unit": 3}
    assert focal_from_exif(photo(focal_35mm=43, **plane)) == pytest.approx(500 * 43 / 43.2666, 1e-4)
    assert focal_from_exif(photo(focal_35mm=0, **plane)) == pytest.approx(800, rel=1e-4)
    assert focal_from_exif(photo(focal_35mm=60000, **plane)) == pytest.approx(800, rel=1e-4)


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"focal_35mm": 0},
        {"focal_35mm": 1},
        {"focal_35mm": 65535},
        {"focal_mm": 8.0},
        {"focal_mm": 8.0, "plane_resolution": 0.0, "plane_unit": 2},
        {"focal_mm": 8.0, "plane_resolution": 1000.0, "plane_unit": 77},
        {"focal_mm": 0.0, "plane_resolution": 1000.0, "plane_unit": 3},
    ],
)
def test_absent_or_absurd_is_none(tags):
    assert focal_from_exif(photo(**tags)) is None


def test_image_without_exif():
    image = Image.new("RGB", (40, 30))
    assert focal_from_exif(image) is None
    assert orientation_from_exif(image) == 1


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_orientation_out_of_range_is_upright(orientation):
    assert orientation_from_exif(photo(orientation=orientation)) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turn_upright_is_what_the_standard_says(orientation):
    planes = (torch.arange(3 * 130 * 5) % 251).to(torch.uint8).reshape(3, 130, 5)
    assert orientation_from_exif(photo(orientation=orientation)) == orientation
    turned = turn_upright(planes, orientation)
    assert turned.is_contiguous()
    # EXIF 2.32, table 6: the sides of the picture that stored row 0 and stored column 0 are.
    row_side, column_side = {
        1: ("top", "left"),
        2: ("top", "right"),
        3: ("bottom", "right"),
        4: ("bottom", "left"),
        5: ("left", "top"),
        6: ("right", "top"),
        7: ("right", "bottom"),
        8: ("left", "bottom"),
    }[orientation]
    sides = {
        "top": turned[:, 0],
        "bottom": turned[:, -1],
        "left": turned[:, :, 0],
        "right": turned[:, :, -1],
    }
    for stored, side in ((planes[:, 0], row_side), (planes[:, :, 0], column_side)):
        assert np.array_equal(np.sort(sides[side]), np.sort(stored))
    height, width = planes.shape[1:]
    assert turned.shape[1:] == ((height, width) if orientation < 5 else (width, height))
