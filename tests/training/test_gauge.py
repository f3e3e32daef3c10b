# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.training.gauge import MOST_WEIGHT, steadied, steady


def _case() -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(0)
    depth = torch.rand(3, 8, 10, generator=generator, dtype=torch.float64) + 1
    valid = torch.rand(3, 8, 10, generator=generator) > 0.3
    gradient = torch.randn(3, 8, 10, generator=generator, dtype=torch.float64) * valid
    return gradient / valid.sum(), depth, valid


def test_the_loss_that_a_scale_does_not_change_keeps_its_gradient():
    """Of log depth less its mean, one that no pixel dominates: nothing is bounded or taken off."""
    target, depth, valid = _case()
    leaf = depth.clone().requires_grad_(True)

    def loss(values: torch.Tensor) -> torch.Tensor:
        total = torch.zeros((), dtype=torch.float64)
        for d, t, v in zip(values.log(), target * valid.sum(), valid, strict=True):
            total = total + (d[v] - d[v].mean() - t[v]).square().sum() / valid.sum()
        return total

    (own,) = torch.autograd.grad(loss(leaf), leaf)
    (found,) = torch.autograd.grad(loss(steady(leaf, valid)), leaf)
    torch.testing.assert_close(found, own)


def test_no_step_is_taken_along_the_scale():
    gradient, depth, valid = _case()
    by_log = steadied(gradient, depth, valid) * depth
    torch.testing.assert_close(by_log.sum((1, 2)), torch.zeros(3, dtype=torch.float64))
    assert bool((by_log[~valid] == 0).all())
    left = (gradient * depth - by_log)[valid].view(-1)
    assert len(left.round(decimals=12).unique()) == 3, "one number an image was taken off"


def test_a_pixel_that_is_a_thousand_times_too_far_counts_as_ten():
    gradient, depth, valid = _case()
    place = tuple(valid.nonzero()[5].tolist())
    depth[place] *= 1000
    gradient[place] = 1000 / valid.sum()
    by_log = steadied(gradient, depth, valid) * depth
    assert 0.9 * MOST_WEIGHT < float(by_log[place] * valid.sum()) <= MOST_WEIGHT
    gradient[place] = torch.inf
    depth[place] = 0.0
    assert bool(steadied(gradient, depth, valid).isfinite().all())


def test_the_values_stay_and_images_without_truth_get_nothing():
    gradient, depth, valid = _case()
    valid[1] = False
    leaf = depth.clone().requires_grad_(True)
    same = steady(leaf, valid)
    assert torch.equal(same.detach(), depth)
    (found,) = torch.autograd.grad((same * gradient * valid).sum(), leaf)
    torch.testing.assert_close(found, steadied(gradient * valid, depth, valid))
    assert bool((found[1] == 0).all())
