# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import math

import numpy as np
import pytest
import scipy.stats

from anyview.evaluation.benchmark.bootstrap import bootstrap_mean


@pytest.mark.parametrize("count", [12, 60])
def test_it_agrees_with_scipy(count):
    values = np.random.default_rng(count).gamma(2.0, size=count)
    ours = bootstrap_mean(values.tolist(), draws=20_000)
    theirs = scipy.stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=0
    ).confidence_interval
    width = theirs.high - theirs.low
    assert ours.mean == pytest.approx(values.mean())
    assert ours.low == pytest.approx(theirs.low, abs=0.03 * width)
    assert ours.high == pytest.approx(theirs.high, abs=0.03 * width)


def test_the_seed_decides():
    values = [0.1, 0.5, 0.2, 0.9, 0.4]
    assert bootstrap_mean(values, seed=1) == bootstrap_mean(values, seed=1)
    assert bootstrap_mean(values, seed=1) != bootstrap_mean(values, seed=2)


def test_it_shifts_and_scales_with_the_values():
    values = [0.1, 0.5, 0.2, 0.9, 0.4]
    plain, moved = bootstrap_mean(values), bootstrap_mean([3 - 2 * v for v in values])
    assert moved.mean == pytest.approx(3 - 2 * plain.mean)
    # The same draws, turned round.
    assert (moved.low, moved.high) == pytest.approx((3 - 2 * plain.high, 3 - 2 * plain.low))


def test_few_values_have_no_interval():
    none, one = bootstrap_mean([]), bootstrap_mean([2.0])
    assert none.count == 0
    assert math.isnan(none.mean)
    assert one.mean == 2.0
    assert math.isnan(one.low)
    assert not one.is_decided


def test_what_is_decided():
    assert bootstrap_mean([0.2, 0.3, 0.25]).is_decided
    assert bootstrap_mean([-0.2, -0.3, -0.25]).is_decided
    assert not bootstrap_mean([-0.2, 0.3, -0.25, 0.1]).is_decided
