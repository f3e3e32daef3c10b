# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Schedules are continuous, bounded and end where they should."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import OptionError
from anyview.training.schedule import (
    ScheduleConfig,
    learning_rate_factor,
    warmup_constant_cosine,
    warmup_cosine,
)


@settings(deadline=None, max_examples=40)
@given(
    num_steps=st.integers(1, 300),
    warmup=st.floats(0, 0.5),
    constant=st.floats(0, 0.5),
    floor=st.floats(0, 1),
)
def test_rises_stays_and_falls_to_the_floor(num_steps, warmup, constant, floor):
    until = warmup + constant
    factors = [
        warmup_constant_cosine(s, num_steps, warmup=warmup, constant_until=until, floor=floor)
        for s in range(num_steps)
    ]
    assert all(0 < f <= 1 or f == floor for f in factors)
    rising, falling = round(warmup * num_steps), round(until * num_steps)
    assert all(a < b for a, b in itertools.pairwise(factors[:rising]))
    assert all(f == 1 for f in factors[rising:falling])
    assert all(a >= b for a, b in itertools.pairwise(factors[falling:]))
    if falling < num_steps:
        assert factors[-1] == pytest.approx(floor)


def test_known_values():
    factors = [warmup_cosine(s, 11, warmup=0.2, floor=0.1) for s in range(12)]
    assert factors[:3] == [0.5, 1.0, 1.0]
    assert factors[6] == pytest.approx(0.55)  # the middle of the fall
    assert factors[10] == factors[11] == pytest.approx(0.1)
    assert warmup_constant_cosine(49, 100, warmup=0.0, constant_until=0.5) == 1.0


def test_the_config_chooses():
    constant = ScheduleConfig(warmup=0.0, constant_until=0.5, floor=0.0)
    cosine = ScheduleConfig(kind="cosine", warmup=0.0, floor=0.0)
    assert learning_rate_factor(constant, 30, 101) == 1.0
    assert learning_rate_factor(cosine, 50, 101) == pytest.approx(0.5)


def test_what_is_refused():
    with pytest.raises(OptionError, match="0 to 1"):
        ScheduleConfig(warmup=1.5)
    with pytest.raises(OptionError, match="cannot fall before"):
        ScheduleConfig(warmup=0.5, constant_until=0.2)
    linear = ScheduleConfig()
    object.__setattr__(linear, "kind", "linear")  # past the checks of types that tests run with
    with pytest.raises(OptionError, match="accepted: 'constant_cosine', 'cosine'"):
        linear.__post_init__()
    with pytest.raises(ValueError, match="first step is 0"):
        warmup_cosine(-1, 10, warmup=0.1)
