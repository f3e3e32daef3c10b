# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scale and shift: planted values, numpy twins, outliers, masks, and what is degenerate."""

import inspect

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError, OptionError
from anyview.geometry.scale_align import (
    fit_scale,
    fit_scale_median,
    fit_scale_robust,
    fit_scale_shift,
    fit_scale_shift_robust,
)

BATCHES = [(), (2,), (1, 2)]
DTYPES = [torch.float32, torch.float64]
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-12}
ALL = [fit_scale, fit_scale_median, fit_scale_shift, fit_scale_robust, fit_scale_shift_robust]
SHIFTED = [fit_scale_shift, fit_scale_shift_robust]
WEIGHTED = [fit_scale, fit_scale_shift, fit_scale_robust, fit_scale_shift_robust]
ROBUST = [fit_scale_robust, fit_scale_shift_robust]


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def depth(*shape, seed=0, dtype=torch.float64):
    return torch.rand(*shape, generator=generator(seed), dtype=dtype) * 9 + 1


def noise(*shape, seed=1, dtype=torch.float64):
    return torch.randn(*shape, generator=generator(seed), dtype=dtype)


@given(
    fit=st.sampled_from(ALL),
    batch=st.sampled_from(BATCHES),
    dtype=st.sampled_from(DTYPES),
    scale=st.floats(0.01, 100),
    seed=st.integers(0, 100),
)
@settings(deadline=None, max_examples=25)
def test_a_planted_fit_is_recovered(fit, batch, dtype, scale, seed):
    source = depth(*batch, 30, seed=seed, dtype=dtype)
    shift = -0.7 * scale if fit in SHIFTED else 0.0
    target = scale * source + shift
    result = fit(source, target)
    assert result.ok.all()
    assert result.ok.shape == batch
    assert result.reasons == ("",) * max(1, result.ok.numel())
    assert result.scale.dtype == dtype
    close = {"rtol": TOLERANCE[dtype], "atol": TOLERANCE[dtype] * scale * 10}
    torch.testing.assert_close(result.scale, torch.full(batch, scale, dtype=dtype), **close)
    torch.testing.assert_close(result.shift, torch.full(batch, shift, dtype=dtype), **close)
    torch.testing.assert_close(result.apply(source), target, **close)
    assert (result.rms <= close["atol"]).all()


@given(seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=10)
def test_least_squares_agree_with_numpy(seed):
    source = depth(40, seed=seed)
    target = 2 * source + 3 + noise(40, seed=seed)
    weights = torch.rand(40, generator=generator(seed), dtype=torch.float64)
    mask = torch.rand(40, generator=generator(seed + 1)) > 0.3
    root = (weights * mask).sqrt().numpy()
    columns = np.stack([source.numpy(), np.ones(40)], -1)
    wanted, *_ = np.linalg.lstsq(root[:, None] * columns, root * target.numpy(), rcond=None)
    line = fit_scale_shift(source, target, mask, weights)
    np.testing.assert_allclose([line.scale, line.shift], wanted, rtol=1e-10)
    (wanted,), *_ = np.linalg.lstsq(
        root[:, None] * columns[:, :1], root * target.numpy(), rcond=None
    )
    through_origin = fit_scale(source, target, mask, weights)
    np.testing.assert_allclose(through_origin.scale, wanted, rtol=1e-10)
    assert through_origin.shift == 0
    residual = (wanted * source - target)[mask].square() * weights[mask]
    torch.testing.assert_close(through_origin.rms, (residual.sum() / weights[mask].sum()).sqrt())
    median = fit_scale_median(source, target, mask)
    np.testing.assert_allclose(median.scale, np.median((target / source)[mask]), rtol=1e-12)


@pytest.mark.parametrize("fit", ALL)
def test_masked_pixels_may_hold_anything(fit):
    source, target = depth(50), 2.5 * depth(50)
    mask = torch.ones(50, dtype=torch.bool)
    mask[:12] = False
    source[0], source[1], target[2], target[3] = torch.nan, torch.inf, torch.nan, -torch.inf
    target[4:12] = 1e6
    result = fit(source, target, mask)
    assert result.ok
    torch.testing.assert_close(result.scale, torch.tensor(2.5, dtype=torch.float64))
    assert torch.equal(result.inliers, mask)


