# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Rates from a clock that tests turn by hand; arithmetic counted against a formula."""

import pytest
import torch
from torch import nn

from anyview.training.efficiency import (
    EfficiencyMeter,
    count_flops,
    format_duration,
    matrix_rate,
    seconds_left,
)


class HandClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_rates_and_waiting():
    clock = HandClock()
    meter = EfficiencyMeter(peak_flops=1e12, clock=clock)
    for _ in range(2):
        clock.now += 1.0
        meter.data_arrived()
        clock.now += 3.0
        meter.step_done(16, flops=1e12)
    clock.now += 50.0  # a validation, after the last step: not counted
    assert meter.read() == pytest.approx(
        {
            "steps_per_s": 0.25,
            "views_per_s": 4.0,
            "data_wait": 0.25,
            "gflops_per_s": 250.0,
            "of_peak": 0.25,
        }
    )
    assert meter.read() == {}
    clock.now += 2.0
    meter.step_done(8)
    assert meter.read() == pytest.approx({"steps_per_s": 0.5, "views_per_s": 4.0, "data_wait": 0.0})


def test_pauses_are_left_out():
    clock = HandClock()
    meter = EfficiencyMeter(clock=clock)
    clock.now += 100.0
    meter.restart()
    clock.now += 1.0
    meter.step_done(4)
    assert meter.read()["views_per_s"] == pytest.approx(4.0)


def test_operations_of_a_linear_layer():
    layer, x = nn.Linear(32, 16, bias=False), torch.ones(8, 32)
    forward = 2 * 8 * 32 * 16
    assert count_flops(lambda: layer(x)) == forward
    # Backward: only the weight needs a gradient here, one more product of that size.
    assert count_flops(lambda: layer(x).sum().backward()) == 2 * forward


def test_the_rate_of_this_machine_is_possible():
    rate = matrix_rate(torch.device("cpu"), seconds=0.0)
    assert 1e8 < rate < 1e14


def test_time_left():
    assert seconds_left(100, 4.0) == 25.0
    assert seconds_left(100, 0.0) == float("inf")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (12.4, "12 s"),
        (100.0, "2 min"),
        (3 * 3600 + 301.0, "3 h 05 min"),
        (52 * 3600.0, "2 d 4 h"),
        (float("inf"), "?"),
        (float("nan"), "?"),
    ],
)
def test_durations(seconds, text):
    assert format_duration(seconds) == text
