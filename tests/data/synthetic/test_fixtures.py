# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from anyview.data.synthetic.fixtures import (
    bathtub,
    fridge,
    kitchen_row,
    stairs,
    toilet,
    washbasin,
)

from .sound_worlds import assert_sound_things, draw


def test_fixtures_are_sound():
    assert_sound_things((fridge, kitchen_row, stairs, washbasin, toilet), tallest=3.8, seeds=3)
    assert_sound_things((bathtub,), tallest=2.2)


def test_stairs_rise_along_x():
    for seed in range(4):
        vertices = draw(stairs, seed).mesh().vertices
        left = vertices[vertices[:, 0] < -0.2][:, 2].max()
        right = vertices[vertices[:, 0] > 0.2][:, 2].max()
        assert right > left
