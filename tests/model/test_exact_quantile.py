# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.model.exact_quantile import _by_selection, _by_sorting, exact_quantile

FLOATS = st.floats(-1e6, 1e6, width=32)


@settings(deadline=None, max_examples=60)
@given(st.lists(FLOATS, min_size=1, max_size=40), st.floats(0, 1))
def test_agrees_with_numpy(values: list[float], q: float) -> None:
    expected = np.quantile(np.asarray(values, dtype=np.float32).astype(np.float64), q)
    found = exact_quantile(torch.tensor(values, dtype=torch.float32), q)
    # Between two values of unequal size the error is that of the larger one.
    atol = 1e-6 * max(1.0, *(abs(v) for v in values))
    torch.testing.assert_close(found.double().item(), float(expected), rtol=1e-5, atol=atol)


@pytest.mark.parametrize("q", [0.0, 0.5, 0.99, 1.0])
def test_agrees_with_torch(q: float) -> None:
    values = torch.randn(5001, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(exact_quantile(values, q), torch.quantile(values, q))


def test_works_above_the_limit_of_torch() -> None:
    count = 2**24 + 2
    values = torch.arange(count, dtype=torch.float64).flip(0).float()
    with pytest.raises(RuntimeError, match="too large"):
        torch.quantile(values, 0.5)
    assert exact_quantile(values, 0.5).item() == pytest.approx((count - 1) / 2, abs=1.0)


def test_same_twice_and_input_unchanged() -> None:
    values = torch.rand(200_001, generator=torch.Generator().manual_seed(1))
    before = values.clone()
    assert torch.equal(exact_quantile(values, 0.99), exact_quantile(values, 0.99))
    assert torch.equal(values, before)


def test_both_ways_to_find_a_rank_agree() -> None:
    values = torch.rand(501, generator=torch.Generator().manual_seed(2)).round(decimals=2)
    for low, high in ((0, 0), (0, 1), (249, 250), (499, 500), (500, 500)):
        for found in (_by_selection(values, low, high), _by_sorting(values, low, high)):
            assert [v.item() for v in found] == [sorted(values.tolist())[i] for i in (low, high)]


def test_bad_input() -> None:
    with pytest.raises(ValueError, match="no values"):
        exact_quantile(torch.zeros(0), 0.5)
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        exact_quantile(torch.zeros(3), 1.5)
