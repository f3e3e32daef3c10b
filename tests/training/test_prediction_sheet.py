# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The sheet measures and shows each view after bringing it to the truth's scale."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.training.prediction_sheet import SheetViews, draw_sheet, score_views, write_sheet


@pytest.fixture
def views() -> SheetViews:
    generator = torch.Generator().manual_seed(0)
    truth = torch.rand(3, 20, 30, generator=generator) * 5 + 1
    prediction = truth / 4
    prediction[1] *= 1 + 0.3 * torch.rand(20, 30, generator=generator)
    truth[0, :5] = 0
    truth[2] = 0
    images = torch.rand(3, 3, 20, 30, generator=generator)
    return SheetViews(images, truth, prediction, prediction + 1, ["room 0", "room 1", "photo"])


def test_scores(views: SheetViews):
    perfect, noisy, none = score_views(views.truth, views.prediction)
    assert perfect.scale == pytest.approx(4)
    assert perfect.abs_rel == pytest.approx(0, abs=1e-6)
    assert perfect.delta1 == 1
    expected = views.prediction[1] * noisy.scale
    assert noisy.abs_rel == pytest.approx(
        float(((expected - views.truth[1]).abs() / views.truth[1]).mean()), rel=1e-4
    )
    assert math.isnan(none.scale)


def test_pixels_that_are_not_predicted_do_not_count():
    prediction = torch.tensor([[[0.0, 1.0, torch.inf, 1.0]]])
    (score,) = score_views(torch.tensor([[[1.0, 2.0, 1.0, 2.0]]]), prediction)
    assert (score.scale, score.abs_rel) == (2.0, 0.0)


def test_a_perfect_prediction_looks_like_the_truth(views: SheetViews):
    picture = np.asarray(draw_sheet(views, title="test")).astype(int)
    cell, gap, height = 260, 10, round(260 * 20 / 30)
    first = picture.shape[0] - 3 * (height + 23 + gap)
    columns = [gap + i * (cell + gap) for i in range(5)]
    assert picture.shape[1] == columns[-1] + cell + gap

    def part(column: int, row: int) -> np.ndarray:
        # Below the quarter of the first view whose truth is unknown.
        y = first + row * (height + 23 + gap) + height // 2
        return picture[y : y + height // 3, columns[column] : columns[column] + cell]

    # Rounding moves a level of the map by one at most.
    assert np.abs(part(1, 0) - part(2, 0)).max() < 10
    assert np.abs(part(1, 1) - part(2, 1)).max() > 20
    assert part(3, 0).max() - part(3, 0).min() < 50  # no error: the dark end
    assert (part(1, 2) == part(1, 2)[0, 0]).all()  # no truth: one grey


def test_the_file_without_confidence(views: SheetViews, tmp_path: Path):
    plain = SheetViews(views.images, views.truth, views.prediction, None, views.names)
    path = write_sheet(tmp_path / "sheet.png", plain, title="run, step 100")
    with Image.open(path) as picture:
        assert picture.width == 10 + 4 * 270
