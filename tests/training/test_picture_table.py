# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import torch

from anyview.export.legend import BACKGROUND, Legend
from anyview.export.painting import Painting
from anyview.export.value_scale import ValueScale
from anyview.training.picture_table import array_or_nan, draw_table


def test_rows_hold_the_image_and_one_picture_a_column():
    images = torch.zeros(2, 3, 10, 20)
    images[1, 0] = 1.0  # red
    values = np.stack([np.full((5, 10), v, np.float32) for v in (1.0, 9.0)])
    legend = Legend("depth", ValueScale("log", 10.0, 1.0), "depth")
    painting = Painting(values, None, legend)
    picture = np.asarray(draw_table(images, [painting, painting], ["a", "b"], title="two rows"))
    cell, gap, row = 260, 10, 130 + 23 + 10
    assert picture.shape[1] == gap + 3 * (cell + gap)
    first = picture.shape[0] - 2 * row
    centre = [
        [picture[first + r * row + 65, gap + c * 270 + 130] for c in (0, 1, 2)] for r in (0, 1)
    ]
    assert centre[0][0].tolist() == [0, 0, 0]
    assert centre[1][0].tolist() == [255, 0, 0]
    for r in (0, 1):
        assert centre[r][1].tolist() == centre[r][2].tolist() == painting.picture(r)[0, 0].tolist()
    assert tuple(picture[-1, 0]) == BACKGROUND


def test_a_caption_keeps_its_end():
    legend = Legend("depth", ValueScale("log", 10.0, 1.0), "depth")
    painting = Painting(np.ones((1, 5, 10), np.float32), None, legend)
    images = torch.zeros(1, 3, 10, 20)
    short, long = (
        np.asarray(draw_table(images, [painting], [text], title=""))
        for text in ("x" * 10 + " 123", "y" * 300 + " 123")
    )
    assert short.shape == long.shape
    assert (long[-25:, -12:] == 255).all(), "nothing is drawn over the edge"
    assert (long[-25:, 400:500] < 255).any(), "and it is filled up to there"


def test_what_is_no_depth_becomes_nan():
    found = array_or_nan(torch.tensor([1.0, 0.0, -1.0, torch.inf, torch.nan]))
    assert np.isnan(found).tolist() == [False, True, True, True, True]
