# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from PIL import Image

from anyview.core.errors import InputError
from anyview.data.synthetic.photo_textures import SIDE, PhotoTextures


def _save(path, colour, size=(300, 280)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


def test_pictures_at_any_depth_in_order_of_their_paths(tmp_path):
    _save(tmp_path / "b" / "deep" / "one.png", (0, 0, 250))
    _save(tmp_path / "a.JPG", (250, 0, 0))
    (tmp_path / "notes.txt").write_text("no picture")
    photos = PhotoTextures(tmp_path)
    assert len(photos) == 2
    assert photos.levels.dtype == np.uint8
    # All levels from 256 down to one pixel.
    assert photos.levels.shape[1] == 3 * sum(4**k for k in range(9))
    assert photos.levels[0, 0] > 200 > photos.levels[1, 0]
    np.testing.assert_allclose(photos.levels[1, -3:], (0, 0, 250), atol=1)


def test_levels_are_means_of_the_finer_ones(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    levels = PhotoTextures(str(tmp_path)).levels[0]
    np.testing.assert_array_equal(levels[: SIDE * SIDE * 3].reshape(SIDE, SIDE, 3), noise)
    half = levels[SIDE * SIDE * 3 :][: (SIDE // 2) ** 2 * 3].reshape(SIDE // 2, SIDE // 2, 3)
    np.testing.assert_allclose(half[0, 0], noise[:2, :2].mean(axis=(0, 1)), atol=0.51)
    np.testing.assert_allclose(levels[-3:], noise.mean(axis=(0, 1)), atol=0.51)


def test_a_limit_spreads_over_the_folder(tmp_path):
    for k in range(6):
        _save(tmp_path / f"{k}.png", (40 * k, 0, 0), size=(8, 8))
    red = PhotoTextures(tmp_path, limit=3).levels[:, -3]
    assert red.tolist() == [0, 80, 160]


def test_what_is_missing_or_broken_is_named(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        PhotoTextures(tmp_path / "nowhere")
    with pytest.raises(InputError, match="No picture below"):
        PhotoTextures(tmp_path)
    (tmp_path / "broken.jpg").write_bytes(b"not a picture")
    with pytest.raises(InputError, match=r"broken\.jpg"):
        PhotoTextures(tmp_path)
