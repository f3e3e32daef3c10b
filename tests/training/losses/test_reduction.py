# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.training.losses.reduction import masked_mean, vector_length


def test_mean_over_a_mask_ignores_what_lies_outside():
    values = torch.tensor([1.0, math.nan, 3.0])
    assert masked_mean(values, torch.tensor([True, False, True])) == 2
    assert masked_mean(torch.tensor([1.0, 2.0])) == 1.5


def test_empty_mask_gives_zero_and_no_gradient():
    values = torch.ones(3, requires_grad=True)
    mean = masked_mean(values, torch.zeros(3, dtype=torch.bool))
    mean.backward()
    assert mean == 0
    assert values.grad.tolist() == [0, 0, 0]


@pytest.mark.parametrize(("norm", "expected"), [("l1", 7), ("l2", 5), ("squared", 25)])
def test_lengths(norm, expected):
    difference = torch.tensor([[3.0, -4.0], [0.0, 0.0]], dtype=torch.float64, requires_grad=True)
    length = vector_length(difference, norm)
    assert length.tolist() == [expected, 0]
    length.sum().backward()
    assert difference.grad.isfinite().all()
    assert difference.grad[1].tolist() == [0, 0]
