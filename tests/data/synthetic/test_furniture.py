# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic.furniture import (
    bed,
    chair,
    coffee_table,
    desk,
    office_chair,
    sofa,
    stool,
    table,
)
from anyview.data.synthetic.style import draw_style

from .sound_worlds import assert_sound_things


def test_furniture_is_sound():
    makers = (chair, stool, office_chair, sofa, table, coffee_table, desk, bed)
    assert_sound_things(makers, tallest=2.2, seeds=3)


@pytest.mark.parametrize("seed", range(4))
def test_heights_are_those_of_people(seed):
    rng = np.random.default_rng(seed)
    style = draw_style(rng, 0.0)
    assert 0.7 < chair(rng, style).bounds()[1][2] < 1.2
    assert 0.65 < table(rng, style, things=0).bounds()[1][2] < 0.8
    assert 0.6 < sofa(rng, style).bounds()[1][2] < 1.1


def test_backs_are_at_the_back():
    rng = np.random.default_rng(0)
    style = draw_style(rng, 0.0)
    for maker in (chair, office_chair, sofa):
        vertices = maker(rng, style).mesh().vertices
        high = vertices[vertices[:, 2] > vertices[:, 2].max() - 0.08]
        assert high[:, 1].mean() > 0.05, maker
