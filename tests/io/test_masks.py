# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Masks as files: black is left out, in every kind of image; found by the name of the image."""

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError
from anyview.io.masks import check_mask_folder, find_mask, mask_from_alpha, read_mask

HEIGHT, WIDTH = 16, 24


def left_out() -> np.ndarray:
    """Where the test masks are black."""
    flags = np.zeros((HEIGHT, WIDTH), dtype=bool)
    flags[2:9, 5:20] = True
    return flags


def test_black_is_left_out_in_every_kind_of_image(tmp_path):
    black = left_out()
    levels = np.where(black, 0, 1).astype(np.uint8)  # the least that is not black
    colors = np.stack([np.zeros_like(levels), levels, np.zeros_like(levels)], -1)
    palette = Image.fromarray(levels).convert("P")
    palette.putpalette([0, 0, 0, 128, 0, 0] + [0] * 762)
    kinds = {
        "grey": Image.fromarray(levels),
        "sixteen": Image.fromarray(levels.astype(np.uint16)),
        "one bit": Image.fromarray(levels.astype(bool)),
        "colour": Image.fromarray(colors),
        "palette": palette,
        "alpha": Image.fromarray(np.dstack([colors, np.full_like(levels, 255)])),
        "transparent": Image.fromarray(np.dstack([colors, np.zeros_like(levels)])),
    }
    for name, image in kinds.items():
        image.save(tmp_path / "m.png")
        found = read_mask(tmp_path / "m.png")
        assert torch.equal(found, torch.from_numpy(black)), name


def test_orientation_is_that_of_the_file(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    grey = np.where(left_out(), 0, 255).astype(np.uint8)
    Image.fromarray(grey).save(tmp_path / "m.png", exif=exif)
    expected = torch.from_numpy(np.rot90(left_out(), -1).copy())
    assert torch.equal(read_mask(tmp_path / "m.png"), expected)


def test_alpha_below_half_is_background():
    alpha = np.where(left_out(), 127, 128).astype(np.uint8)
    rgba = np.dstack([np.full((HEIGHT, WIDTH, 3), 9, dtype=np.uint8), alpha])
    found = mask_from_alpha(Image.fromarray(rgba), what="x")
    assert torch.equal(found, torch.from_numpy(left_out()))
    assert mask_from_alpha(Image.fromarray(rgba[..., :3]), what="x") is None


@pytest.mark.parametrize(
    "place",
    ["left/7.jpg.png", "left/7.png", "7.jpg.png", "7.png", "images/left/7.png"],
)
def test_masks_are_found_by_the_name_of_the_image(tmp_path, place):
    image = tmp_path / "data/images/left/7.jpg"
    mask = tmp_path / "masks" / place
    mask.parent.mkdir(parents=True)
    mask.touch()
    assert find_mask(tmp_path / "masks", str(image)) == mask
    assert find_mask(tmp_path / "masks", str(image.with_name("8.jpg"))) is None


def test_the_more_exact_name_wins(tmp_path):
    for name in ("left/7.jpg.png", "left/7.png", "7.jpg.png", "right/7.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert find_mask(tmp_path, "images/left/7.jpg") == tmp_path / "left/7.jpg.png"
    assert find_mask(tmp_path, "images/right/7.jpg") == tmp_path / "right/7.png"
    assert find_mask(tmp_path, "elsewhere/7.jpg") == tmp_path / "7.jpg.png"


def test_an_image_is_not_its_own_mask(tmp_path):
    image = tmp_path / "7.png"
    image.touch()
    assert find_mask(tmp_path, str(image)) is None
    (tmp_path / "7.png.png").touch()
    assert find_mask(tmp_path, str(image)) == tmp_path / "7.png.png"


def test_frames_of_a_video_go_by_their_names(tmp_path):
    (tmp_path / "walk_000012.png").touch()
    assert find_mask(tmp_path, "walk_000012") == tmp_path / "walk_000012.png"


def test_parts_that_lead_out_are_not_followed(tmp_path):
    (tmp_path / "masks").mkdir()
    (tmp_path / "a.png").touch()
    assert find_mask(tmp_path / "masks", "x/../a.jpg") is None


def test_folders_that_hold_no_masks_are_refused(tmp_path):
    with pytest.raises(InputError, match="absent: no such folder; masks"):
        check_mask_folder(tmp_path / "absent")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="is a file"):
        check_mask_folder(tmp_path / "file")
    (tmp_path / "a.jpg").touch()
    with pytest.raises(InputError, match=r"holds no \.png files"):
        check_mask_folder(tmp_path)
    (tmp_path / "left").mkdir()
    (tmp_path / "left/a.png").touch()
    assert check_mask_folder(tmp_path) == tmp_path
    with pytest.raises(InputError):
        check_mask_folder("a\0b")


def test_files_that_are_no_images_are_refused(tmp_path):
    (tmp_path / "m.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    with pytest.raises(InputError, match=r"m\.png"):
        read_mask(tmp_path / "m.png")
    with pytest.raises(InputError, match="no such file"):
        read_mask(tmp_path / "absent.png")