@pytest.mark.parametrize("fit", WEIGHTED)
def test_weight_zero_masks(fit):
    source = depth(50)
    target, weights = 2.5 * source, torch.ones(50, dtype=torch.float64)
    weights[:25], target[:25] = 0, torch.nan
    torch.testing.assert_close(fit(source, target, None, weights).scale.item(), 2.5)


@pytest.mark.parametrize("fit", ROBUST)
@pytest.mark.parametrize(
    ("num", "kind", "sigma"),
    [
        (150, "unrelated", 0.0),
        (150, "unrelated", 0.02),
        (150, "huge", 0.02),
        (150, "one-sided", 0.02),
        (9000, "one-sided", 0.02),
    ],
)
def test_40_percent_outliers_cost_less_than_1_percent(fit, num, kind, sigma):
    scale, shift = 2.5, 1.3 if fit in SHIFTED else 0.0
    source = depth(num)
    target = scale * source + shift + sigma * noise(num)
    bad = torch.arange(num) < 0.4 * num
    wrong = {
        "unrelated": 30 * torch.rand(num, generator=generator(2), dtype=torch.float64),
        "huge": 1000 * noise(num, seed=2),
        "one-sided": target * (1.05 + torch.rand(num, generator=generator(2)).double()),
    }[kind]
    target = torch.where(bad, wrong, target)
    result = fit(source, target)
    assert result.ok
    assert abs(result.scale / scale - 1) < 0.01
    assert abs(result.shift - shift) < 0.013
    assert result.inliers[~bad].float().mean() > 0.97
    assert result.inliers[bad].float().mean() < 0.1
    plain = fit_scale_shift(source, target) if fit in SHIFTED else fit_scale(source, target)
    assert not abs(plain.scale / scale - 1) < 0.01  # the need


@pytest.mark.parametrize("fit", ROBUST)
def test_clean_noise_costs_no_pixels(fit):
    source = depth(2000)
    result = fit(source, 2 * source + 0.1 * noise(2000))
    assert result.inliers.float().mean() > 0.99
    torch.testing.assert_close(result.rms.item(), 0.1, rtol=0.05, atol=0)


@pytest.mark.parametrize("fit", ROBUST)
def test_a_given_threshold_stands_most_pixels_being_wrong(fit):
    source = depth(1000)
    target = 2 * source + 0.03 * noise(1000)
    target[:650] = 25 * torch.rand(650, generator=generator(3), dtype=torch.float64)
    result = fit(source, target, threshold=0.05)
    assert abs(result.scale / 2 - 1) < 0.01
    residual = (result.apply(source) - target).abs()
    assert residual[result.inliers].max() <= 0.05


@pytest.mark.parametrize("fit", ROBUST)
def test_a_noisy_majority_beats_an_exact_minority(fit):
    source = depth(1000)
    target = 2 * source + 0.1 * noise(1000)
    target[:450] = 3 * source[:450]
    torch.testing.assert_close(fit(source, target).scale.item(), 2.0, rtol=0.01, atol=0)


@pytest.mark.parametrize("fit", ROBUST)
def test_robust_fits_repeat_and_take_a_seed(fit):
    source = depth(300)
    target = 2 * source + 0.05 * noise(300)
    target[:90] = 1
    first, second = (fit(source, target) for _ in range(2))
    assert torch.equal(first.scale, second.scale)
    seeded = fit(source, target, generator=generator(9))
    torch.testing.assert_close(seeded.scale, first.scale, rtol=2e-3, atol=0)


@pytest.mark.parametrize("fit", ROBUST)
def test_weights_rule_the_robust_fit(fit):
    source, weights = depth(200), torch.ones(200, dtype=torch.float64)
    target = 2 * source
    target[:120] = 3 * source[:120]  # the majority
    weights[:120] = 0.0
    torch.testing.assert_close(fit(source, target, None, weights).scale.item(), 2.0)


