# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Foreign images, masks and depth are read as stored."""

import pickle

import numpy as np
import pytest
from PIL import Image

from anyview.core.errors import InputError
from anyview.data.converters.source_files import (
    LevelsFile,
    MaskFile,
    PinholeDepth,
    PinholeImage,
    PinholeMask,
    StoredPixels,
    grey_levels,
    image_file,
)
from anyview.data.scene import Held
from anyview.data.stored_arrays import StoredImage
from anyview.geometry.lens import Lens


def picture(height=20, width=30):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_images_are_read_as_stored_whatever_exif_says(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(picture()).save(tmp_path / "turned.png", exif=exif)
    Image.fromarray(picture()).save(tmp_path / "upright.png")
    turned, upright = image_file(tmp_path / "turned.png"), image_file(tmp_path / "upright.png")
    assert (turned.height, turned.width, turned.is_upright) == (20, 30, False)
    assert isinstance(turned.reader, StoredPixels)
    assert isinstance(upright.reader, StoredImage)  # its file can be copied
    for file in (turned, upright):
        np.testing.assert_array_equal(file.reader(), picture())


def test_image_headers_are_checked(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        image_file(tmp_path / "absent.png")
    (tmp_path / "text.png").write_text("no image")
    with pytest.raises(InputError, match=r"text\.png"):
        image_file(tmp_path / "text.png")
    Image.new("RGB", (4, 4)).save(tmp_path / "tiny.png")
    with pytest.raises(InputError, match="too small"):
        image_file(tmp_path / "tiny.png")


@pytest.mark.parametrize("mode", ["L", "1", "RGB"])
def test_masks_of_any_mode(tmp_path, mode):
    grey = np.zeros((20, 30), np.uint8)
    grey[:, 10:] = 255
    Image.fromarray(grey).convert(mode).save(tmp_path / "mask.png")
    np.testing.assert_array_equal(MaskFile(tmp_path / "mask.png")(), grey > 0)
    inverted = MaskFile(tmp_path / "mask.png", above=127, is_inverted=True)()
    np.testing.assert_array_equal(inverted, grey == 0)


def test_levels_of_png_and_npy(tmp_path):
    levels = np.arange(600, dtype=np.uint16).reshape(20, 30)
    Image.fromarray(levels).save(tmp_path / "d.png")
    np.testing.assert_allclose(LevelsFile(tmp_path / "d.png", 1e-3)(), levels * 1e-3, rtol=1e-6)
    floats = levels.astype(np.float32)
    floats[0, :3] = [np.nan, np.inf, -1]
    np.save(tmp_path / "d.npy", floats[..., None])
    depth = LevelsFile(tmp_path / "d.npy", 2.0)()
    assert depth.dtype == np.float32
    assert (depth[0, :3] == 0).all()
    np.testing.assert_allclose(depth[1:], 2 * levels[1:])


def test_depth_files_that_are_none(tmp_path):
    Image.fromarray(picture()).save(tmp_path / "rgb.png")
    with pytest.raises(InputError, match="16-bit grey PNG"):
        grey_levels(tmp_path / "rgb.png")
    np.save(tmp_path / "three.npy", np.zeros((2, 3, 4)))
    with pytest.raises(InputError, match="one array"):
        LevelsFile(tmp_path / "three.npy", 1.0)()
    (tmp_path / "cut.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(InputError, match="not an NPY file"):
        LevelsFile(tmp_path / "cut.npy", 1.0)()
    np.save(tmp_path / "objects.npy", np.array([[{}]], dtype=object))
    with pytest.raises(InputError, match="not an NPY file"):
        LevelsFile(tmp_path / "objects.npy", 1.0)()


def test_pinhole_readers_keep_types_and_can_be_pickled():
    lens = Lens(40.0, 40.0, 15.0, 10.0, 20, 30, radial=(-0.1,))
    K = lens.intrinsics(1.2).numpy()
    image = PinholeImage(Held(np.full((20, 30, 3), 9, np.uint8)), lens, K)
    depth = PinholeDepth(Held(np.full((10, 15), 2.0, np.float32)), lens, K)
    mask = PinholeMask(Held(np.ones((20, 30), bool)), lens, K)
    for reader, dtype, shape in (
        (image, np.uint8, (20, 30, 3)),
        (depth, np.float32, (20, 30)),
        (mask, np.bool_, (20, 30)),
    ):
        values = pickle.loads(pickle.dumps(reader))()  # noqa: S301
        assert values.dtype == dtype
        assert values.shape == shape
        assert (values == values.flat[0]).all()
        assert values.flat[0] > 0
