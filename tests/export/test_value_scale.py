# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.export.value_scale import ValueScale, format_number, scale_for, shortest_number

KINDS = st.sampled_from(["log", "inverse", "linear"])
ENDS = st.tuples(st.floats(1e-3, 1e3), st.floats(1.02, 1e3)).map(lambda e: (e[0], e[0] * e[1]))


@settings(deadline=None, max_examples=80)
@given(kind=KINDS, ends=ENDS, flip=st.booleans(), position=st.floats(0, 1))
def test_value_undoes_positions(kind, ends, flip, position):
    scale = ValueScale(kind, *(ends[::-1] if flip else ends))
    value = scale.value(position)
    found = scale.positions(np.array([value, scale.start, scale.end], dtype=np.float32))
    assert found == pytest.approx([position, 0, 1], abs=2e-4)


@settings(deadline=None, max_examples=80)
@given(kind=KINDS, ends=ENDS, flip=st.booleans(), count=st.integers(2, 9))
def test_ticks_are_spread_in_order_and_say_the_value_where_they_are(kind, ends, flip, count):
    scale = ValueScale(kind, *(ends[::-1] if flip else ends))
    ticks = scale.ticks(count)
    positions = [position for position, _ in ticks]
    assert positions == sorted(positions)
    assert 0 <= positions[0] <= 0.3
    assert 0.7 <= positions[-1] <= 1
    assert len({label for _, label in ticks}) == len(ticks)
    step = 1 / (count - 1)
    for index, (position, _) in enumerate(ticks) if len(ticks) == count else ():
        assert abs(position - index * step) <= 0.26 * step
    for position, label in ticks:
        low, high = sorted(scale.value(min(max(position + d, 0.0), 1.0)) for d in (-0.02, 0.02))
        assert low * 0.999 <= float(label) <= high * 1.001


def test_ticks_of_usual_ranges_are_round_numbers():
    assert [label for _, label in ValueScale("log", 20.0, 0.5).ticks(6)] == [
        "20", "10", "5", "2", "1", "0.5",
    ]  # fmt: skip
    assert [label for _, label in ValueScale("linear", 1.0, 5.0).ticks(5)] == [
        "1",
        "2",
        "3",
        "4",
        "5",
    ]
    assert [label for _, label in ValueScale("inverse", 20.0, 2.0).ticks(5)] == [
        "20", "6", "4", "2.5", "2",
    ]  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(st.floats(1e-6, 1e6), st.floats(1, 3))
def test_shortest_number_lies_within_and_none_is_shorter(low, factor):
    high = low * factor
    number = shortest_number(low, high)
    assert low * (1 - 1e-8) <= number <= high * (1 + 1e-8)
    if factor >= 2:  # an interval this wide always has a number of one digit
        assert float(f"{number:.0e}") == pytest.approx(number)


def test_shortest_number_prefers_tens_then_fives_then_twos():
    assert shortest_number(8.0, 12.0) == 10
    assert shortest_number(4.2, 7.0) == 5
    assert shortest_number(1.2, 4.9) == 2
    assert shortest_number(0.31, 0.39) == 0.35
    assert shortest_number(3.14, 3.14) == pytest.approx(3.14)


def test_scale_leaves_out_the_same_share_at_each_end():
    values = np.random.default_rng(0).permutation(np.arange(1, 1002)).astype(np.float32)
    scale = scale_for(values, "linear", small_is_high=False)
    assert (scale.start, scale.end) == (21, 981)
    flipped = scale_for(values, "linear", small_is_high=True)
    assert (flipped.start, flipped.end) == (981, 21)


def test_one_outlier_does_not_move_the_scale():
    values = np.linspace(1, 2, 1000, dtype=np.float32)
    values[0] = 1e9
    assert scale_for(values, "log", small_is_high=False).end < 2


@pytest.mark.parametrize("kind", ["log", "inverse", "linear"])
@pytest.mark.parametrize("values", [[3.0], [3.0] * 50, []])
def test_constant_and_absent_values_still_give_a_scale(kind, values):
    scale = scale_for(np.array(values, dtype=np.float32), kind, small_is_high=True)
    assert scale.start > scale.end > 0
    assert len(scale.ticks(4)) >= 2
    if values:
        middle = scale.positions(np.array([3.0], dtype=np.float32))[0]
        assert middle == pytest.approx(0.5, abs=0.05)


def test_a_floor_is_the_end_of_the_scale():
    values = np.full(9, 1.001, dtype=np.float32)
    assert scale_for(values, "log", small_is_high=False, floor=1.0).start == 1.0
    assert scale_for(values, "log", small_is_high=False).start < 1.0


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.5, "0.5"),
        (20.0, "20"),
        (1.004, "1.004"),
        (0.00012, "0.00012"),
        (1e7, "1e+07"),
        (0.0, "0"),
    ],
)
def test_numbers_are_short(number, text):
    assert format_number(number) == text
