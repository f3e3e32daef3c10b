# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.evaluation.benchmark.confidence_scores import STEPS, error_kept, score_confidence


def test_confidence_in_the_order_of_the_errors_is_the_oracle():
    error = torch.rand(1000, generator=torch.Generator().manual_seed(0)) + 0.01
    scores = score_confidence([(1 / error, error)])
    assert scores.numbers["confidence/ause"] == pytest.approx(0, abs=1e-9)
    assert scores.numbers["confidence/gain"] == pytest.approx(
        scores.numbers["confidence/oracle_gain"]
    )
    assert scores.numbers["confidence/gain"] > 0.3
    assert len(scores.curves["confidence/error_kept"]) == STEPS


def test_misleading_confidence_costs():
    error = torch.rand(1000, generator=torch.Generator().manual_seed(1)) + 0.01
    numbers = score_confidence([(error, error)]).numbers
    assert numbers["confidence/gain"] < -0.2
    assert numbers["confidence/ause"] > 0.5


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_constant_confidence_says_nothing(seed):
    error = torch.rand(300, generator=torch.Generator().manual_seed(seed)) + 0.01
    torch.testing.assert_close(
        error_kept(torch.ones(300), error), torch.ones(STEPS, dtype=torch.float64)
    )


def test_the_curve_is_the_mean_of_the_surest():
    conf = torch.arange(100.0).flip(0)
    error = torch.arange(100.0)
    kept = error_kept(conf, error)
    assert float(kept[0]) == pytest.approx(1)
    assert float(kept[10]) == pytest.approx(float(error[:50].mean() / error.mean()))


def test_few_pixels_and_exact_answers_have_no_curve():
    assert not score_confidence([(torch.ones(50), torch.ones(50))]).numbers
    assert not score_confidence([(torch.ones(500), torch.zeros(500))]).numbers
    assert not score_confidence([]).numbers
