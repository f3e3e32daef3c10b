# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth errors against plain loops; alignments undo what they grant; what is unknown stays so."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import TypeCheckError

from anyview.core.errors import OptionError
from anyview.metrics.depth import (
    align_depth,
    depth_errors,
    log_depth_spread,
    mean_depth_scores,
    scene_depth_errors,
)

GRANTED = {
    "median": lambda t: 3.7 * t,
    "scale": lambda t: 0.2 * t,
    "scale-shift": lambda t: 2 * t + 0.6,
}
NAMES = ("abs_rel", "rmse", "log10", "silog", "delta1", "delta2", "delta3")


def maps(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(*shape, generator=generator, dtype=dtype) * 9 + 1


def errors_by_loops(predicted, truth, valid):
    """All errors of one map, pixel by pixel."""
    pairs = [
        (float(p), float(t)) for p, t, v in zip(predicted, truth, valid, strict=True) if bool(v)
    ]
    n = len(pairs)
    logs = [math.log(max(p / t, 1e-3)) for p, t in pairs]
    mean = sum(logs) / n
    hits = [
        sum(p > 0 and max(p / t, t / p) < 1.25**power for p, t in pairs) / n for power in (1, 2, 3)
    ]
    return (
        sum(abs(p - t) / t for p, t in pairs) / n,
        math.sqrt(sum((p - t) ** 2 for p, t in pairs) / n),
        sum(abs(x) for x in logs) / n / math.log(10),
        math.sqrt(sum((x - mean) ** 2 for x in logs) / n),
        *hits,
    )


@given(seed=st.integers(0, 10_000), wide=st.booleans())
@settings(deadline=None, max_examples=10)
def test_errors_are_those_of_plain_loops(seed, wide):
    dtype = torch.float64 if wide else torch.float32
    truth, predicted = maps(2, 40, seed=seed, dtype=dtype), maps(2, 40, seed=seed + 1, dtype=dtype)
    predicted[0, :3] = torch.tensor([-1.0, 0.0, 1e-9])  # a shifted fit can give such depth
    valid = maps(2, 40, seed=seed + 2) > 4
    valid[:, 0] = True
    truth[~valid] = torch.nan
    errors = depth_errors(predicted, truth, valid)
    for i in range(2):
        expected = errors_by_loops(predicted[i], truth[i], valid[i])
        found = [float(getattr(errors, name)[i]) for name in NAMES]
        np.testing.assert_allclose(found, expected, rtol=1e-9 if wide else 2e-4, atol=1e-6)
    assert errors.count.tolist() == valid.sum(-1).tolist()


@pytest.mark.parametrize("alignment", GRANTED)
def test_an_alignment_takes_out_what_it_grants(alignment):
    truth = maps(3, 50)
    valid = maps(3, 50, seed=1) > 3
    predicted = GRANTED[alignment](truth)
    predicted[~valid] = torch.nan  # must not matter
    errors = depth_errors(align_depth(predicted, truth, valid, alignment), truth, valid)
    assert errors.abs_rel.max() < 1e-12
    assert errors.delta1.min() == 1


def test_median_alignment_is_the_ratio_of_the_medians():
    for size in (40, 41):
        truth, predicted, valid = maps(1, size), maps(1, size, seed=1), maps(1, size, seed=2) > 4
        ratio = np.median(truth[valid].numpy()) / np.median(predicted[valid].numpy())
        aligned = align_depth(predicted, truth, valid)
        torch.testing.assert_close(aligned, predicted * ratio)


def test_least_squares_alignment_is_that_of_numpy():
    truth, predicted = maps(30), maps(30, seed=1)
    p, t = predicted.numpy(), truth.numpy()
    valid = torch.ones(30, dtype=torch.bool)
    scale = (p * t).sum() / (p * p).sum()
    torch.testing.assert_close(align_depth(predicted, truth, valid, "scale"), predicted * scale)
    related = predicted + 0.3 * maps(30, seed=2)
    slope, shift = np.polyfit(p, related.numpy(), 1)
    torch.testing.assert_close(
        align_depth(predicted, related, valid, "scale-shift"), predicted * slope + shift
    )


def test_no_alignment_leaves_depth_alone():
    depth = maps(1, 5)
    assert align_depth(depth, depth, depth > 0, "none") is depth


def test_one_scale_for_all_views_shows_scales_that_differ():
    truth = maps(2, 3, 4, 5)
    wrong = truth.clone()
    wrong[:, 1] *= 2  # right by itself, at another scale than the other views
    alone = scene_depth_errors(wrong, truth)
    joint = scene_depth_errors(wrong, truth, joint=True)
    assert alone.abs_rel.shape == joint.abs_rel.shape == (2, 3)
    assert alone.abs_rel.max() < 1e-12
    assert joint.delta1.mean() < 0.7
    same = scene_depth_errors(5 * truth, truth, joint=True)
    assert same.abs_rel.max() < 1e-12


def test_joint_errors_are_of_single_views_after_one_scale():
    truth, predicted = maps(2, 3, 4, 5), maps(2, 3, 4, 5, seed=1)
    truth[0, 0, :2] = 0
    joint = scene_depth_errors(predicted, truth, joint=True)
    for s in range(2):
        known = truth[s] > 0
        ratio = np.median(truth[s][known].numpy()) / np.median(predicted[s][known].numpy())
        for v in range(3):
            expected = errors_by_loops(
                (ratio * predicted[s, v]).flatten(), truth[s, v].flatten(), known[v].flatten()
            )
            assert float(joint.abs_rel[s, v]) == pytest.approx(expected[0])
            assert float(joint.delta1[s, v]) == pytest.approx(expected[4])


@pytest.mark.parametrize("alignment", ["none", *GRANTED])
def test_a_prediction_that_is_no_number_is_never_a_good_one(alignment):
    truth = maps(1, 1, 3, 4)
    broken = truth.clone()
    broken[0, 0, 0, 0] = torch.nan
    errors = scene_depth_errors(broken, truth, alignment)
    assert errors.abs_rel.isnan().all()
    assert errors.delta1.isnan().all()
    assert math.isnan(mean_depth_scores(errors).delta1)


def test_maps_without_truth_do_not_count():
    truth, predicted = maps(3, 2, 4, 5), maps(3, 2, 4, 5, seed=1)
    truth[1, 0] = 0
    errors = scene_depth_errors(predicted, truth)
    assert errors.count[1, 0] == 0
    assert errors.abs_rel[1, 0].isnan()
    scores = mean_depth_scores(errors)
    others = [float(errors.abs_rel[s, v]) for s in range(3) for v in range(2) if (s, v) != (1, 0)]
    assert scores.maps == 5
    assert scores.abs_rel == pytest.approx(sum(others) / 5)
    assert mean_depth_scores(errors[1:2, :1]).maps == 0
    assert math.isnan(mean_depth_scores(errors[1:2, :1]).abs_rel)


def test_spread_is_that_of_loops_and_zero_for_one_answer_to_all():
    depth = maps(4, 3, 5)
    depth[1, 0] = 0
    depth[:3, 1, 1] = 0  # known to one image only: not counted
    logs = np.full((4, 3, 5), np.nan)
    for i in range(4):
        known = depth[i].numpy() > 0
        logs[i][known] = np.log(depth[i].numpy()[known])
        logs[i] -= np.median(logs[i][known])
    pixels = [
        np.nanstd(logs[:, y, x])
        for y in range(3)
        for x in range(5)
        if np.isfinite(logs[:, y, x]).sum() > 1
    ]
    assert len(pixels) == 14
    assert log_depth_spread(depth) == pytest.approx(np.mean(pixels))
    same = maps(1, 3, 5) * torch.tensor([1.0, 2.0, 7.0])[:, None, None]
    assert log_depth_spread(same) < 1e-12


def test_an_unknown_alignment_is_refused():
    with pytest.raises((OptionError, TypeCheckError), match="affine"):
        align_depth(maps(1, 3), maps(1, 3), maps(1, 3) > 0, "affine")
