# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic.vessels import basket, bottle, bowl, cup, fruit, pot, vase

from .sound_worlds import assert_sound_things


def test_vessels_are_sound():
    assert_sound_things((bottle, cup, vase, bowl, basket, pot), tallest=0.95)


def test_fruit_has_its_size():
    for seed in range(8):
        low, high = fruit(np.random.default_rng(seed), 0.05).bounds()
        assert 0.05 < float((high - low).max()) < 0.4