NONE = torch.zeros(6, dtype=torch.bool)
ONE = torch.tensor([True] + [False] * 5)
CONSTANT = torch.full((6,), 3.3)


@pytest.mark.parametrize("fit", ALL)
@pytest.mark.parametrize(
    ("source", "target", "mask", "words"),
    [
        (depth(6), depth(6), NONE, "too few pixels"),
        (depth(0), depth(0), None, "too few pixels"),
        (torch.full((6,), torch.nan), depth(6).float(), None, "NaN or infinite"),
        (depth(6), torch.full((6,), torch.inf).double(), None, "NaN or infinite"),
        (torch.arange(6.0), -2 * torch.arange(6.0), None, "scale is not positive"),
    ],
)
def test_degenerate_maps_say_so(fit, source, target, mask, words):
    assert_failed(fit(source, target, mask), words)


@pytest.mark.parametrize("fit", SHIFTED)
def test_scale_and_shift_need_two_depths(fit):
    assert_failed(fit(depth(6), depth(6), ONE), "too few pixels")
    assert_failed(fit(CONSTANT, depth(6).float()), "constant")
    assert_failed(fit(CONSTANT + 1e-7 * torch.arange(6), depth(6).float()), "constant")


@pytest.mark.parametrize("fit", [fit_scale, fit_scale_median, fit_scale_robust])
def test_a_scale_needs_a_source_other_than_zero(fit):
    assert_failed(fit(torch.zeros(6), torch.ones(6)), "source is zero")
    torch.testing.assert_close(fit(depth(6), 2 * depth(6), ONE).scale.item(), 2.0)


@pytest.mark.parametrize("fit", WEIGHTED)
def test_negative_weights_say_so(fit):
    weights = torch.tensor([1.0, 1, 1, 1, 1, -1]).double()
    assert_failed(fit(depth(6), depth(6), None, weights), "negative")


def assert_failed(result, words):
    assert not result.ok
    assert result.scale.isnan()
    assert result.shift.isnan()
    assert result.rms.isnan()
    assert words in result.reasons[0]
    assert not result.inliers.any()


def test_each_batch_element_has_its_own_verdict():
    source = depth(3, 20)
    target = 2 * source
    target[1, 0] = torch.nan
    for fit in ALL:
        result = fit(source, target)
        assert result.ok.tolist() == [True, False, True]
        assert [bool(text) for text in result.reasons] == [False, True, False]
        torch.testing.assert_close(result.scale[2].item(), 2.0)


def test_apply_follows_the_batch_axes():
    source = depth(2, 12)
    result = fit_scale_shift(source, torch.tensor([[2.0], [3.0]]) * source + 1)
    maps = source.reshape(2, 3, 4)
    expected = torch.stack([2 * maps[0] + 1, 3 * maps[1] + 1])
    torch.testing.assert_close(result.apply(maps), expected)


def test_gradients_reach_both_maps():
    source, target = depth(8).requires_grad_(), (2 * depth(8) + 0.1 * noise(8)).requires_grad_()
    for fit in (fit_scale, fit_scale_shift):
        assert torch.autograd.gradcheck(
            lambda x, y, fit=fit: (fit(x, y).scale, fit(x, y).shift), (source, target)
        )


@pytest.mark.parametrize("fit", ALL)
def test_grids_that_differ_are_refused(fit):
    unchecked = inspect.unwrap(fit)  # past the run-time shape checks of the tests
    with pytest.raises(InputError, match=r"target has shape \(5,\) and source \(6,\)"):
        unchecked(depth(6), depth(5))
    with pytest.raises(InputError, match="mask has shape"):
        unchecked(depth(6), depth(6), NONE[:5])


@pytest.mark.parametrize("fit", ROBUST)
def test_thresholds_are_positive(fit):
    with pytest.raises(OptionError, match="threshold"):
        fit(depth(6), depth(6), threshold=0.0)
