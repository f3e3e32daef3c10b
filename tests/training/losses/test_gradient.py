# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.training.losses.gradient import gradient_loss


def planted():
    g = torch.Generator().manual_seed(0)
    depth, truth, chance = torch.rand(3, 2, 9, 11, generator=g, dtype=torch.float64).unbind()
    valid = chance > 0.2
    return (0.5 + depth).requires_grad_(), torch.where(valid, 0.5 + truth, 0), valid


def loop(depth, truth, valid, scales, log_depth):
    total = 0.0
    take = math.log if log_depth else float
    for stride in (2**k for k in range(scales)):
        for down, right in ((0, stride), (stride, 0)):
            errors = []
            for image in range(2):
                for i in range(0, 9 - down, stride):
                    for j in range(0, 11 - right, stride):
                        a, b = (image, i, j), (image, i + down, j + right)
                        if valid[a] and valid[b]:
                            predicted = take(depth[b].item()) - take(depth[a].item())
                            true = take(truth[b].item()) - take(truth[a].item())
                            errors.append(abs(predicted - true))
            total += sum(errors) / max(len(errors), 1)
    return total


@pytest.mark.parametrize("log_depth", [False, True])
@pytest.mark.parametrize("scales", [1, 3, 5])  # at the last stride, 16, there is no step
def test_it_is_the_formula_and_its_gradient_is_right(log_depth, scales):
    depth, truth, valid = planted()
    loss = gradient_loss(depth, truth, valid, scales=scales, log_depth=log_depth)
    expected = loop(depth, truth, valid, scales, log_depth)
    assert loss.item() == pytest.approx(expected, rel=1e-12)
    assert torch.autograd.gradcheck(
        lambda d: gradient_loss(d, truth, valid, scales=scales, log_depth=log_depth),
        (depth,),
        fast_mode=True,
    )


def test_an_offset_costs_nothing_and_with_logarithms_a_factor():
    depth, _, valid = planted()
    assert gradient_loss(depth + 3, depth.detach(), valid) < 1e-12
    assert gradient_loss(depth * 3, depth.detach(), valid, log_depth=True) < 1e-12
    assert gradient_loss(depth * 3, depth.detach(), valid) > 0.1


def test_without_truth_it_is_zero():
    depth, truth, valid = planted()
    loss = gradient_loss(depth, truth * 0, torch.zeros_like(valid), log_depth=True)
    loss.backward()
    assert loss == 0
    assert not depth.grad.any()


def test_what_is_not_valid_does_not_matter():
    depth, truth, valid = planted()
    other = torch.where(valid, truth, -3)
    assert gradient_loss(depth, truth, valid) == gradient_loss(depth, other, valid)
