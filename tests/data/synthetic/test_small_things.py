# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic.small_things import (
    SMALL_THINGS,
    any_small_thing,
    book_pile,
    books,
    carton,
    plant,
    scatter,
    table_lamp,
    toy,
)
from anyview.data.synthetic.style import draw_style

from .sound_worlds import assert_sound_mesh, assert_sound_things


def test_small_things_are_sound():
    assert_sound_things((book_pile, toy, table_lamp, plant, carton, *SMALL_THINGS), tallest=0.95)


def test_plants_and_cartons_take_their_size():
    rng = np.random.default_rng(0)
    style = draw_style(rng, 0.0)
    for size in (0.2, 1.5):
        assert plant(rng, style, size).bounds()[1][2] == pytest.approx(size, rel=0.6)
        assert carton(rng, style, size).bounds()[1][2] <= 2.5 * size


@pytest.mark.parametrize("seed", range(5))
def test_books_fit_their_shelf(seed):
    rng = np.random.default_rng(seed)
    row = books(rng, draw_style(rng, 0.2), 0.8, 0.25, 0.3)
    low, high = row.bounds()
    assert low[0] >= -0.4 - 1e-6
    assert high[0] <= 0.4 + 1e-6
    assert low[1] >= -0.25
    assert high[1] <= 1e-6
    assert high[2] <= 0.3
    assert len(row.mesh().faces) >= 12 * 8


def test_scattered_things_keep_within_the_area_and_the_height():
    for seed in range(5):
        rng = np.random.default_rng(seed)
        built = scatter(rng, draw_style(rng, 0.0), 12, 1.5, 1.0, 0.3)
        assert_sound_mesh(built.mesh())
        low, high = built.bounds()
        assert high[2] <= 0.3 + 1e-5
        assert (low[:2] > -1.2).all()
        centres = built.object_centres()
        assert len(centres) >= 3
        assert (np.abs(centres[:, :2]) < (0.9, 0.65)).all()
        apart = np.linalg.norm(centres[:, None, :2] - centres[None, :, :2], axis=2)
        assert (apart[np.triu_indices(len(centres), 1)] > 0.005).all()


def test_stock_is_filled_and_used():
    rng = np.random.default_rng(4)
    style = draw_style(rng, 0.0)
    drawn = [any_small_thing(rng, style) for _ in range(60)]
    assert 8 <= len(style.stock) < 40
    assert len({id(thing) for thing in drawn}) == len(style.stock)
