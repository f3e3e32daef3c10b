# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic.fittings import (
    ceiling_lamp,
    clock,
    curtains,
    door_leaf,
    floor_lamp,
    hooks,
    picture,
    radiator,
    wall_shelf,
    whiteboard,
    window_insert,
)
from anyview.data.synthetic.style import draw_style

from .sound_worlds import assert_sound_mesh, assert_sound_things, draw


def test_fittings_are_sound():
    assert_sound_things((picture, whiteboard, clock, floor_lamp, radiator), tallest=2.2)
    assert_sound_things((wall_shelf,), tallest=0.6)
    assert_sound_things((hooks,), tallest=0.2, lowest=-1.2, seeds=3)


@pytest.mark.parametrize("maker", [picture, whiteboard, clock, wall_shelf, radiator, hooks])
def test_what_hangs_on_a_wall_stays_before_it(maker):
    for seed in range(5):
        _, high = draw(maker, seed).bounds()
        assert high[1] < 0.05, "nothing reaches through the wall"


def test_openings_are_filled_within_their_size():
    for seed in range(6):
        rng = np.random.default_rng(seed)
        style = draw_style(rng, 0.0)
        leaf = door_leaf(rng, style, 0.9, 2.0)
        assert_sound_mesh(leaf.mesh())
        assert leaf.bounds()[1][2] <= 2.09
        insert = window_insert(rng, style, 1.2, 1.0, 0.3)
        low, high = insert.bounds()
        assert low[2] > -0.1
        assert high[2] < 1.1
        assert high[1] <= 0.3, "not beyond the wall"
        cloth = curtains(rng, style, 1.2, 2.2)
        assert cloth.bounds()[0][2] >= 0
        assert cloth.bounds()[1][1] < 0, "curtains hang in the room"


def test_ceiling_lamps_hang_and_their_light_is_free():
    for seed in range(12):
        rng = np.random.default_rng(seed)
        built, drop = ceiling_lamp(rng, draw_style(rng, 0.0))
        assert_sound_mesh(built.mesh())
        low, high = built.bounds()
        assert high[2] < 0.1
        assert drop > -float(low[2]), "the light is below the lamp"
