# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import OptionError
from anyview.data.batch_plan import (
    PAPER_SIZES,
    BudgetOptions,
    batch_shapes,
    scaled_sizes,
)


@given(
    budget=st.integers(6_000, 200_000),
    least=st.integers(1, 2),
    most=st.integers(2, 18),
)
@settings(max_examples=50, deadline=None)
def test_batches_fill_more_than_half_of_the_budget_and_never_break_it(budget, least, most):
    options = BudgetOptions(max_tokens=budget, min_views=least, max_views=most)
    for _, plan in batch_shapes(options):
        assert budget / 2 < plan.num_tokens <= budget
        assert least <= plan.views <= most


def test_sizes_come_evenly_and_views_evenly_in_each():
    shapes = batch_shapes()
    assert sum(share for share, _ in shapes) == pytest.approx(1)
    for size in PAPER_SIZES:
        shares = [share for share, p in shapes if (p.height, p.width) == size]
        assert sum(shares) == pytest.approx(1 / len(PAPER_SIZES))
        assert len(set(shares)) == 1
    square = [p.views for _, p in shapes if (p.height, p.width) == (504, 504)]
    assert square == list(range(2, 19))
    # With a budget of many large scenes the tokens of batches are about constant.
    options = BudgetOptions(max_tokens=1_500_000)
    assert min(p.num_tokens for _, p in batch_shapes(options)) > 0.97 * 1_500_000


def test_processes_get_equally_many_scenes():
    options = BudgetOptions(max_tokens=8 * 18 * 36 * 36)
    shapes = batch_shapes(options, 8)
    assert all(p.scenes % 8 == 0 and p.scenes for _, p in shapes)
    assert max(p.num_tokens for _, p in shapes) <= options.max_tokens
    with pytest.raises(OptionError, match="does not hold 8 scenes of 2 views of 504 x 504"):
        batch_shapes(BudgetOptions(max_tokens=8 * 36 * 36), 8)


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
