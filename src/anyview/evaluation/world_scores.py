# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scores on frozen worlds: one, two and four views, with and without given cameras.

Two views are the pairs of the first view with each other one: every view overlaps the first.
Four views are all views of a scene; their poses are scored over all pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.baselines import (
    MeanShape,
    best_straight_cameras,
    constant_depth,
    constant_lens,
    vertical_ramp,
)
from anyview.evaluation.frozen_worlds import FrozenWorlds, read_worlds
from anyview.evaluation.prediction_runs import RunPlan, predict_scenes, stack_predictions
from anyview.inference.engine import Predictor
from anyview.metrics.depth import DepthScores, mean_depth_scores, scene_depth_errors
from anyview.metrics.scene_scores import (
    ScenePrediction,
    SceneScores,
    SceneTruth,
    at_size,
    score_scenes,
)
from anyview.structures.views import ViewSet


@dataclass(frozen=True)
class WorldRuns:
    """What a model says of S scenes of V views, asked in different ways.

    Attributes:
        one: Every view alone, [S V, 1], scene by scene.
        two: The first view with each other one, [S (V - 1), 2].
        many: All views of a scene, [S, V].
        two_given: As ``two`` with true cameras given, or None.
        many_given: As ``many`` with true cameras given, or None.
    """

    one: ScenePrediction
    two: ScenePrediction
    many: ScenePrediction
    two_given: ScenePrediction | None = None
    many_given: ScenePrediction | None = None


@dataclass(frozen=True)
class KindScores:
    """Depth on one kind of world.

    Attributes:
        scenes: How many.
        one: First view of each scene alone.
        many: All views under one scale.
        many_given: The same with given cameras, or None.
    """

    scenes: int
    one: DepthScores
    many: DepthScores
    many_given: DepthScores | None


@dataclass(frozen=True)
class WorldScores:
    """Every number of a model on frozen worlds.

    Attributes:
        scenes: Number of scenes.
        one: Views alone; ``one.depth_each`` is over all views, ``one_first`` over the first views.
        one_first: Depth of the first view of each scene alone.
        two: The first view with each other one.
        many: All views of a scene.
        two_stacked: Depth of the same pairs, predicted view by view, under one scale a pair.
        many_stacked: Depth of all views, predicted view by view, under one scale a scene.
        two_given: With given cameras; ``depth_unaligned`` is in their unit. None without.
        many_given: The same for all views of a scene.
        by_kind: Depth on each kind of world.
    """

    scenes: int
    one: SceneScores
    one_first: DepthScores
    two: SceneScores
    many: SceneScores
    two_stacked: DepthScores
    many_stacked: DepthScores
    two_given: SceneScores | None
    many_given: SceneScores | None
    by_kind: Mapping[str, KindScores]


def score_worlds(
    predictor: Predictor, folder: Path | FrozenWorlds, plan: RunPlan | None = None
) -> WorldScores:
    """Run a model on frozen worlds and score it.

    Args:
        predictor: The model.
        folder: Of worlds, or worlds that are read already.
        plan: How to run; None for the model's own size.

    Raises:
        InputError: If the folder is not of the format.
    """
    worlds = folder if isinstance(folder, FrozenWorlds) else read_worlds(folder)
    return score_world_runs(run_worlds(predictor, worlds, plan or RunPlan()), worlds)


def run_worlds(predictor: Predictor, worlds: FrozenWorlds, plan: RunPlan) -> WorldRuns:
    """Ask a model in all the ways that are scored.

    Raises:
        InputError: If scenes have one view only.
    """
    truth = worlds.truth
    num_views = truth.depth.shape[1]
    if num_views < 2:
        raise InputError("Worlds are scored with two and more views a scene; these have one.")

    def run(groups: list[list[int]], *, given: bool = False) -> ScenePrediction:
        scenes = []
        for number, views in enumerate(worlds.views):
            for chosen in groups:
                cameras = truth.cam_from_world[number, chosen], truth.intrinsics[number, chosen]
                known = cameras if given else (None, None)
                scenes.append(ViewSet(tuple(views[i] for i in chosen), *known))
        if not given:
            return stack_predictions(predict_scenes(predictor, scenes, plan))
        found = stack_predictions(predict_scenes(predictor, scenes, replace(plan, rays=False)))
        # The cameras that come back are those that were given: no answer to score.
        return ScenePrediction(found.depth)

    pairs, every = pairs_with_first(num_views), [list(range(num_views))]
    can_be_shown = predictor.config.camera is not None
    return WorldRuns(
        one=run([[i] for i in range(num_views)]),
        two=run(pairs),
        many=run(every),
        two_given=run(pairs, given=True) if can_be_shown else None,
        many_given=run(every, given=True) if can_be_shown else None,
    )


