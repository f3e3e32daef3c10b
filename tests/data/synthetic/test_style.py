# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic.style import draw_style

from .sound_worlds import assert_sound_material


def test_styles_are_sound_and_differ_by_seed_only():
    one, again, other = (draw_style(np.random.default_rng(seed), 0.3) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    for material in (one.wood, one.metal, one.fabric, one.soft, one.white, *one.things):
        assert_sound_material(material)


def test_furniture_mostly_matches():
    rng = np.random.default_rng(0)
    style = draw_style(rng, 0.0)
    woods = [style.any_wood(rng) for _ in range(200)]
    assert 100 < woods.count(style.wood) < 190
    seats = {style.seat(rng) for _ in range(100)}
    assert seats == {style.fabric, style.soft}
    assert {style.thing(rng) for _ in range(300)} == set(style.things)


def test_stocks_are_not_shared():
    one, other = (draw_style(np.random.default_rng(seed), 0.0) for seed in (1, 2))
    assert one.stock == []
    assert one.stock is not other.stock
