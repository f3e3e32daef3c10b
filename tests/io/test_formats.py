# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import io
import random
import warnings

import numpy as np
import pytest
from PIL import Image

from anyview.core.errors import InputError
from anyview.io.formats import first_line, load_pixels, open_image
from anyview.io.images import read_image

SAVE_OPTIONS = {
    "JPEG": {},
    "PNG": {},
    "WEBP": {},
    "BMP": {},
    "TIFF": {"compression": "tiff_lzw"},
    "PPM": {},
}


def encoded(kind, **options):
    blocks = np.random.default_rng(0).integers(0, 256, (6, 8, 3))
    pixels = np.kron(blocks, np.ones((4, 4, 1))).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0xA405] = 28
    file = io.BytesIO()
    extra = {} if kind in {"BMP", "PPM"} else {"exif": exif}
    Image.fromarray(pixels).save(file, kind, **SAVE_OPTIONS[kind], **extra, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", SAVE_OPTIONS)
def test_contents_decide_not_the_suffix(tmp_path, kind):
    path = tmp_path / "photo.dat"
    path.write_bytes(encoded(kind))
    with open_image(path) as image:
        assert image.format == kind
        assert set(image.size) == {32, 24}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"the file is empty \(0 bytes\)"),
        (b"hello, this is no photo\n", "a text file, not an image"),
        (b"\0\1\2\3\4\5\6\7\x80\x90", "not an image of a known kind"),
        (b"GIF89a\1\0\1\0", "a GIF, which is not read; convert"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF, which is not read"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "an AVIF image, which is not read; convert"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "a video, not an image"),
        (b"P7\nWIDTH 20\n", "a text file"),
        (b"\xff\xd8\xff\xe0", "damaged or cut off in its header"),
        (b"\x89PNG\r\n\x1a\n", "damaged or cut off in its header"),
        (b"II*\0\x08\0\0\0", "damaged or cut off"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "damaged or cut off in its header"),
    ],
)
def test_other_contents_are_named(tmp_path, content, message):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"photo.jpg: {message}") as caught, open_image(path):
        pass
    assert "\n" not in str(caught.value)


def test_paths_that_are_no_files(tmp_path):
    for path, message in (
        (tmp_path / "absent.jpg", "no such file"),
        (tmp_path, "is a folder, not an image file"),
        (tmp_path / ("n" * 300), "File name too long"),
    ):
        with pytest.raises(InputError, match=message), open_image(path):
            pass
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "gone.jpg")
    with pytest.raises(InputError, match="no such file"), open_image(tmp_path / "dangling.jpg"):
        pass


def test_no_permission(tmp_path, monkeypatch):
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded("JPEG"))

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(InputError, match="no permission to read it"), open_image(path):
        pass


@pytest.mark.parametrize("kind", SAVE_OPTIONS)
def test_cut_off_files_are_refused(tmp_path, kind):
    content = encoded(kind)
    path = tmp_path / "cut.jpg"
    for share in (0.3, 0.6, 0.9):
        path.write_bytes(content[: int(len(content) * share)])
        with pytest.raises(InputError, match=r"cut\.jpg: "):
            read_image(path)


@pytest.mark.parametrize("progressive", [False, True])
def test_jpeg_cut_off_anywhere_is_refused(tmp_path, progressive):
    content = encoded("JPEG", progressive=progressive)
    path = tmp_path / "cut.jpg"
    for length in range(3, len(content), 7):
        path.write_bytes(content[:length])
        with pytest.raises(InputError, match="damaged or cut off"):
            read_image(path)


@pytest.mark.parametrize("kind", SAVE_OPTIONS)
def test_damage_is_an_input_error_or_goes_unnoticed(tmp_path, kind):
    # Warnings are errors here: none of Pillow's may come through either.
    content = encoded(kind)
    dice = random.Random(0)
    path = tmp_path / "damaged.jpg"
    refusals = []
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(dice.choice([1, 5, 20])):
            damaged[dice.randrange(min(len(damaged), 300))] = dice.randrange(256)
        path.write_bytes(damaged)
        try:
            read_image(path, max_pixels=1_000_000)
        except InputError as error:
            refusals.append(str(error))
    assert refusals
    assert all(refusal.startswith(f"{path}: ") for refusal in refusals)


def test_large_images_neither_warn_nor_fail(tmp_path, monkeypatch):
    path = tmp_path / "large.tif"
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 500)
    filters = warnings.filters[:]
    for kind in SAVE_OPTIONS:
        path.write_bytes(encoded(kind))  # 32 x 24: a warning for Image.open
        with open_image(path) as image:
            load_pixels(image, what="x")
    assert warnings.filters == filters


def test_first_line():
    assert first_line(ValueError("cut off.\nmore")) == "cut off"
    assert first_line(EOFError()) == "EOFError"
