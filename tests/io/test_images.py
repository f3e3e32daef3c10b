# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import struct
import zlib

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError, OutputError
from anyview.io.images import (
    decode_image,
    read_image,
    write_png,
)

LOSSLESS = [("png", {}), ("tif", {}), ("tif", {"compression": "tiff_lzw"}), ("bmp", {})]


def picture(height=24, width=32):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def planes_of(array):
    return torch.from_numpy(np.ascontiguousarray(array)).permute(2, 0, 1)


@pytest.mark.parametrize(("suffix", "options"), [*LOSSLESS, ("webp", {"lossless": True})])
def test_lossless_files_come_back_exactly(tmp_path, suffix, options):
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(picture()).save(path, **options)
    read = read_image(path)
    assert torch.equal(read.image, planes_of(picture()))
    assert read.image.is_contiguous()
    assert read.focal_px is None


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(tmp_path, suffix, orientation):
    upright = picture()
    # What a camera stores that is held so: EXIF 2.32, table 6, each undone by hand.
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: upright.transpose(1, 0, 2)[::-1],
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: upright.transpose(1, 0, 2)[:, ::-1],
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a.{suffix}"
    options = {"jpg": {"quality": 95, "subsampling": 0}, "webp": {"lossless": True}}
    image = Image.fromarray(np.ascontiguousarray(stored))
    image.save(path, exif=exif, **options.get(suffix, {}))
    read = read_image(path).image
    assert read.shape == (3, *upright.shape[:2])
    difference = (read.int() - planes_of(upright).int()).abs().float()
    assert float(difference.mean()) < (10 if suffix == "jpg" else 0.001)


def test_focal_length_of_a_turned_photo(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8769] = {0xA405: 26}
    Image.fromarray(picture()).save(tmp_path / "a.jpg", exif=exif)
    read = read_image(tmp_path / "a.jpg")
    assert read.image.shape == (3, 32, 24)
    assert read.focal_px == pytest.approx(40 * 26 / 43.2666, rel=1e-4)


def sixteen_bit_rgb_png(levels):
    """Pillow writes no 16-bit colour: the chunks by hand."""
    height, width, _ = levels.shape
    lines = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)

    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


def sixteen_bit_rgb_tiff(levels):
    height, width, _ = levels.shape
    data = levels.astype("<u2").tobytes()
    entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, 14),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, len(data)),
    ]
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHII", *entry) for entry in entries) + struct.pack("<I", 0)
    bits = struct.pack("<HHH", 16, 16, 16)
    return b"II*\0" + struct.pack("<I", 14 + len(data)) + bits + data + directory


@pytest.mark.parametrize("kind", ["png", "tif"])
def test_16_bit_colour_gradient(tmp_path, kind):
    ramp = np.linspace(0, 65535, 32 * 32).reshape(32, 32).astype(np.uint16)
    levels = np.stack([ramp, ramp[::-1], ramp.T], axis=-1)
    path = tmp_path / f"a.{kind}"
    path.write_bytes({"png": sixteen_bit_rgb_png, "tif": sixteen_bit_rgb_tiff}[kind](levels))
    read = read_image(path).image
    exact = torch.from_numpy(levels / 257.0).permute(2, 0, 1)
    assert float((read.double() - exact).abs().max()) <= 1.0


@pytest.mark.parametrize("kind", ["png", "tif"])
def test_16_bit_grey_gradient(tmp_path, kind):
    ramp = np.linspace(0, 65535, 32 * 32).reshape(32, 32).astype(np.uint16)
    Image.fromarray(ramp).save(tmp_path / f"a.{kind}")
    read = read_image(tmp_path / f"a.{kind}").image
    assert np.array_equal(read[1], np.round(ramp / 257.0))


def test_16_bit_pgm(tmp_path):
    ramp = np.linspace(0, 65535, 32 * 32).reshape(32, 32).astype(np.uint16)
    (tmp_path / "a.ppm").write_bytes(b"P5 32 32 65535\n" + ramp.astype(">u2").tobytes())
    read = read_image(tmp_path / "a.ppm").image
    assert np.array_equal(read[1], np.round(ramp / 257.0))


def test_cmyk_jpeg(tmp_path):
    Image.new("RGB", (20, 20), (200, 30, 40)).convert("CMYK").save(tmp_path / "a.jpg")
    colour = read_image(tmp_path / "a.jpg").image[:, 10, 10].tolist()
    assert colour == pytest.approx([200, 30, 40], abs=8)


def bomb(width, height):
    """A PNG that says it is huge and is a few bytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    check = zlib.crc32(b"IHDR" + header)
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header
    return start + struct.pack(">I", check) + struct.pack(">I", 10) + b"IDAT" + b"\0" * 14


def test_decompression_bomb_is_refused_by_its_header(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(bomb(60_000, 60_000))
    with pytest.raises(InputError, match="60000x60000 is 3,600,000,000 pixels, more than"):
        read_image(path)
    # Pillow would warn above 89 million pixels; our limit lets this one through to its data.
    path.write_bytes(bomb(10_000, 10_000))
    with pytest.raises(InputError, match="damaged or cut off"):
        read_image(path)
    with pytest.raises(InputError, match="more than the limit of 1,000"):
        read_image(path, max_pixels=1000)


@pytest.mark.parametrize(
    ("size", "message"), [((1, 1), "too small"), ((13, 40), "too small"), ((2000, 50), "narrow")]
)
def test_sizes_refused(tmp_path, size, message):
    Image.new("RGB", size).save(tmp_path / "a.png")
    with pytest.raises(InputError, match=rf"a\.png: .*{message}"):
        read_image(tmp_path / "a.png")


def test_decode_image_leaves_the_callers_image_alone():
    image = Image.new("RGB", (20, 16))
    image.getexif()[0x0112] = 6
    assert decode_image(image, what="x").image.shape == (3, 20, 16)
    assert image.size == (20, 16)
    assert image.getexif()[0x0112] == 6


def test_decode_of_a_closed_image_says_so(tmp_path):
    Image.new("RGB", (20, 20)).save(tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as image:
        pass
    with pytest.raises(InputError, match=r"^item 3: its file was closed"):
        decode_image(image, what="item 3")


def test_write_png_round_trip(tmp_path):
    image = planes_of(picture())
    write_png(tmp_path / "sub" / "rgb.png", image)
    assert torch.equal(read_image(tmp_path / "sub" / "rgb.png").image, image)
    write_png(tmp_path / "grey.png", image[1])
    with Image.open(tmp_path / "grey.png") as grey:
        assert grey.mode == "L"
        assert np.array_equal(np.asarray(grey), image[1])


def test_write_png_into_a_file(tmp_path):
    (tmp_path / "blocked").write_text("x")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        write_png(tmp_path / "blocked" / "a.png", planes_of(picture()))
