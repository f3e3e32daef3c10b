# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic.storage import (
    cabinet,
    nightstand,
    shelf,
    storage_rack,
    tv_board,
    wardrobe,
)
from anyview.data.synthetic.style import draw_style

from .sound_worlds import assert_sound_things


def test_storage_is_sound():
    makers = (shelf, cabinet, nightstand, wardrobe, tv_board, storage_rack)
    assert_sound_things(makers, tallest=2.8, seeds=3)


def test_sizes_are_taken():
    rng = np.random.default_rng(0)
    style = draw_style(rng, 0.0)
    low, high = cabinet(rng, style, 1.0, 0.5, 1.2, 0).bounds()
    assert abs(float(high[0] - low[0]) - 1.0) < 0.01
    assert abs(float(high[2]) - 1.2) < 0.01
    low, high = shelf(rng, style, 1.4, 2.0).bounds()
    assert 1.35 < float(high[0] - low[0]) < 1.5


def test_shelves_hold_things():
    counts = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        counts.append(len(shelf(rng, draw_style(rng, 0.0), 1.2, 2.0).mesh().faces))
    assert max(counts) > 1000
    assert len(set(counts)) > 8
