# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth under alignment, crop and caps, against plain arithmetic."""

import pytest
import torch

from anyview.evaluation.benchmark.depth_scores import crop_mask, depth_failure, score_depth
from anyview.evaluation.benchmark.protocols import EIGEN_CROP, DepthSpec, EvalCrop
from anyview.evaluation.benchmark.task import Answer, Truth

HEIGHT, WIDTH = 12, 16


@pytest.fixture
def depth():
    generator = torch.Generator().manual_seed(5)
    return tuple(torch.rand(HEIGHT, WIDTH, generator=generator) * 6 + 1 for _ in range(3))


def test_scale_is_free_for_each_view(depth):
    answer = Answer(depth=tuple(d * s for d, s in zip(depth, (0.5, 3.0, 20.0), strict=True)))
    numbers = score_depth(answer, Truth(depth=depth), DepthSpec()).numbers
    assert numbers["depth/delta1"] == numbers["depth/coverage"] == 1
    assert numbers["depth/abs_rel"] == pytest.approx(0, abs=1e-6)
    assert numbers["depth_joint/delta1"] < 0.5
    same = Answer(depth=tuple(d * 7 for d in depth))
    numbers = score_depth(same, Truth(depth=depth), DepthSpec()).numbers
    assert numbers["depth_joint/delta1"] == 1


def test_a_shift_is_free_in_the_affine_numbers_alone(depth):
    answer = Answer(depth=tuple(2 * d + 8 for d in depth))
    numbers = score_depth(answer, Truth(depth=depth), DepthSpec()).numbers
    assert numbers["depth_affine_invariant/delta1"] == 1
    assert numbers["depth/delta1"] < 0.9


def test_metres_are_scored_where_both_claim_them(depth):
    off = tuple(1.5 * d for d in depth)
    metric = Truth(depth=depth, is_metric=True)
    numbers = score_depth(Answer(depth=off, unit_is_metre=True), metric, DepthSpec()).numbers
    assert numbers["depth_metric/abs_rel"] == pytest.approx(0.5)
    assert numbers["depth_metric/delta1"] == 0
    assert "depth_metric/delta1" not in score_depth(Answer(depth=off), metric, DepthSpec()).numbers
    claimed = score_depth(Answer(depth=off, unit_is_metre=True), Truth(depth=depth), DepthSpec())
    assert "depth_metric/delta1" not in claimed.numbers


def test_missing_pixels_and_views_are_missed(depth):
    first = depth[0].clone()
    first[: HEIGHT // 2] = 0
    answer = Answer(depth=(first, None, depth[2]))
    numbers = score_depth(answer, Truth(depth=depth), DepthSpec()).numbers
    assert numbers["depth/coverage"] == pytest.approx(0.5)
    assert numbers["depth/delta1"] == 1
    assert numbers["depth/delta1_full"] == pytest.approx(0.5)


def test_caps_and_crop_choose_the_pixels(depth):
    crop = EvalCrop(0.25, 0.75, 0.5, 1.0)
    wrong = depth[0] * 50
    window = crop_mask(crop, HEIGHT, WIDTH)
    good = torch.where(window & (depth[0] <= 4), depth[0], wrong)
    spec = DepthSpec("none", most=4.0, crop=crop)
    numbers = score_depth(Answer(depth=(good,)), Truth(depth=depth[:1]), spec).numbers
    assert numbers["depth/delta1"] == 1
    assert (
        score_depth(Answer(depth=(good,)), Truth(depth=depth[:1]), DepthSpec("none")).numbers[
            "depth/delta1"
        ]
        < 0.5
    )


def test_clamping_forgives_what_lies_beyond_the_cap(depth):
    truth = (depth[0].clamp(max=5.0),)
    answer = Answer(depth=(torch.where(truth[0] == 5, 60.0, truth[0]),))
    free = score_depth(answer, Truth(depth=truth), DepthSpec("none", most=5.0))
    held = score_depth(answer, Truth(depth=truth), DepthSpec("none", most=5.0, clamps=True))
    assert held.numbers["depth/abs_rel"] == pytest.approx(0)
    assert free.numbers["depth/abs_rel"] > 0.5


def test_the_crop_of_nyu_keeps_its_rows():
    rows = crop_mask(EIGEN_CROP, 480, 640).any(1).nonzero()[:, 0]
    columns = crop_mask(EIGEN_CROP, 480, 640).any(0).nonzero()[:, 0]
    assert (int(rows[0]), int(rows[-1]) + 1) == (45, 471)
    assert (int(columns[0]), int(columns[-1]) + 1) == (41, 601)


def test_an_alignment_that_is_not_determined_misses_all(depth):
    answer = Answer(depth=(torch.full((HEIGHT, WIDTH), 2.0),))
    numbers = score_depth(answer, Truth(depth=depth[:1]), DepthSpec("scale-shift")).numbers
    assert numbers["depth/delta1"] == 0
    assert all(value == value for value in numbers.values())


def test_confidence_is_scored_on_the_grid_of_the_truth(depth):
    noise = torch.rand(HEIGHT, WIDTH, generator=torch.Generator().manual_seed(2))
    answer = Answer(depth=(depth[0] * (1 + noise),), conf=(2 - noise,))
    scores = score_depth(answer, Truth(depth=depth[:1]), DepthSpec("none"))
    assert scores.numbers["confidence/ause"] == pytest.approx(0, abs=1e-6)
    curve = scores.curves["depth/error_quantiles"]
    assert curve == tuple(sorted(curve))
    assert len(curve) == 51


def test_no_answer_has_the_worst_shares(depth):
    truth = Truth(depth=depth, is_metric=True)
    numbers = depth_failure(truth, DepthSpec(), claims_metres=True).numbers
    assert set(numbers.values()) == {0.0}
    right = score_depth(Answer(depth=depth, unit_is_metre=True), truth, DepthSpec()).numbers
    shares = {name for name in right if "delta" in name or "coverage" in name}
    assert set(numbers) == shares
    silent = score_depth(Answer(), truth, DepthSpec()).numbers
    assert {silent[name] for name in shares if not name.startswith("depth_metric")} == {0.0}
    assert "depth_metric/delta1" not in depth_failure(truth, DepthSpec()).numbers


def test_no_truth_is_no_score():
    assert not score_depth(Answer(), Truth(), DepthSpec()).numbers
    empty = Truth(depth=(torch.zeros(3, 3), None))
    assert not score_depth(Answer(), empty, DepthSpec()).numbers
