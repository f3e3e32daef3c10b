# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""People: upright, of human size, or of stone."""

import numpy as np

from anyview.data.synthetic.people import person
from anyview.data.synthetic.world import Lamp, Material, Sky

from .sound_worlds import assert_sound_mesh


def test_sizes():
    for seed in range(10):
        built = person(np.random.default_rng(seed))
        assert_sound_mesh(built.mesh())
        low, high = built.bounds()
        assert -0.05 < low[2] < 0.05
        assert 1.4 < high[2] < 2.0
        assert high[0] - low[0] < 1.0


def test_a_statue_is_of_one_stone():
    stone = Material("plain", (0.5, 0.5, 0.5))
    built = person(np.random.default_rng(0), stone)
    world = built.world(
        "test",
        lamps=(Lamp((1.0, 1.0, 1.0)),),
        sky=Sky(),
        camera_box=((0, 0, 0), (1, 1, 1)),
        size_m=1.0,
    )
    assert world.materials == (stone,)
