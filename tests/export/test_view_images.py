# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import logging
from types import MappingProxyType

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError
from anyview.export.view_images import view_images, write_view_image
from anyview.geometry.lens import Lens
from anyview.geometry.undistortion import pinhole_image, pinhole_of
from anyview.io.images import read_image
from anyview.structures.prediction import Prediction

SIZE = (72, 48)


def with_sources(room: Prediction, *paths: object) -> Prediction:
    sources = [None if path is None else str(path) for path in paths]
    return dataclasses.replace(room, provenance=MappingProxyType({"sources": sources}))


def picture(path, size=SIZE, *, mode="RGB", exif=None, **options):
    random = np.random.default_rng(3)
    shape = (*size, 3) if mode == "RGB" else (*size, len(mode)) if len(mode) > 1 else size
    image = Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8), mode=None)
    if exif is not None:
        tags = Image.Exif()
        tags[0x0112] = exif
        options["exif"] = tags
    image.save(path, **options)
    return path


def test_originals_are_copied_with_their_cameras(room, tmp_path):
    files = [
        picture(tmp_path / "Über cat.JPG", format="JPEG"),
        picture(tmp_path / "b.png"),
        picture(tmp_path / "grey.png", mode="L"),
    ]
    prediction = with_sources(room, *files)
    images = view_images(prediction)
    assert [image.file for image in images] == ["Über cat.JPG", "b.png", "grey.png"]
    for view, (image, file) in enumerate(zip(images, files, strict=True)):
        assert (image.height, image.width) == SIZE
        assert torch.allclose(image.intrinsics, room.original_intrinsics[view].double())
        written = write_view_image(prediction, image, tmp_path / "images")
        assert written.read_bytes() == file.read_bytes()


def test_what_other_tools_would_misread_is_written_anew(room, tmp_path):
    files = [
        picture(tmp_path / "turned.jpg", (48, 72), exif=6),
        picture(tmp_path / "clear.png", mode="RGBA"),
        picture(tmp_path / "scan.tif"),
    ]
    prediction = with_sources(room, *files)
    images = view_images(prediction)
    assert [image.file for image in images] == ["turned.png", "clear.png", "scan.png"]
    for image, file in zip(images, files, strict=True):
        written = write_view_image(prediction, image, tmp_path / "images")
        with Image.open(written) as opened:
            assert (opened.mode, opened.size) == ("RGB", SIZE[::-1])
            assert not opened.getexif()
        assert torch.equal(read_image(written).image, read_image(file).image)


def test_processed_images_stand_in_for_originals_that_are_gone(room, tmp_path, caplog):
    changed = picture(tmp_path / "changed.png", (72, 49))
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff nothing")
    prediction = with_sources(room, changed, broken, "film.mp4 frame 3")
    with caplog.at_level(logging.WARNING):
        images = view_images(prediction)
    assert "3 of 3 images are written at the size they were predicted at, 24 x 18" in caplog.text
    assert [image.file for image in images] == ["front.png", "left_view.png", "right_ü.png"]
    for view, image in enumerate(images):
        assert torch.equal(image.intrinsics, room.intrinsics[view].double())
        written = write_view_image(prediction, image, tmp_path)
        assert torch.equal(read_image(written).image, room.images[view])


def test_arrays_have_no_originals_and_need_no_excuse(room, caplog):
    for prediction in (room, with_sources(room, None, None, None)):
        assert all(image.source is None for image in view_images(prediction))
    assert caplog.text == ""


def test_names_that_collide_are_made_of_the_views(room, tmp_path):
    files = []
    for folder in "abc":
        (tmp_path / folder).mkdir()
        files.append(picture(tmp_path / folder / "IMG.png"))
    images = view_images(with_sources(room, *files))
    assert [image.file for image in images] == ["front.png", "left_view.png", "right_ü.png"]
    assert all(image.is_copied for image in images)


def test_views_of_a_lens_are_undistorted_with_the_camera_to_it(room, tmp_path):
    lens = Lens(40.0, 41.0, 24.0, 36.0, *SIZE, radial=(-0.1, 0.01))
    files = [picture(tmp_path / f"{name}.png") for name in "abc"]
    prediction = dataclasses.replace(with_sources(room, *files), lenses=(None, lens, None))
    images = view_images(prediction)
    assert [image.file for image in images] == ["a.png", "b.jpg", "c.png"]
    # The prediction's K is known in pixels without the distortion; the image has another zoom.
    K = pinhole_of(lens)
    expected = K @ torch.linalg.inv(lens.intrinsics()) @ room.original_intrinsics[1].double()
    assert torch.allclose(images[1].intrinsics, expected, rtol=1e-5)
    written = write_view_image(prediction, images[1], tmp_path)
    flat = pinhole_image(lens, K, read_image(files[1]).image).float()
    error = (read_image(written).image.float() - flat).abs()
    assert float(error.mean()) < 4  # JPEG of noise


def test_skew_is_refused(room):
    intrinsics = room.intrinsics.clone()
    intrinsics[2, 0, 1] = 0.5
    with pytest.raises(InputError, match="'right/ü' has skew"):
        view_images(dataclasses.replace(room, intrinsics=intrinsics))
