# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math
from dataclasses import replace

import pytest
import torch

from anyview.evaluation.benchmark.protocols import ReconstructionSpec
from anyview.evaluation.benchmark.reconstruction_scores import (
    reconstruction_failure,
    score_reconstruction,
)
from anyview.evaluation.benchmark.task import Answer
from tests.evaluation.benchmark.example_room import right_answer, room_truth

TSDF = ReconstructionSpec(0.15, 0.06, 0.24, samples=8000, thinning=0.06, camera_fit="cameras")
POINTS = replace(TSDF, fusion="points", posed_fusion="points")


@pytest.fixture(scope="module")
def truth(synthetic_scene):
    """Without the far ends of the room, that fusion stays small."""
    found = room_truth(synthetic_scene)
    near = tuple(torch.where(depth < 4, depth, 0.0) for depth in found.depth)
    seen = found.points[torch.randperm(len(found.points), generator=torch.Generator())[:20000]]
    return replace(found, depth=near, points=seen)


def score(answer, truth, spec, **known):
    sizes = [tuple(depth.shape) for depth in truth.depth]
    return score_reconstruction(answer, truth, spec, sizes, **known)


def test_exact_depth_as_points_is_exact(synthetic_scene):
    truth = room_truth(synthetic_scene)
    # True points end at four times the median depth.
    limit = 4 * float(torch.stack(truth.depth)[torch.stack(truth.depth) > 0].median())
    scores = score(right_answer(truth), truth, replace(POINTS, max_depth=limit))
    assert scores.numbers["reconstruction/f1"] > 0.995
    assert scores.numbers["reconstruction/chamfer"] < 0.03
    curve = scores.curves["reconstruction/f1_at"]
    assert curve == tuple(sorted(curve))


def test_a_fused_surface_lies_on_the_true_one(truth):
    numbers = score(right_answer(truth), truth, TSDF).numbers
    assert numbers["reconstruction/precision"] > 0.97
    assert numbers["reconstruction/accuracy"] < 0.05


def test_wrong_depth_costs(truth):
    warped = tuple(depth**1.4 for depth in right_answer(truth).depth)
    good = score(right_answer(truth), truth, POINTS).numbers
    bad = score(right_answer(truth, depth=warped), truth, POINTS).numbers
    assert bad["reconstruction/f1"] < 0.8 * good["reconstruction/f1"]
    assert bad["reconstruction/accuracy"] > good["reconstruction/accuracy"]


def test_the_unit_may_be_the_median_depth(synthetic_scene):
    truth = room_truth(synthetic_scene)
    spec = replace(POINTS, unit="median-depth", threshold=0.05, thinning=0.025)
    one = score(right_answer(truth), truth, spec).numbers
    large = replace(
        truth,
        depth=tuple(10 * depth for depth in truth.depth),
        points=10 * truth.points,
        cam_from_world=torch.cat(
            (
                torch.cat(
                    (truth.cam_from_world[:, :3, :3], 10 * truth.cam_from_world[:, :3, 3:]), -1
                ),
                truth.cam_from_world[:, 3:],
            ),
            1,
        ),
    )
    other = score(right_answer(large), large, spec).numbers
    assert other == pytest.approx(one, abs=2e-3)


def test_points_that_nobody_observed_are_not_judged(truth):
    astray = tuple(torch.where(depth > 5.5, 30.0, depth) for depth in right_answer(truth).depth)
    answer = right_answer(truth, depth=astray)
    low, high = truth.points.amin(0) - 0.2, truth.points.amax(0) + 0.2
    judged = replace(truth, observed=lambda p: ((p > low) & (p < high)).all(-1))
    free = score(answer, truth, POINTS).numbers["reconstruction/precision"]
    held = score(answer, judged, POINTS).numbers["reconstruction/precision"]
    boxed = score(answer, truth, replace(POINTS, box_margin=0.2)).numbers
    assert held > free + 0.02
    assert boxed["reconstruction/precision"] == pytest.approx(held, abs=1e-6)


def test_outliers_are_left_out_of_means_alone(truth):
    astray = tuple(torch.where(depth > 5.5, 30.0, depth) for depth in right_answer(truth).depth)
    answer = right_answer(truth, depth=astray)
    plain = score(answer, truth, POINTS).numbers
    held = score(answer, truth, replace(POINTS, outlier=0.5)).numbers
    assert held["reconstruction/accuracy"] < 0.5 < plain["reconstruction/accuracy"]
    assert held["reconstruction/f1"] == plain["reconstruction/f1"]
    without = score(answer, truth, replace(POINTS, threshold=None)).numbers
    assert "reconstruction/f1" not in without
    assert without["reconstruction/chamfer"] == plain["reconstruction/chamfer"]


def test_no_surface_is_the_worst_surface(truth):
    wanted = {f"reconstruction/{name}": 0.0 for name in ("precision", "recall", "f1")}
    assert dict(score(Answer(), truth, POINTS).numbers) == wanted
    assert dict(reconstruction_failure(truth, POINTS).numbers) == wanted
    assert not reconstruction_failure(truth, replace(POINTS, threshold=None)).numbers


def test_no_true_points_are_no_score(truth):
    blind = replace(truth, points=None)
    assert not score(right_answer(truth), blind, POINTS).numbers
    assert not reconstruction_failure(blind, POINTS).numbers
    dark = replace(truth, depth=None)
    relative = replace(POINTS, unit="median-depth")
    assert not score_reconstruction(right_answer(truth), dark, relative, [(84, 112)] * 4).numbers


def test_given_cameras_make_the_surface(truth):
    astray = right_answer(truth).cam_from_world[[1, 0, 3, 2]]
    answer = right_answer(truth, cam_from_world=astray)
    lost = score(answer, truth, POINTS).numbers["reconstruction/f1"]
    depth_only = Answer(depth=right_answer(truth).depth)
    given = score(depth_only, truth, POINTS, given=True).numbers["reconstruction/f1"]
    assert given > 0.9
    assert lost < 0.8
    assert math.isfinite(lost)
