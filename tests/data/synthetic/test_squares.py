# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Squares and fronts of large buildings."""

import numpy as np

from anyview.data.synthetic.materials import stone
from anyview.data.synthetic.squares import build_facade, build_square, fountain, monument

from .outdoor_worlds import assert_good_builder
from .sound_worlds import assert_sound_mesh


def test_squares():
    for world in assert_good_builder(build_square, "square"):
        middle = (world.camera_low + world.camera_high) / 2
        assert np.abs(middle[:2]).max() < 0.1
        assert world.camera_low[2] > 1


def test_facades():
    for world in assert_good_builder(build_facade, "facade", range(6)):
        assert world.camera_high[1] < 0 < world.focus[:, 1].max() + 0.1  # in front of the wall
        assert world.focus[:, 2].max() > 2


def test_centres_stand_on_the_ground():
    for maker in (fountain, monument):
        sizes = set()
        for seed in range(6):
            rng = np.random.default_rng(seed)
            thing = maker(rng, stone(rng))
            assert_sound_mesh(thing.mesh())
            low, high = thing.bounds()
            assert abs(low[2]) < 0.01
            assert 0.8 < high[2] < 16
            sizes.add(round(float(high[2]), 3))
        assert len(sizes) > 3
