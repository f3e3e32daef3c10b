# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""HEIC photos as phones make them: upright once, with EXIF, or a message that says what to do."""

import sys

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError, MissingDependencyError
from anyview.io.images import read_image
from anyview.io.listing import find_files

pillow_heif = pytest.importorskip("pillow_heif")


def quadrants(height=64, width=96) -> np.ndarray:
    """Red, green, blue, white: every turn and mirror of it is told apart."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2] = [220, 20, 20]
    pixels[: height // 2, width // 2 :] = [20, 220, 20]
    pixels[height // 2 :, : width // 2] = [20, 20, 220]
    pixels[height // 2 :, width // 2 :] = [220, 220, 220]
    return pixels


def write(path, pixels, *, orientation=None, focal_35mm=None, bits=8):
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    if focal_35mm is not None:
        exif.get_ifd(0x8769)[0xA405] = focal_35mm
    if bits == 8:
        file = pillow_heif.from_pillow(Image.fromarray(pixels))
    else:
        high = (pixels.astype(np.uint16) * 257).tobytes()
        file = pillow_heif.from_bytes("RGB;16", (pixels.shape[1], pixels.shape[0]), high)
    file.save(path, quality=95, chroma=444, exif=exif.tobytes())
    return path


def mean_error(read: torch.Tensor, upright: np.ndarray) -> float:
    assert read.shape == (3, *upright.shape[:2])
    expected = torch.from_numpy(np.ascontiguousarray(upright)).permute(2, 0, 1)
    return float((read.float() - expected.float()).abs().mean())


@pytest.mark.parametrize("orientation", [None, 1, 2, 3, 4, 5, 6, 7, 8])
def test_photos_are_upright_once(tmp_path, orientation):
    upright = quadrants()
    # What a camera stores that is held so: EXIF 2.32, table 6, each undone by hand.
    stored = {
        None: upright,
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: upright.transpose(1, 0, 2)[::-1],
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: upright.transpose(1, 0, 2)[:, ::-1],
    }[orientation]
    path = write(tmp_path / "a.heic", np.ascontiguousarray(stored), orientation=orientation)
    # The file says it in two ways, as phones' do: EXIF too has the orientation.
    with path.open("rb") as file:
        found = pillow_heif.HeifImageFile(file).info["original_orientation"]
    assert found == (None if orientation == 1 else orientation)
    assert mean_error(read_image(path).image, upright) < 6


def test_focal_length_and_ten_bits(tmp_path):
    read = read_image(write(tmp_path / "a.HEIF", quadrants(), focal_35mm=26))
    assert read.focal_px == pytest.approx(np.hypot(64, 96) * 26 / 43.2666, rel=1e-4)
    ten = read_image(write(tmp_path / "b.heic", quadrants(), bits=10)).image
    assert mean_error(ten, quadrants()) < 6


def test_contents_decide_and_folders_list_them(tmp_path):
    write(tmp_path / "a.heic", quadrants()).rename(tmp_path / "photo.jpg")
    write(tmp_path / "b.HEIC", quadrants())
    assert [path.name for path in find_files(tmp_path)] == ["b.HEIC", "photo.jpg"]
    assert mean_error(read_image(tmp_path / "photo.jpg").image, quadrants()) < 6


def test_without_the_package_the_message_says_what_to_install(tmp_path, monkeypatch):
    path = write(tmp_path / "a.heic", quadrants())
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(MissingDependencyError, match=r"a\.heic.*anyview\[heic\]"):
        read_image(path)


def test_damage_is_told_with_the_path(tmp_path):
    whole = write(tmp_path / "a.heic", quadrants()).read_bytes()
    path = tmp_path / "b.heic"
    outcomes = set()
    rng = np.random.default_rng(0)
    for number in range(60):
        broken = bytearray(whole)
        for place in rng.integers(0, len(whole), 6):
            broken[place] = int(rng.integers(0, 256))
        path.write_bytes(broken if number % 2 else broken[: int(rng.integers(13, len(whole)))])
        try:
            read_image(path)
            outcomes.add("read")
        except InputError as problem:
            assert str(problem).startswith(str(path))  # noqa: PT017 (either outcome is right)
            outcomes.add("refused")
    assert "refused" in outcomes
