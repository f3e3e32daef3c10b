# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import OutputError
from anyview.evaluation.benchmark.case_pictures import (
    TILE,
    case_file,
    case_picture,
    write_case_picture,
)
from anyview.evaluation.benchmark.task import Answer, Truth
from anyview.export.legend import NO_VALUE
from anyview.structures.views import View, ViewSet

DEPTH = torch.linspace(1, 5, 12).view(3, 4)


def views(count=2, height=3, width=4):
    image = torch.full((3, height, width), 90, dtype=torch.uint8)
    return ViewSet(tuple(View(image, f"v{i}") for i in range(count)))


def tile(sheet, column):
    """The middle of the topmost picture of a column."""
    pixels = np.asarray(sheet)
    left = 8 + column * (TILE + 8)
    return pixels[-100:-40, left + 20 : left + TILE - 20]


def test_a_scaled_truth_has_no_error_and_the_same_colours():
    truth = Truth(depth=(DEPTH, DEPTH))
    sheet = case_picture(views(), truth, Answer(depth=(7 * DEPTH, 7 * DEPTH)))
    np.testing.assert_array_equal(tile(sheet, 1), tile(sheet, 2))
    assert len(np.unique(tile(sheet, 3).reshape(-1, 3), axis=0)) == 1
    assert tile(sheet, 0).mean() == 90


def test_errors_show_where_they_are():
    wrong = DEPTH.clone()
    wrong[:, 3] *= 2
    sheet = case_picture(views(1), Truth(depth=(DEPTH,)), Answer(depth=(wrong,)))
    error = tile(sheet, 3).astype(int).sum(-1)
    assert error[:, -10:].min() > error[:, :10].max()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        Answer(),
        Answer(depth=(None, None)),
        Answer(depth=(torch.full((2, 2), torch.nan), torch.full((2, 2), torch.inf))),
        Answer(depth=(-DEPTH, torch.zeros(3, 4))),
    ],
)
def test_without_an_answer_its_places_are_grey(answer):
    sheet = case_picture(views(), Truth(depth=(DEPTH, None)), answer)
    assert sheet.width == 4 * TILE + 40
    assert (tile(sheet, 2) == NO_VALUE).all()
    assert (tile(sheet, 3) == NO_VALUE).all()


def test_without_truth_there_is_the_answer():
    sheet = case_picture(views(), Truth(), Answer(depth=(DEPTH, DEPTH)))
    assert (tile(sheet, 1) == NO_VALUE).all()
    assert len(np.unique(tile(sheet, 2).reshape(-1, 3), axis=0)) > 12


def test_shapes_that_are_long_and_many_views_fit():
    tall, many = views(1, 40, 2), views(9)
    assert case_picture(tall, Truth(), None).height < 400
    few, rows = case_picture(views(3), Truth(), None), case_picture(many, Truth(), None)
    assert few.height == rows.height


def test_a_sheet_is_a_file(tmp_path):
    path = case_file(tmp_path, "tiny:pose=a", "worlds", "a/b")
    assert path.parent.parent.parent == tmp_path / "pictures"
    write_case_picture(path, views(), Truth(depth=(DEPTH, DEPTH)), None)
    with Image.open(path) as sheet:
        assert sheet.size == case_picture(views(), Truth(depth=(DEPTH, DEPTH)), None).size


def test_a_file_in_the_way_is_told(tmp_path):
    (tmp_path / "pictures").write_text("x")
    with pytest.raises(OutputError):
        write_case_picture(case_file(tmp_path, "m", "s", "t"), views(), Truth(), None)