def score_world_runs(runs: WorldRuns, worlds: FrozenWorlds) -> WorldScores:
    """Score what a model, or a baseline, said of frozen worlds."""
    truth = worlds.truth
    num_scenes, num_views, height, width = truth.depth.shape
    alone = at_size(runs.one.depth, (height, width))[:, 0].unflatten(0, (num_scenes, num_views))
    pair_truth = _of_pairs(truth)
    pairs = torch.tensor(pairs_with_first(num_views))
    pair_depth = alone[:, pairs].flatten(0, 1)

    def joint(depth: Tensor, of: SceneTruth) -> DepthScores:
        return mean_depth_scores(scene_depth_errors(depth, of.depth, joint=True))

    given = runs.two_given, runs.many_given
    return WorldScores(
        scenes=num_scenes,
        one=score_scenes(runs.one, _each_view(truth)),
        one_first=mean_depth_scores(scene_depth_errors(alone[:, :1], truth.depth[:, :1])),
        two=score_scenes(runs.two, pair_truth),
        many=score_scenes(runs.many, truth),
        two_stacked=joint(pair_depth, pair_truth),
        many_stacked=joint(alone, truth),
        two_given=None if given[0] is None else score_scenes(given[0], pair_truth, same_unit=True),
        many_given=None if given[1] is None else score_scenes(given[1], truth, same_unit=True),
        by_kind=_by_kind(runs, alone, worlds),
    )


def world_baselines(worlds: FrozenWorlds, shape: MeanShape | None = None) -> dict[str, WorldScores]:
    """Scores of answers that look at no image.

    Each has the cameras of ``best_straight_cameras`` and the lens of ``constant_lens``, both chosen
    with knowledge of the truth.

    Args:
        worlds: To score on.
        shape: The mean shape of other scenes, or None.
    """
    height, width = worlds.truth.depth.shape[-2:]
    maps = {"constant": constant_depth(height, width), "ramp": vertical_ramp(height, width)}
    if shape is not None:
        maps["mean shape"] = shape.depth(height, width)
    return {
        name: score_world_runs(_blind_runs(depth, worlds), worlds) for name, depth in maps.items()
    }


def pairs_with_first(num_views: int) -> list[list[int]]:
    """The first view with each other one."""
    return [[0, other] for other in range(1, num_views)]


def _blind_runs(depth: Float[Tensor, "H W"], worlds: FrozenWorlds) -> WorldRuns:
    """One depth map for all images."""
    truth = worlds.truth
    height, width = depth.shape

    def answer(of: SceneTruth) -> ScenePrediction:
        scenes, views = of.depth.shape[:2]
        return ScenePrediction(
            depth=depth.expand(scenes, views, height, width),
            cam_from_world=best_straight_cameras(of.cam_from_world),
            intrinsics=constant_lens(of.intrinsics, height, width),
        )

    return WorldRuns(answer(_each_view(truth)), answer(_of_pairs(truth)), answer(truth))


def _each_view(truth: SceneTruth) -> SceneTruth:
    """Every view as a scene of its own, scene by scene."""
    return SceneTruth(
        depth=truth.depth.flatten(0, 1)[:, None],
        cam_from_world=truth.cam_from_world.flatten(0, 1)[:, None],
        intrinsics=truth.intrinsics.flatten(0, 1)[:, None],
    )


def _of_pairs(truth: SceneTruth) -> SceneTruth:
    """The pairs with the first view as scenes of their own, scene by scene."""
    pairs = torch.tensor(pairs_with_first(truth.depth.shape[1]))
    return SceneTruth(
        depth=truth.depth[:, pairs].flatten(0, 1),
        cam_from_world=truth.cam_from_world[:, pairs].flatten(0, 1),
        intrinsics=truth.intrinsics[:, pairs].flatten(0, 1),
    )


def _by_kind(
    runs: WorldRuns, alone: Float[Tensor, "S V H W"], worlds: FrozenWorlds
) -> dict[str, KindScores]:
    """Depth on each kind of world."""
    depth = worlds.truth.depth
    size = (int(depth.shape[-2]), int(depth.shape[-1]))
    one = scene_depth_errors(alone[:, :1], depth[:, :1])
    many = scene_depth_errors(at_size(runs.many.depth, size), depth, joint=True)
    given = runs.many_given
    shown = given and scene_depth_errors(at_size(given.depth, size), depth, joint=True)
    found = {}
    for kind in sorted(set(worlds.kinds)):
        mask = torch.tensor([k == kind for k in worlds.kinds])
        found[kind] = KindScores(
            scenes=int(mask.sum()),
            one=mean_depth_scores(one[mask]),
            many=mean_depth_scores(many[mask]),
            many_given=mean_depth_scores(shown[mask]) if shown else None,
        )
    return found
