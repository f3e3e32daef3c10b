# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Curves show what the journal says."""

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anyview.core.errors import InputError
from anyview.training.curves import (
    Curve,
    Panel,
    draw_panels,
    panels_from,
    step_label,
    write_curves,
)
from anyview.training.journal import Entry


def entries(count: int) -> list[Entry]:
    train = [Entry(s, "train", {"loss": 1 / (s + 1), "rate": 5.0}) for s in range(count)]
    return [*train, Entry(count - 1, "validation", {"loss": 0.5, "delta1": 0.6})]


def test_kinds_share_a_panel():
    panels = panels_from(entries(4))
    assert [p.title for p in panels] == ["loss", "rate", "delta1"]
    assert [c.label for c in panels[0].curves] == ["train", "validation"]
    assert panels[0].curves[0].values.tolist() == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])
    assert panels[0].curves[1].steps.tolist() == [3]


def test_names_choose_and_order():
    assert [p.title for p in panels_from(entries(4), ["delta1", "loss", "nosuch"])] == [
        "delta1",
        "loss",
    ]


def test_numbers_that_are_not_finite_are_left_out():
    panels = panels_from([Entry(0, "train", {"a": math.nan, "b": 1.0})])
    assert [p.title for p in panels] == ["b"]


def color_rows(picture: Image.Image, color: tuple[int, int, int]) -> dict[int, float]:
    """Mean row of pixels near a colour, by column, right of the axis and under the head."""
    array = np.asarray(picture).astype(int)
    near = (np.abs(array - np.array(color)).sum(-1) < 40) & (np.arange(len(array)) > 32)[:, None]
    return {x: float(np.nonzero(near[:, x])[0].mean()) for x in np.nonzero(near.any(0))[0]}


@pytest.mark.parametrize("count", [20, 3000])
def test_a_falling_curve_falls(count):
    steps = np.arange(count, dtype=np.float64)
    picture = draw_panels([Panel("loss", (Curve("train", steps, 2 - steps / count),))])
    rows = color_rows(picture, (33, 102, 172))
    xs = sorted(rows)
    assert xs[-1] - xs[0] > 0.7 * picture.width
    height = picture.height
    assert rows[xs[2]] < 0.3 * height
    assert rows[xs[-3]] > 0.7 * height
    middle = xs[len(xs) // 2]
    assert abs(rows[middle] - (rows[xs[2]] + rows[xs[-3]]) / 2) < 0.05 * height


def test_the_file(tmp_path: Path):
    path = write_curves(tmp_path / "curves.png", entries(300))
    with Image.open(path) as picture:
        assert picture.size == (1120, 600)  # three panels in two columns
        assert picture.mode == "RGB"


def test_nothing_to_draw(tmp_path: Path):
    with pytest.raises(InputError, match="no finite numbers"):
        write_curves(tmp_path / "curves.png", [])
    with pytest.raises(InputError, match="no finite"):
        draw_panels([Panel("a", (Curve("train", np.zeros(1), np.array([np.nan])),))])


@pytest.mark.parametrize(
    ("step", "text"), [(0.0, "0"), (500.0, "500"), (12000.0, "12k"), (1.5e6, "1.5M")]
)
def test_step_labels(step, text):
    assert step_label(step) == text
