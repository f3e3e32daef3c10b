# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Intrinsics from the caller or from EXIF, in pixels of the processed images."""

import torch

from anyview.inference.known_focals import known_focals
from anyview.inference.preprocess import ResizeRule, preprocess
from anyview.structures.views import View, ViewSet


def views(*focal_px, intrinsics=None):
    images = [torch.zeros(3, 60, 90, dtype=torch.uint8) for _ in focal_px]
    return ViewSet(
        tuple(View(x, f"v{i}", focal_px=f) for i, (x, f) in enumerate(zip(images, focal_px))),  # noqa: B905
        intrinsics=intrinsics,
    )


def test_given_intrinsics_win_over_exif():
    K = torch.tensor([[[80.0, 0, 44], [0, 81, 31], [0, 0, 1]]])
    given = views(70.0, intrinsics=K)
    processed = preprocess(given, ResizeRule(45))
    known = known_focals(given, processed, "exif")
    assert known.given.tolist() == [True]
    assert known.exif.tolist() == [False]
    assert known.origin == "the given intrinsics"
    assert known.complete
    scale = torch.tensor([42 / 90, 28 / 60])
    torch.testing.assert_close(known.intrinsics[0, 0], K[0, 0] * scale[0])
    torch.testing.assert_close(known.intrinsics[0, 1], K[0, 1] * scale[1])
    torch.testing.assert_close(known.focal_px[0], (80 * scale[0] + 81 * scale[1]) / 2)


def test_exif_has_to_be_asked_for():
    given = views(70.0)
    assert known_focals(given, preprocess(given, ResizeRule(45)), "predicted") is None


def test_exif_focal_lengths_become_centred_cameras():
    given = views(70.0, None, 140.0)
    known = known_focals(given, preprocess(given, ResizeRule(45)), "exif")
    assert known.known.tolist() == [True, False, True]
    assert not known.complete
    assert known.origin == "EXIF (for 2 of 3 images)"
    expected = torch.tensor([[70.0 * 42 / 90, 0, 21], [0, 70.0 * 28 / 60, 14], [0, 0, 1]])
    torch.testing.assert_close(known.intrinsics[0], expected)
    predicted = torch.full((3, 3, 3), 5.0)
    mixed = known.over(predicted)
    assert torch.equal(mixed[1], predicted[1])
    assert torch.equal(mixed[2], known.intrinsics[2])


def test_no_focal_length_anywhere():
    given = views(None, None)
    assert known_focals(given, preprocess(given, ResizeRule(45)), "exif") is None


def test_given_for_some_and_exif_for_others():
    """View by view: what is given wins, EXIF fills the rest, and off-centre K stay as they are."""
    K = torch.full((4, 3, 3), torch.nan, dtype=torch.float64)
    K[1] = torch.tensor([[80.0, 0, 20], [0, 95, 41], [0, 0, 1]])
    given = views(70.0, 71.0, None, None, intrinsics=K)
    processed = preprocess(given, ResizeRule(45))
    both = known_focals(given, processed, "exif")
    assert both.known.tolist() == [True, True, False, False]
    assert both.origin == ("the given intrinsics (for 1 of 4 images) and EXIF (for 1 of 4 images)")
    to_grid = torch.tensor([42 / 90, 28 / 60, 1.0])
    torch.testing.assert_close(both.intrinsics[1], K[1].float() * to_grid[:, None])
    alone = known_focals(given, processed, "predicted")
    assert alone.known.tolist() == [False, True, False, False]
    assert alone.origin == "the given intrinsics (for 1 of 4 images)"
    assert alone.over(torch.full((4, 3, 3), 5.0))[[0, 2, 3]].eq(5).all()
