# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Masks from callers: one convention for arrays and files, each view gets its own."""

import logging

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError, OptionError
from anyview.inference.given_masks import GivenMasks
from anyview.structures.views import View

HEIGHT, WIDTH = 16, 20


def views(count=2, source=None):
    image = torch.zeros(3, HEIGHT, WIDTH, dtype=torch.uint8)
    return tuple(
        View(image, f"v{i}", None if source is None else str(source / f"v{i}.jpg"))
        for i in range(count)
    )


def kept(column: int) -> np.ndarray:
    """What a caller gives: true from a column on."""
    return np.broadcast_to(np.arange(WIDTH) >= column, (HEIGHT, WIDTH))


def left_out(column: int) -> torch.Tensor:
    return torch.from_numpy(~kept(column))


def with_masks(masks, count=2, chosen=None, **more):
    given = GivenMasks.checked(masks, more.pop("folder", None), count, max_pixels=10**6)
    chosen = range(count) if chosen is None else chosen
    return given.of(list(chosen), tuple(views(count, **more)[i] for i in chosen))


@pytest.mark.parametrize(
    "convert",
    [
        lambda masks: np.stack(masks),
        lambda masks: torch.from_numpy(np.stack(masks)),
        lambda masks: [torch.from_numpy(m.copy()) for m in masks],
        lambda masks: (255 * np.stack(masks)).astype(np.uint8),
        lambda masks: [m.astype(np.float32).tolist() for m in masks],
    ],
    ids=["array", "tensor", "list of tensors", "bytes", "lists"],
)
def test_zero_is_left_out(convert):
    found = with_masks(convert([kept(3), kept(7)]))
    assert torch.equal(found[0].mask, left_out(3))
    assert torch.equal(found[1].mask, left_out(7))


def test_one_mask_for_one_view_and_none_for_others():
    assert torch.equal(with_masks(kept(4), 1)[0].mask, left_out(4))
    first, second = with_masks([None, kept(4)])
    assert first.mask is None
    assert torch.equal(second.mask, left_out(4))
    assert all(view.mask is None for view in with_masks(None))


def test_masks_of_skipped_images_go_with_them():
    found = with_masks([kept(1), kept(2), kept(3)], 3, chosen=[0, 2])
    assert torch.equal(found[1].mask, left_out(3))


def test_what_is_left_out_already_stays_out():
    view = View(torch.zeros(3, HEIGHT, WIDTH, dtype=torch.uint8), "a", mask=left_out(3).flip(1))
    given = GivenMasks.checked(kept(5), None, 1, max_pixels=10**6)
    assert torch.equal(given.of([0], (view,))[0].mask, left_out(5) | left_out(3).flip(1))


def save(path, mask):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((255 * mask).astype(np.uint8)).save(path)


def test_files_by_the_names_of_images_and_views(tmp_path, caplog):
    save(tmp_path / "v0.jpg.png", kept(3))
    save(tmp_path / "v1.png", kept(6))
    caplog.set_level(logging.WARNING)
    found = with_masks(None, folder=str(tmp_path), source=tmp_path / "images")
    assert torch.equal(found[0].mask, left_out(3))
    assert torch.equal(found[1].mask, left_out(6))
    assert torch.equal(with_masks(None, folder=str(tmp_path))[1].mask, left_out(6))  # by name
    assert "no mask for 1 of 2 images, such as v0" in caplog.text


def test_a_folder_that_fits_no_image_is_refused(tmp_path):
    save(tmp_path / "other.png", kept(3))
    with pytest.raises(InputError, match=r"a mask for none .* would be v0\.jpg\.png"):
        with_masks(None, folder=str(tmp_path), source=tmp_path)


@pytest.mark.parametrize(
    ("masks", "words"),
    [
        (np.ones((3, HEIGHT, WIDTH)), "3 entries for 2 images"),
        (np.ones((HEIGHT, WIDTH)), "16 entries for 2 images"),
        (np.ones((2, HEIGHT, WIDTH - 1)), r"masks\[0\]: the mask has 19x16 pixels.* 20x16"),
        (np.ones((2, WIDTH, HEIGHT)), "seems to be turned"),
        (np.zeros((2, HEIGHT, WIDTH)), "every pixel of every image"),
        ([kept(2), np.ones((HEIGHT, WIDTH, 3))], r"masks\[1\] has shape \(16, 20, 3\)"),
        ([kept(2), "masks/a.png"], r"masks\[1\]"),
        ([[1, 2], [[1], [1, 2]]], r"masks\[0\] has shape \(2,\)"),
        ([kept(2), [[1], [1, 2]]], r"masks\[1\] is no array"),
        ("masks", "masks is a str.* option masks"),
    ],
)
def test_masks_that_do_not_fit_are_explained(masks, words):
    with pytest.raises(InputError, match=words):
        with_masks(masks)


def test_masks_twice_are_refused(tmp_path):
    with pytest.raises(OptionError, match="give one of them"):
        with_masks(np.ones((2, HEIGHT, WIDTH)), folder=str(tmp_path))
