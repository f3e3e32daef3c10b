# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses

import numpy as np
import pytest

from anyview.export.colormap import color_table
from anyview.export.legend import BACKGROUND, INK, SKY, Legend, legend_panel, legend_strip
from anyview.export.value_scale import ValueScale

LEGEND = Legend("depth (m)", ValueScale("log", 20.0, 0.5), "depth", ((SKY, "sky"),))


def rows_with(picture: np.ndarray, color: tuple[int, int, int]) -> np.ndarray:
    return np.flatnonzero((picture == np.array(color)).all(axis=2).any(axis=1))


def test_panel_has_the_whole_map_high_end_on_top_and_the_swatch_below():
    picture = np.asarray(legend_panel(LEGEND, height=400, font_size=14))
    assert picture.shape[0] == 400
    table = color_table("depth")
    high, low = rows_with(picture, tuple(table[255])), rows_with(picture, tuple(table[0]))
    assert len(high)
    assert len(low)
    assert high.max() < low.min() < rows_with(picture, SKY).min()


def test_panel_ticks_stand_at_the_position_of_their_number():
    # Ticks of an inverse scale are not symmetric: upside down they would not fit.
    legend = dataclasses.replace(LEGEND, scale=ValueScale("inverse", 20.0, 0.5))
    picture = np.asarray(legend_panel(legend, height=400, font_size=14)).astype(int)
    table = color_table("depth").astype(int)
    column = int(np.flatnonzero((picture == table[255]).all(axis=2).any(axis=0))[0])
    bar = np.flatnonzero((picture[:, column] != np.array(BACKGROUND)).any(axis=1))
    bar = bar[(picture[bar, column] != np.array(SKY)).any(axis=1)]
    bar = bar[bar > 30]  # below the title
    beside = column + 14 + 1
    ticks = np.flatnonzero((picture[:, beside] == np.array(INK)).all(axis=1))
    ticks = ticks[ticks > 30]
    length = bar.max() - bar.min()
    found = 1 - (ticks[::-1] - bar.min()) / length
    wanted = [position for position, _ in legend.scale.ticks(len(ticks))]
    assert len(ticks) >= 5
    assert found == pytest.approx(wanted, abs=0.01)


@pytest.mark.parametrize("height", [1, 20, 2000])
def test_panel_of_any_height_has_room_for_its_text(height):
    panel = legend_panel(LEGEND, height=height, font_size=14)
    assert panel.height >= max(height, 100)
    edge = np.asarray(panel)[[0, -1]]
    assert (edge == np.array(BACKGROUND)).all()
    assert (np.asarray(panel)[:, -1] == np.array(BACKGROUND)).all()


@pytest.mark.parametrize("width", [30, 140, 320])
def test_strip_is_as_wide_as_asked_and_runs_from_low_to_high(width):
    strip = np.asarray(legend_strip(LEGEND, width, font_size=13))
    assert strip.shape[1] == width
    table = color_table("depth")
    row = next(r for r in strip if (r[0] == table[0]).all())
    assert (row[-1] == table[255]).all()


def test_the_same_legend_gives_the_same_pixels():
    assert legend_panel(LEGEND, 300, 14).tobytes() == legend_panel(LEGEND, 300, 14).tobytes()
