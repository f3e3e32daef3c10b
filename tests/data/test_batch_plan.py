# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import OptionError
from anyview.data.batch_plan import (
    PAPER_SIZES,
    BudgetOptions,
    plan_batch,
    plan_batches,
    scaled_sizes,
)


@given(
    seed=st.integers(0, 2**40),
    budget=st.integers(6_000, 200_000),
    least=st.integers(1, 2),
    most=st.integers(2, 18),
)
@settings(max_examples=50, deadline=None)
def test_batches_fill_more_than_half_of_the_budget_and_never_break_it(seed, budget, least, most):
    options = BudgetOptions(max_tokens=budget, min_views=least, max_views=most)
    for plan in plan_batches(seed, range(20), options):
        assert budget / 2 < plan.num_tokens <= budget
        assert least <= plan.views <= most
        assert (plan.height, plan.width) in PAPER_SIZES


def test_views_and_sizes_are_drawn_evenly_and_by_step_alone():
    plans = plan_batches(3, range(1200))
    assert plans[1000] == plan_batch(3, 1000)
    assert plans[:50] != plan_batches(4, range(50))
    square = [p.views for p in plans if (p.height, p.width) == (504, 504)]
    assert set(square) == set(range(2, 19))
    counts = np.bincount(square)[2:]
    assert counts.max() < 6 * counts.min()
    sizes = [(p.height, p.width) for p in plans]
    assert min(sizes.count(size) for size in PAPER_SIZES) > 1200 / 8 * 0.7
    # With a budget of several large scenes the tokens of batches are about constant.
    tokens = [p.num_tokens for p in plan_batches(0, range(200), BudgetOptions(max_tokens=150_000))]
    assert np.mean(tokens) > 0.9 * 150_000


def test_smaller_sides_keep_the_shapes():
    assert scaled_sizes(504) == PAPER_SIZES
    small = scaled_sizes(168)
    assert small[0] == (168, 168)
    assert all(h % 14 == 0 and w % 14 == 0 for h, w in small)
    with pytest.raises(OptionError, match="multiple of 14"):
        scaled_sizes(100)


def test_impossible_budgets_are_refused():
    with pytest.raises(OptionError, match="multiples of 14"):
        BudgetOptions(sizes=((100, 98),))
    with pytest.raises(OptionError, match="raise it or leave that size out"):
        BudgetOptions(max_tokens=1000)
    with pytest.raises(OptionError, match="min_views"):
        BudgetOptions(min_views=5, max_views=4)
    with pytest.raises(OptionError, match="sizes is empty"):
        BudgetOptions(sizes=())
