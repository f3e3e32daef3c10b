# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Axes are monotone and their ticks round."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.training.axis import Axis, axis_for


def test_pixels():
    linear = Axis(0.0, 10.0, 100, 200, log=False)
    assert [linear.pixel(v) for v in (0.0, 5.0, 10.0, 99.0)] == [100, 150, 200, 200]
    falling = Axis(1.0, 100.0, 300, 100, log=True)
    assert [falling.pixel(v) for v in (1.0, 10.0, 100.0, 0.001)] == [300, 200, 100, 300]


def test_ticks():
    assert Axis(0.0, 1000.0, 0, 1, log=False).ticks(6) == [0, 200, 400, 600, 800, 1000]
    assert Axis(0.13, 0.61, 0, 1, log=False).ticks(6) == pytest.approx([0.2, 0.3, 0.4, 0.5, 0.6])
    assert Axis(0.5, 60.0, 0, 1, log=True).ticks(7) == pytest.approx([0.5, 1, 2, 5, 10, 20, 50])
    assert Axis(1e-6, 10.0, 0, 1, log=True).ticks(8) == pytest.approx(
        [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10]
    )


@settings(deadline=None, max_examples=60)
@given(
    low=st.floats(-1e6, 1e6, allow_nan=False),
    span=st.floats(1e-3, 1e6),
    count=st.integers(3, 9),
)
def test_ticks_are_few_ascending_and_on_the_axis(low, span, count):
    axis = Axis(low, low + span, 0, 500, log=False)
    ticks = axis.ticks(count)
    assert 1 <= len(ticks) <= count + 1
    assert all(a < b for a, b in itertools.pairwise(ticks))
    assert all(low - 1e-6 * span <= t <= low + span * (1 + 1e-6) for t in ticks)


def test_the_kind_follows_the_values():
    assert not axis_for(np.array([1.0, 5.0]), first=0, last=9, log=None).log
    assert axis_for(np.array([0.01, 5.0]), first=0, last=9, log=None).log
    assert not axis_for(np.array([-1.0, 500.0]), first=0, last=9, log=None).log
    one = axis_for(np.array([0.0]), first=0, last=9, log=None)
    assert one.low < 0 < one.high
    exact = axis_for(np.array([0.0, 70.0]), first=0, last=9, log=False)
    assert (exact.low, exact.high) == (0.0, 70.0)
    assert axis_for(np.array([0.1, 1.5]), first=0, last=9, log=None).low > 0.0
    assert axis_for(np.array([0.02, 1.0, -0.0]), first=0, last=9, log=None).low == 0.0
