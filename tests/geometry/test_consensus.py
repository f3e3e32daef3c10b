# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import OptionError
from anyview.geometry.consensus import (
    bisquare_weights,
    check_threshold,
    draw_samples,
    flatten_batch,
    mark_failure,
    masked_median,
    nonzero,
    pick_subset,
    seeded_generator,
    truncated_loss,
)


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9), bits=st.integers(0, 2**9 - 1))
@settings(deadline=None, max_examples=30)
def test_masked_median_is_numpys_median_of_the_rest(values, bits):
    mask = torch.tensor([bool(bits >> i & 1) for i in range(len(values))])
    tensor = torch.tensor(values, dtype=torch.float64)
    hidden = torch.where(mask, tensor, torch.nan)  # what is masked must not matter
    result = masked_median(hidden, mask).item()
    if mask.any():
        assert result == np.median(tensor[mask].numpy())
    else:
        assert math.isnan(result)


def test_masked_median_over_batches_and_of_nothing():
    values = torch.arange(12.0).reshape(1, 2, 6)
    assert masked_median(values, torch.ones_like(values, dtype=torch.bool)).tolist() == [[2.5, 8.5]]
    assert masked_median(torch.zeros(2, 0), torch.zeros(2, 0, dtype=torch.bool)).isnan().all()


def test_draws_repeat_for_a_seed_and_follow_the_weights():
    weights = torch.tensor([0.0, 1.0, 3.0])
    draws = draw_samples(weights, 4000, 2, seeded_generator(torch.device("cpu")))
    assert draws.shape == (4000, 2)
    assert torch.equal(draws, draw_samples(weights, 4000, 2, seeded_generator(torch.device("cpu"))))
    counts = draws.flatten().bincount(minlength=3)
    assert counts[0] == 0
    assert abs(counts[2].item() / 8000 - 0.75) < 0.03


def test_a_subset_holds_each_item_once():
    generator = torch.Generator().manual_seed(0)
    assert pick_subset(10, 10, generator) is None
    subset = pick_subset(100, 10, generator)
    assert len(set(subset.tolist())) == 10
    assert max(subset.tolist()) < 100


def test_bisquare_weights():
    residuals = torch.tensor([[0.0, -1.0, 2.0, 5.0, math.inf]])
    weights = bisquare_weights(residuals, torch.tensor([2.0]))
    torch.testing.assert_close(weights, torch.tensor([[1.0, 0.5625, 0.0, 0.0, 0.0]]))


def test_truncated_loss():
    residuals, weights = torch.tensor([[1.0, -10.0, 2.0]]), torch.tensor([2.0, 1.0, 1.0])
    loss = truncated_loss(residuals, weights, torch.tensor(3.0))
    torch.testing.assert_close(loss, torch.tensor([(2 * 1 + 9 + 4) / 4]))


@pytest.mark.parametrize("threshold", [0.0, -1.0, math.nan, math.inf])
def test_a_threshold_is_positive(threshold):
    with pytest.raises(OptionError, match="positive finite number"):
        check_threshold(threshold)


def test_good_thresholds_pass():
    check_threshold(None)
    check_threshold(1e-9)


def test_the_first_failure_stays():
    failure = torch.tensor([0, 0, 3])
    marked = mark_failure(failure, torch.tensor([False, True, True]), 5)
    assert marked.tolist() == [0, 5, 3]
    assert failure.tolist() == [0, 0, 3]


def test_nonzero_replaces_zeros_only():
    assert nonzero(torch.tensor([0.0, -0.0, 2.0, -1e-30])).tolist()[:3] == [1.0, 1.0, 2.0]
    assert nonzero(torch.tensor([-1e-30])).item() < 0


@pytest.mark.parametrize("batch", [(), (2,), (1, 2), (0,)])
@pytest.mark.parametrize("item", [(3,), (0,), (5, 3), (0, 3)])
def test_batch_axes_become_one(batch, item):
    flat = flatten_batch(torch.zeros(*batch, *item), len(item))
    assert flat.shape == (math.prod(batch), *item)
