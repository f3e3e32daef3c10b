# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from PIL import Image

from anyview.data.synthetic.photo_projection import project_photos
from anyview.data.synthetic.photo_textures import SIDE, PhotoTextures
from anyview.data.synthetic.surface_tables import PATTERNS, material_row
from anyview.data.synthetic.world import Material

PHOTO = PATTERNS.index("photo")


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    ramp = np.broadcast_to(np.arange(SIDE, dtype=np.uint8)[None, :, None], (SIDE, SIDE, 3))
    Image.fromarray(np.ascontiguousarray(ramp)).save(folder / "0.png")
    Image.new("RGB", (SIDE, SIDE), (200, 100, 50)).save(folder / "1.png")
    return PhotoTextures(folder).levels


def _project(photos, uv, blur=0.0, material=None):
    material = material or Material("photo", (0.0, 0.0, 0.0))
    places = np.zeros((len(uv), 6), dtype=np.float32)
    places[:, 3:5], places[:, 5] = uv, blur
    colours = np.full((len(uv), 3), 0.25, dtype=np.float32)
    ids = np.zeros((len(uv), 2), dtype=np.int32)
    rows = np.array([material_row(material)], dtype=np.float32)
    project_photos(ids, rows, places, photos, PHOTO, colours)
    return colours


def _linear(srgb):
    return ((np.asarray(srgb) / 255 + 0.055) / 1.055) ** 2.4


def test_a_point_takes_the_linear_colour_of_its_pixel(photos):
    columns = np.array([20, 90, 200])
    uv = np.stack(((SIDE - columns - 0.5) / SIDE, np.full(3, 0.3)), axis=1)
    np.testing.assert_allclose(_project(photos, uv)[:, 0], _linear(columns), atol=0.012)


def test_pictures_are_mirrored_outside_and_never_jump(photos):
    u = np.linspace(-3, 3, 4001)
    value = _project(photos, np.stack((u, 0 * u), axis=1))[:, 1]
    assert np.abs(np.diff(value)).max() < 0.02
    np.testing.assert_allclose(value, value[::-1], atol=1e-3)


def test_from_afar_only_the_mean_is_left(photos):
    uv = np.random.default_rng(0).uniform(-5, 5, (200, 2))
    assert np.ptp(_project(photos, uv, blur=2.0)) < 1e-6


def test_number_contrast_and_other_patterns(photos):
    uv = np.array([[0.2, 0.2]])
    fifth = _project(photos, uv, material=Material("photo", (0.0, 0.0, 0.0), photo=5))
    np.testing.assert_allclose(fifth[0], _linear((200, 100, 50)), atol=0.012)
    half = _project(photos, uv, material=Material("photo", (0.0, 0.0, 0.0), photo=1, contrast=0.5))
    np.testing.assert_allclose(half, fifth / 2, atol=1e-6)
    assert (_project(photos, uv, material=Material("noise", (0.0, 0.0, 0.0))) == 0.25).all()
