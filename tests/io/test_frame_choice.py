# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import OptionError
from anyview.io.frame_choice import DEFAULT_COUNT, FrameChoice


def evenly(count, fps=30.0):
    return [i / fps for i in range(count)]


@settings(deadline=None, max_examples=100)
@given(st.integers(1, 400), st.integers(1, 60))
def test_count_is_exact_and_evenly_spread(total, count):
    chosen = FrameChoice(count=count).indices(evenly(total))
    assert len(chosen) == min(count, total)
    assert chosen == sorted(set(chosen))
    assert chosen[0] >= 0
    assert chosen[-1] < total
    # The margins before the first and after the last, and all gaps, agree to one frame.
    gaps = [b - a for a, b in itertools.pairwise(chosen)]
    assert not gaps or max(gaps) - min(gaps) <= 1
    assert abs(chosen[0] - (total - 1 - chosen[-1])) <= 1


def test_count_examples():
    assert FrameChoice(count=1).indices(evenly(9)) == [4]
    assert FrameChoice(count=3).indices(evenly(9)) == [1, 4, 7]
    assert FrameChoice(count=9).indices(evenly(9)) == list(range(9))
    assert len(FrameChoice().indices(evenly(175))) == DEFAULT_COUNT == 16


def test_every():
    assert FrameChoice(every=4).indices(evenly(10)) == [0, 4, 8]
    assert FrameChoice(every=100).indices(evenly(10)) == [0]


@pytest.mark.parametrize("rate", [24.0, 29.97, 30.0, 59.94])
def test_fps_keeps_its_pace(rate):
    chosen = FrameChoice(fps=2.0).indices(evenly(600, rate))
    assert chosen[0] == 0
    assert len(chosen) == pytest.approx(600 / rate * 2, abs=1)
    times = [i / rate for i in chosen]
    for number, time in enumerate(times):
        assert number / 2 - 0.01 <= time <= number / 2 + 1 / rate + 0.01


@pytest.mark.parametrize("fps", [10.0, 25.0, 1000.0])
def test_fps_at_or_above_the_videos_takes_every_frame_once(fps):
    # Millisecond time stamps, as Matroska has them, must not lose a frame.
    times = [round(i / 10, 3) for i in range(50)]
    assert FrameChoice(fps=fps).indices(times) == list(range(50))


def test_fps_with_a_pause():
    assert FrameChoice(fps=1.0).indices([5.0, 5.5, 6.1, 9.9, 10.0, 10.2]) == [0, 2, 3, 4]


def test_fps_below_one():
    assert FrameChoice(fps=0.1).indices(evenly(300, 10)) == [0, 100, 200]


@pytest.mark.parametrize(
    "values", [{"fps": 0.0}, {"count": 0}, {"every": -1}, {"fps": float("nan")}]
)
def test_values_must_be_positive(values):
    (name,) = values
    with pytest.raises(OptionError, match=f"by {name}: it must be positive"):
        FrameChoice(**values)


def test_one_way_at_a_time():
    with pytest.raises(OptionError, match="got fps and every"):
        FrameChoice(fps=1.0, every=2)
