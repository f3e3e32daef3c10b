# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.training.losses.alignment import align_affine


def cost(s, t, x, y, w, limit):
    return sum(min(limit, b * abs(s * a + t - c)) for a, c, b in zip(x, y, w, strict=True))


def weighted_median(values, weights):
    """The smallest value at which half of the weight is reached."""
    total, seen = sum(weights), 0.0
    for value, weight in sorted(zip(values, weights, strict=True)):
        seen += weight
        if seen >= total / 2:
            return value
    raise AssertionError


def problem(seed, points=7):
    g = torch.Generator().manual_seed(seed)
    x, noise, w = torch.rand(3, 2, points, generator=g, dtype=torch.float64)
    y = 2 * x + 0.5 + 0.3 * noise
    y[:, 0] += 1  # an outlier
    return x, y, w


@given(seed=st.integers(0, 10**6), limit=st.sampled_from([0.05, 0.3, math.inf]))
@settings(deadline=None, max_examples=10)
def test_no_other_line_is_better(seed, limit):
    """Neither a line of a grid, nor the best shift for the scale, nor the other way round."""
    x, y, w = problem(seed)
    fit = align_affine(x, y, w, limit=limit)
    assert fit.ok.all()
    for k in range(2):
        values = x[k].tolist(), y[k].tolist(), w[k].tolist()
        best = cost(fit.scale[k].item(), fit.shift[k].item(), *values, limit)
        through_two = lines_through_two(*values[:2])
        rising = min(cost(s, t, *values, limit) for s, t in through_two if s > 0)
        assert best == pytest.approx(rising, abs=1e-12)
        if rising > min(cost(s, t, *values, limit) for s, t in through_two):
            continue  # the best of all lines falls: nothing more is promised
        for s in range(-20, 60, 2):
            for t in range(-20, 60, 2):
                assert best <= cost(s / 10, t / 10, *values, limit) + 1e-12
        if limit == math.inf:
            check_coordinates(fit.scale[k].item(), fit.shift[k].item(), best, *values)


def lines_through_two(x, y):
    """Scale and shift of all lines through two points."""
    lines = []
    for i in range(len(x)):
        for k in range(i):
            s = (y[i] - y[k]) / (x[i] - x[k])
            lines.append((s, y[i] - s * x[i]))
    return lines


def check_coordinates(s, t, best, x, y, w):
    """Given the scale the best shift is a weighted median, and likewise the other way round."""
    shift = weighted_median([c - s * a for a, c in zip(x, y, strict=True)], w)
    assert best <= cost(s, shift, x, y, w, math.inf) + 1e-12
    slopes = [(c - t) / a for a, c in zip(x, y, strict=True)]
    scale = weighted_median(slopes, [b * a for a, b in zip(x, w, strict=True)])
    assert best <= cost(scale, t, x, y, w, math.inf) + 1e-12


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_planted_line_is_found_under_outliers(dtype):
    g = torch.Generator().manual_seed(0)
    source = torch.rand(5, 30, generator=g, dtype=dtype)
    target = 1.7 * source + 0.4
    target[:, :12] = 10 * torch.rand(5, 12, generator=g, dtype=dtype)
    fit = align_affine(source, target, torch.ones_like(source), limit=0.1)
    tolerance = 1e-4 if dtype == torch.float32 else 1e-12
    torch.testing.assert_close(fit.scale, torch.full_like(fit.scale, 1.7), rtol=0, atol=tolerance)
    torch.testing.assert_close(fit.shift, torch.full_like(fit.shift, 0.4), rtol=0, atol=tolerance)
    applied = fit.apply(source.view(5, 5, 6))
    torch.testing.assert_close(applied.flatten(1), 1.7 * source + 0.4, rtol=0, atol=tolerance)


def test_points_of_weight_zero_do_not_matter():
    x, y, w = problem(0)
    w[:, 2:4] = 0
    fit = align_affine(x, y, w)
    keep = [0, 1, 4, 5, 6]
    expected = align_affine(x[:, keep], y[:, keep], w[:, keep])
    torch.testing.assert_close(fit.scale, expected.scale)
    torch.testing.assert_close(fit.shift, expected.shift)


def test_problems_do_not_see_each_other_even_in_chunks(monkeypatch):
    x, y, w = problem(1)
    whole = align_affine(x, y, w)
    monkeypatch.setattr("anyview.training.losses.alignment._CHUNK", 1)
    for fit in (align_affine(x, y, w), align_affine(x.flip(0), y.flip(0), w.flip(0))):
        torch.testing.assert_close(fit.scale.sort().values, whole.scale.sort().values)


@pytest.mark.parametrize("case", ["falling", "constant", "one point", "nothing", "no columns"])
def test_without_a_rising_line_it_says_so(case):
    x = torch.arange(4.0).expand(1, 4).contiguous()
    y, w = -x, torch.ones_like(x)
    if case == "constant":
        x, y = torch.ones_like(x), -y
    elif case in ("one point", "nothing"):
        y, w = -y, torch.tensor([[float(case == "one point"), 0, 0, 0]])
    elif case == "no columns":
        x, y, w = (v[:, :1] for v in (x, -y, w))
    fit = align_affine(x, y, w)
    assert (fit.ok.item(), fit.scale.item(), fit.shift.item()) == (False, 1, 0)
