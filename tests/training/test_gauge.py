# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.training.gauge import fixed_scale_and_shift, without_scale_and_shift


def _case() -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    depth = torch.rand(3, 4, 5, generator=generator, dtype=torch.float64) + 1
    valid = torch.rand(3, 4, 5, generator=generator) > 0.3
    gradient = torch.randn(3, 4, 5, generator=generator, dtype=torch.float64) * valid
    return gradient, depth, valid


def test_what_is_left_is_the_gradient_through_a_least_squares_fit():
    """Where the prediction is right but for scale and shift, to be exact."""
    gradient, depth, valid = _case()
    left = without_scale_and_shift(gradient, depth, valid)
    moving = depth.clone().requires_grad_(True)
    loss = torch.zeros((), dtype=torch.float64)
    for d, target, g, v in zip(moving, depth, gradient, valid, strict=True):
        columns = torch.stack((d[v], torch.ones_like(d[v])), dim=-1)
        solution = torch.linalg.solve(columns.T @ columns, columns.T @ target[v])
        loss = loss + (g[v] * (columns @ solution)).sum()
    (through_fit,) = torch.autograd.grad(loss, moving)
    torch.testing.assert_close(through_fit, left)


def test_the_values_stay_and_the_rest_of_the_gradient_too():
    gradient, depth, valid = _case()
    leaf = depth.clone().requires_grad_(True)
    same = fixed_scale_and_shift(leaf, valid)
    assert torch.equal(same.detach(), depth)
    (found,) = torch.autograd.grad((same * gradient).sum(), leaf)
    torch.testing.assert_close(found, without_scale_and_shift(gradient, depth, valid))
    assert bool((found[~valid] == 0).all())
    torch.testing.assert_close(without_scale_and_shift(found, depth, valid), found)


def test_constant_depth_and_images_without_truth_give_finite_gradients():
    gradient, depth, valid = _case()
    constant = torch.ones_like(depth)
    left = without_scale_and_shift(gradient, constant, valid)
    torch.testing.assert_close((left * valid).sum((1, 2)), torch.zeros(3, dtype=torch.float64))
    nothing = without_scale_and_shift(torch.zeros_like(depth), depth, torch.zeros_like(valid))
    assert bool((nothing == 0).all())
