# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The kernels under the fits of ``scale_align``, whose tests cover the behaviour."""

import pytest
import torch

from anyview.geometry.scale_solvers import (
    ScaleFailure,
    find_agreeing_pixels,
    solve_scale,
    solve_scale_shift,
)

EPS = torch.finfo(torch.float32).eps


def values(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_every_failure_has_its_own_sentence():
    sentences = [code.explain() for code in ScaleFailure]
    assert ScaleFailure.NONE.explain() == ""
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("solve", [solve_scale, solve_scale_shift])
def test_batches_equal_a_loop(solve):
    x, y, w = (values(6, 5, seed=i) for i in range(3))
    scale, shift, failure = solve(x, x + 0.1 * y, w, EPS)
    for i in range(6):
        one = solve(x[i], x[i] + 0.1 * y[i], w[i], EPS)
        torch.testing.assert_close((scale[i], shift[i], failure[i]), one)


def test_a_large_mean_costs_no_digits():
    x = 1e6 + values(50)
    scale, shift, failure = solve_scale_shift(x, 3 * x - 2, torch.ones(50).double(), 1e-16)
    assert failure == ScaleFailure.NONE
    torch.testing.assert_close(scale.item(), 3.0, rtol=1e-9, atol=0)
    torch.testing.assert_close(shift.item(), -2.0, rtol=0, atol=3e-3)


def test_relief_within_rounding_is_constant():
    x = 5 + 1e-7 * values(50)
    ones = torch.ones(50, dtype=torch.float64)
    assert solve_scale_shift(x, x, ones, EPS)[2] == ScaleFailure.CONSTANT
    assert solve_scale_shift(x, x, ones, 1e-16)[2] == ScaleFailure.NONE


def test_pixels_that_agree_keep_their_weight():
    x, w = 1 + values(400), 0.5 + values(400, seed=1)
    y = 2 * x + 1
    y[:150] = 9 * values(150, seed=2)
    w[150:160] = 0
    found = find_agreeing_pixels(
        (x, y, w, EPS), solve_scale_shift, 2, None, torch.Generator().manual_seed(0)
    )
    assert (found[:150] > 0).sum() <= 1  # one may lie on the line by chance
    assert (found[150:160] == 0).all()
    torch.testing.assert_close(found[160:], w[160:], rtol=0.01, atol=0)


def test_without_a_usable_sample_all_weights_come_back():
    x, w = torch.full((20,), 2.0).double(), values(20)
    found = find_agreeing_pixels(
        (x, values(20), w, EPS), solve_scale_shift, 2, None, torch.Generator().manual_seed(0)
    )
    assert torch.equal(found, w)
