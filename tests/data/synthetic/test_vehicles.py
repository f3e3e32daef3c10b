# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cars and lorries stand on their wheels and have a car's size."""

import numpy as np
import pytest

from anyview.data.synthetic.vehicles import any_vehicle, car, lorry

from .sound_worlds import assert_sound_mesh


@pytest.mark.parametrize(("maker", "longest", "tallest"), [(car, 6.2, 2.6), (lorry, 11.5, 3.6)])
def test_sizes(maker, longest, tallest):
    sizes = set()
    for seed in range(12):
        built = maker(np.random.default_rng(seed))
        assert_sound_mesh(built.mesh())
        low, high = built.bounds()
        length, width, height = high - low
        assert abs(low[2]) < 0.02
        assert 3.4 < length < longest
        assert 1.5 < width < 2.8
        assert 1.2 < height < tallest
        assert abs(low[1] + high[1]) < 0.05  # centred
        sizes.add(round(float(length), 2))
    assert len(sizes) > 8


def test_most_are_cars():
    lengths = [
        np.ptp(any_vehicle(np.random.default_rng(s)).mesh().vertices[:, 0]) for s in range(40)
    ]
    assert sum(length < 6.2 for length in lengths) > 30
