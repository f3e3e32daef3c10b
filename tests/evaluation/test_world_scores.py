# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scores on worlds: planted answers, what each way of asking is given, baselines."""

from dataclasses import replace

import pytest
import torch

import anyview
from anyview.core.errors import InputError
from anyview.evaluation import world_scores
from anyview.evaluation.prediction_runs import RunPlan
from anyview.evaluation.world_scores import (
    WorldRuns,
    pairs_with_first,
    score_world_runs,
    score_worlds,
)
from anyview.geometry.se3 import relative_to_first
from anyview.metrics.scene_scores import ScenePrediction, SceneTruth


def perfect(truth, scale):
    """The truth in the first view's frame at another scale for each scene."""
    cameras = relative_to_first(truth.cam_from_world).clone()
    cameras[..., :3, 3] *= scale
    return ScenePrediction(scale * truth.depth.clamp_min(0.1), cameras, truth.intrinsics)


def perfect_runs(worlds):
    truth = worlds.truth

    def groups(chosen):
        parts = [truth.views(views) for views in chosen]
        return SceneTruth(
            *(
                torch.stack([getattr(p, name) for p in parts], dim=1).flatten(0, 1)
                for name in ("depth", "cam_from_world", "intrinsics")
            )
        )

    one = perfect(groups([[0], [1], [2]]), 3.0)
    random = torch.rand(6, 1, 1, 1, generator=torch.Generator().manual_seed(0)) * 5 + 0.2
    one = replace(one, depth=random * one.depth)  # no scale is shared between single views
    two = perfect(groups(pairs_with_first(3)), 0.5)
    return WorldRuns(one, two, perfect(truth, 2.0), ScenePrediction(two.depth * 2), None)


def test_perfect_answers_are_perfect_and_stacked_single_views_are_not(worlds):
    scores = score_world_runs(perfect_runs(worlds), worlds)
    assert scores.scenes == 2
    assert scores.one_first.delta1 == scores.one.depth_each.delta1 == 1
    assert (scores.one_first.maps, scores.one.depth_each.maps) == (2, 6)
    assert scores.two.depth_joint.delta1 == scores.many.depth_joint.delta1 == 1
    assert (scores.two.depth_joint.maps, scores.many.depth_joint.maps) == (8, 6)
    assert scores.two_stacked.delta1 < 0.9
    assert scores.many_stacked.delta1 < 0.9
    assert (scores.two.pose_camera.pairs, scores.many.pose_camera.pairs) == (4, 6)
    assert scores.two.pose_camera.auc3 > 0.99
    assert scores.many.pose_camera.auc3 > 0.99
    assert scores.two_given.depth_unaligned.delta1 == 1
    assert scores.many_given is None
    assert {k: s.scenes for k, s in scores.by_kind.items()} == {"room": 1, "table-top": 1}
    assert scores.by_kind["room"].many.delta1 == 1
    assert scores.by_kind["room"].many_given is None


def test_kinds_are_told_apart(worlds):
    runs = perfect_runs(worlds)
    wrong = runs.many.depth.clone()
    wrong[1, 1] *= 4
    scores = score_world_runs(replace(runs, many=replace(runs.many, depth=wrong)), worlds)
    assert scores.by_kind["room"].many.delta1 == 1
    assert scores.by_kind["table-top"].many.delta1 < 0.9


def test_a_network_is_asked_in_all_ways(nano, worlds, monkeypatch):
    asked, given = [], []
    real = world_scores.predict_scenes

    def note(predictor, scenes, plan):
        shown = scenes[0].extrinsics is not None
        asked.append((len(scenes), len(scenes[0]), shown, plan.rays))
        given.extend(scenes if shown else [])
        return real(predictor, scenes, plan)

    monkeypatch.setattr(world_scores, "predict_scenes", note)
    scores = score_worlds(nano, worlds, RunPlan(resolution=28))
    assert asked == [
        (6, 1, False, True),
        (4, 2, False, True),
        (2, 3, False, True),
        (4, 2, True, False),
        (2, 3, True, False),
    ]
    assert scores.many.pose_rays is not None
    assert scores.many_given.pose_camera is None
    assert scores.many_given.depth_unaligned.maps == 6
    assert 0 < scores.one_first.abs_rel < 10
    assert scores.by_kind["room"].many_given.maps == 3
    pair = given[3]  # of the second scene, its first and third view
    assert [view.name for view in pair.views] == ["001_0", "001_2"]
    assert torch.equal(pair.extrinsics, worlds.truth.cam_from_world[1, [0, 2]])
    assert torch.equal(pair.intrinsics, worlds.truth.intrinsics[1, [0, 2]])


def test_a_model_without_cameras(worlds):
    mono = anyview.build("nano-mono", device="cpu", dtype="float32")
    scores = score_worlds(mono, worlds, RunPlan(resolution=28))
    assert scores.many_given is scores.many.pose_camera is scores.one.lens is None
    assert scores.one_first.maps == 2


def test_baselines(baseline_scores):
    assert list(baseline_scores) == ["constant", "ramp", "mean shape"]
    constant, shape = baseline_scores["constant"], baseline_scores["mean shape"]
    assert constant.one.spread == 0
    assert shape.one_first.abs_rel < constant.one_first.abs_rel
    assert constant.many.pose_camera.pairs == 6
    assert constant.many.lens.fov_deg >= 0
    assert constant.many_given is None


def test_single_view_worlds_are_refused(nano, worlds):
    truth = worlds.truth.views([0])
    single = replace(worlds, truth=truth, views=tuple(v[:1] for v in worlds.views))
    with pytest.raises(InputError, match="two and more"):
        score_worlds(nano, single, RunPlan(resolution=28))
