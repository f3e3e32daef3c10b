# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.export.legend import BACKGROUND
from anyview.export.options import ExportOptions
from anyview.export.overview import MAX_VIEWS, draw_overview, write_overview
from anyview.export.painting import conf_painting, depth_painting
from anyview.structures.prediction import Prediction

OPTIONS = ExportOptions()


def flat_prediction(views: int, height: int = 30, width: int = 40) -> Prediction:
    """Every photo is one colour that names its view; depth and confidence are even."""
    images = torch.zeros(views, 3, height, width, dtype=torch.uint8)
    images[:, 0] = 3 * torch.arange(views)[:, None, None]
    images[:, 2] = 77
    return Prediction(
        depth=torch.full((views, height, width), 2.0),
        images=images,
        names=tuple(f"view {i}" for i in range(views)),
        conf=torch.full((views, height, width), 1.5),
    )


def shown_views(sheet: np.ndarray) -> list[int]:
    flat = sheet.reshape(-1, 3)
    photos = flat[(flat[:, 1] == 0) & (flat[:, 2] == 77)]
    colors, counts = np.unique(photos[:, 0], return_counts=True)
    assert len(set(counts.tolist())) == 1  # every photo at the same size
    return [int(c) // 3 for c in colors]


@pytest.mark.parametrize("views", [1, 2, 5, MAX_VIEWS])
def test_every_view_is_shown_once(views):
    sheet = np.asarray(draw_overview(flat_prediction(views), OPTIONS))
    assert shown_views(sheet) == list(range(views))


def test_many_views_are_shown_by_an_even_selection_with_both_ends():
    sheet = np.asarray(draw_overview(flat_prediction(80, 6, 8), OPTIONS))
    shown = shown_views(sheet)
    assert len(shown) == MAX_VIEWS
    assert (shown[0], shown[-1]) == (0, 79)
    assert set(np.diff(shown)) <= {1, 2}


def test_maps_keep_the_colors_of_the_legend(room):
    present = colors_of(np.asarray(draw_overview(room, OPTIONS)))
    for painting in (depth_painting(room, OPTIONS), conf_painting(room)):
        assert colors_of(painting.picture(0)) <= present


def colors_of(picture: np.ndarray) -> set[int]:
    return set(np.unique(picture.astype(int) @ np.array([1, 256, 65536])).tolist())


def test_without_confidence_there_are_two_columns(mono):
    conf = torch.rand(mono.depth.shape) + 1
    both = [dataclasses.replace(mono, conf=conf), mono]
    wide, narrow = (draw_overview(prediction, OPTIONS) for prediction in both)
    assert narrow.height == wide.height
    assert narrow.width / wide.width == pytest.approx(2 / 3, abs=0.03)


def test_nothing_touches_the_border_even_with_long_foreign_names(room):
    names = ("x" * 400, "写真" * 90, "bad\udcff" * 60)
    sheet = np.asarray(draw_overview(dataclasses.replace(room, names=names), OPTIONS))
    border = np.concatenate([sheet[:3].reshape(-1, 3), sheet[:, :3].reshape(-1, 3)])
    border = np.concatenate([border, sheet[:, -3:].reshape(-1, 3)])
    assert (border == np.array(BACKGROUND)).all()


def test_the_file_holds_the_sheet(room, tmp_path):
    (path,) = write_overview(room, tmp_path, OPTIONS)
    assert path == tmp_path / "overview.png"
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image), np.asarray(draw_overview(room, OPTIONS)))
