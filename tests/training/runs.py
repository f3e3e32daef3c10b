# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Runs of a second for tests of the trainer: a nano network on slanted planes."""

from dataclasses import replace
from pathlib import Path

import torch

from anyview.data.batch import EXACT, Batch
from anyview.model.build import build
from anyview.model.network import Network
from anyview.training.batch_source import share
from anyview.training.lora import trainable
from anyview.training.plan import Phase, StepPlan
from anyview.training.prefetch import PrefetchOptions
from anyview.training.recipe import Recipe
from anyview.training.recipes import get_recipe
from anyview.training.recipes.steps import full, pose_only, single_views
from anyview.training.trainer import TrainOptions, TrainResult, train


def small_recipe(steps: int = 12, **changes: object) -> Recipe:
    """Every kind of step, a state every 4 steps, no validation scenes."""
    kinds = (
        (1.0, single_views(4, 42, 28)),
        (1.0, pose_only(2, 2, 42, 28)),
        (1.0, full(2, 2, 42, 28, given_cameras=0.5)),
    )
    values = {"num_steps": steps, "save_every": 4, "validation_scenes": 0} | changes
    return replace(get_recipe("nano"), phases=(Phase(1.0, kinds),), **values)


class Planes:
    """Scenes of slanted planes in noise; every pixel is valid."""

    def batch(self, plan: StepPlan, rank: int = 0, world: int = 1) -> Batch:
        kind, scenes = plan.kind, []
        for i in share(plan.kind.scenes, rank, world):
            scenes.append(_scene(plan.seed + i, kind.views, kind.height, kind.width))
        depth, images, pose = (torch.stack(v) for v in zip(*scenes, strict=True))
        count, views, height, width = depth.shape
        k = torch.tensor([[40.0, 0, width / 2], [0, 40.0, height / 2], [0, 0, 1]])
        yes = torch.ones(count, dtype=torch.bool)
        return Batch(
            images=images,
            depth=depth,
            sky=torch.zeros_like(depth, dtype=torch.bool),
            objects=torch.zeros_like(depth, dtype=torch.bool),
            intrinsics=k.expand(count, views, 3, 3).clone(),
            cam_from_world=pose,
            has_pose=yes,
            has_masks=yes,
            is_metric=yes,
            depth_kind=torch.full((count,), EXACT),
            names=[f"plane-{i}" for i in range(count)],
        )


def _scene(seed: int, views: int, height: int, width: int) -> tuple[torch.Tensor, ...]:
    chance = torch.Generator().manual_seed(seed)
    slope = torch.rand(2, generator=chance) / 40
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    depth = 2 + slope[0] * rows + slope[1] * columns
    images = torch.rand(views, 3, height, width, generator=chance) * (1 / depth)
    pose = torch.eye(4).repeat(views, 1, 1)
    pose[:, 0, 3] = torch.arange(views) * 0.1
    return depth.expand(views, height, width).clone(), images, pose


def network_of(recipe: Recipe) -> Network:
    network = build(recipe.network, seed=recipe.seed)
    assert isinstance(network, Network)
    trainable(network, "full")
    return network


def run(
    recipe: Recipe, folder: Path, *, resume: bool = False, stop: int | None = None
) -> TrainResult:
    options = TrainOptions(stop_after=stop, prefetch=PrefetchOptions(workers=0))
    return train(recipe, network_of(recipe), Planes(), folder, resume=resume, options=options)
