# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures of a plain with boxes below a sky, with exact depth: a batch in a millisecond."""

import random

import torch

from anyview.data.batch import EXACT, Batch
from anyview.training.batch_source import share
from anyview.training.plan import StepPlan

FOCAL = 40.0


def small_batch(count: int, height: int, width: int, *, seed: int = 0) -> Batch:
    """``count`` scenes of one view in metres; farther is greyer, so depth can be learnt."""
    scenes = [_scene(seed + i, height, width) for i in range(count)]
    images, depth, objects = (torch.stack(v)[:, None] for v in zip(*scenes, strict=True))
    k = torch.tensor([[FOCAL, 0, width / 2], [0, FOCAL, height / 2], [0, 0, 1]])
    yes = torch.ones(count, dtype=torch.bool)
    return Batch(
        images=images,
        depth=depth,
        sky=depth == 0,
        objects=objects,
        intrinsics=k.expand(count, 1, 3, 3).clone(),
        cam_from_world=torch.eye(4).expand(count, 1, 4, 4).clone(),
        has_pose=yes,
        has_masks=yes.clone(),
        is_metric=yes.clone(),
        depth_kind=torch.full((count,), EXACT),
        names=[f"plain-{seed + i}" for i in range(count)],
    )


class SmallScenes:
    """Eight scenes in all; a step sees some of them."""

    def batch(self, plan: StepPlan, rank: int = 0, world: int = 1) -> Batch:
        kind = plan.kind
        drawn = random.Random(plan.seed).sample(range(8), kind.scenes)
        mine = [drawn[i] for i in share(kind.scenes, rank, world)]
        return small_batch(8, kind.height, kind.width).select(mine)


def _scene(seed: int, height: int, width: int) -> tuple[torch.Tensor, ...]:
    chance = torch.Generator().manual_seed(seed)
    uniform = torch.rand(8, generator=chance)
    eye, horizon = 1 + uniform[0], height * (0.25 + 0.2 * uniform[1])
    rows = torch.arange(height)[:, None] + 0.5
    columns = torch.arange(width)[None] + 0.5
    plain = FOCAL * eye / (rows - horizon).clamp_min(0.01)
    depth = torch.where(rows - horizon > 1, plain, 0).expand(height, width).clone()
    colour = torch.tensor([0.3, 0.6, 0.2])[:, None, None].expand(3, height, width).clone()
    objects = torch.zeros(height, width, dtype=torch.bool)
    for i in (2, 5):
        far, left, size = 3 + 5 * uniform[i], uniform[i + 1] * width, 1 + uniform[i + 2]
        bottom, side = horizon + FOCAL * eye / far, FOCAL * size / far
        box = (rows < bottom) & (rows > bottom - side) & ((columns - left).abs() < side / 2)
        box &= (depth == 0) | (depth > far)
        depth[box], objects = far, objects | box
        colour[:, box] = torch.rand(3, 1, generator=chance)
    fog = (-depth / 15).exp() * (depth > 0)
    sky = torch.tensor([0.6, 0.7, 0.9])[:, None, None]
    noise = 0.03 * torch.randn(3, height, width, generator=chance)
    return ((colour - sky) * fog + sky + noise).clamp(0, 1), depth, objects
