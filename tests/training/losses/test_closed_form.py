# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.training.losses.closed_form import (
    confidence_value,
    mean_weights,
    scalar_length_,
    vector_length_,
    weighted_sum,
    with_gradient,
)
from anyview.training.losses.reduction import vector_length


def test_gradient_is_handed_on_in_the_type_of_the_tensor():
    x = torch.ones(2, dtype=torch.bfloat16, requires_grad=True)
    y = torch.ones(3, requires_grad=True)
    known = (x, torch.tensor([1.0, 2.0])), (y, torch.tensor([3.0, 4.0, 5.0]))
    loss = with_gradient(torch.tensor(7.0), *known)
    assert loss == 7
    (2 * loss).backward()
    assert x.grad.dtype == torch.bfloat16
    assert x.grad.tolist() == [2, 4]
    assert y.grad.tolist() == [6, 8, 10]


def test_a_tensor_that_needs_no_gradient_gets_none():
    x, y = torch.ones(2), torch.ones(2, requires_grad=True)
    with_gradient(torch.tensor(0.0), (x, torch.ones(2)), (y, torch.ones(2))).backward()
    assert x.grad is None
    assert y.grad.tolist() == [1, 1]
    assert not with_gradient(torch.tensor(0.0), (x, torch.ones(2))).requires_grad


def test_it_cannot_be_differentiated_twice():
    x = torch.ones(2, requires_grad=True)
    loss = with_gradient(torch.tensor(1.0), (x, torch.ones(2)))
    (slope,) = torch.autograd.grad(loss, x, create_graph=True)
    assert not slope.requires_grad


@pytest.mark.parametrize("norm", ["l1", "l2", "squared"])
def test_lengths_and_their_slopes_agree_with_recorded_ones(norm):
    g = torch.Generator().manual_seed(0)
    difference = torch.randn(5, 3, generator=g, dtype=torch.float64)
    difference[2] = 0
    recorded = difference.clone().requires_grad_()
    expected = vector_length(recorded, norm)
    expected.sum().backward()
    length, slope = vector_length_(difference.clone(), norm)
    torch.testing.assert_close(length, expected.detach())
    torch.testing.assert_close(slope, recorded.grad)

    recorded = difference.clone().requires_grad_()
    expected = vector_length(recorded[..., None], norm)
    expected.sum().backward()
    length, slope = scalar_length_(difference.clone(), norm)
    torch.testing.assert_close(length, expected.detach())
    torch.testing.assert_close(slope, recorded.grad)


@pytest.mark.parametrize("detached", [False, True])
def test_confidence_value_and_slopes_against_recorded_ones(detached):
    g = torch.Generator().manual_seed(1)
    error, conf, weight = torch.rand(3, 4, 5, generator=g, dtype=torch.float64).unbind()
    error, conf = error.requires_grad_(), (1 + conf).requires_grad_()
    fixed = error.detach() if detached else error
    expected = (weight * (conf * fixed - 0.3 * conf.log() + (error if detached else 0))).sum()
    expected.backward()
    value, by_error, by_conf = confidence_value(
        error.detach(), conf.detach(), weight, log_weight=0.3, detached=detached
    )
    torch.testing.assert_close(value, expected.detach())
    torch.testing.assert_close(by_error, error.grad)
    torch.testing.assert_close(by_conf, conf.grad)


def test_the_best_confidence_is_log_weight_over_error():
    error, conf = torch.tensor([0.05]), torch.tensor([0.2 / 0.05])
    _, _, by_conf = confidence_value(error, conf, torch.ones(1), log_weight=0.2, detached=False)
    assert by_conf.abs().item() < 1e-7


def test_weights_of_a_mean():
    weights = mean_weights(torch.tensor([[True, False], [True, True]]), torch.float64)
    torch.testing.assert_close(weights * 3, torch.tensor([[1.0, 0], [1, 1]]).double())
    assert mean_weights(torch.zeros(3, dtype=torch.bool), torch.float32).tolist() == [0, 0, 0]
    assert weighted_sum(torch.tensor([[1.0, 2]]), torch.tensor([[3.0, 4]])) == 11
