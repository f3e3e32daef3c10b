# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The example room as a task: exact truth, and answers that are right in a frame of their own."""

from dataclasses import replace

import torch

from anyview.evaluation.benchmark.suites.true_points import surface_of_depth
from anyview.evaluation.benchmark.task import Answer, Truth
from anyview.geometry.sim3 import Sim3
from anyview.structures.views import View, ViewSet

MOVE = Sim3.exp(torch.tensor([0.4, -0.3, 0.9, 0.2, 0.5, -0.1, -0.6], dtype=torch.float64))
"""From the frame of the answer to the true one."""


def room_truth(scene, views=4) -> Truth:
    """Depth 0 in the sky; the surface is that of the depth."""
    depth = torch.where(scene.depth.isfinite(), scene.depth, 0.0)[:views]
    truth = Truth(
        depth=tuple(depth),
        cam_from_world=scene.cam_from_world[:views].double(),
        intrinsics=scene.intrinsics[:views].double(),
        is_metric=True,
    )
    return replace(truth, points=surface_of_depth(truth).points)


def room_views(scene, views=4, **known) -> ViewSet:
    return ViewSet(tuple(View(scene.images[i], str(i)) for i in range(views)), **known)


def right_answer(truth: Truth, **other) -> Answer:
    """The truth in another frame and unit."""
    back = MOVE.inverse()
    parts = {
        "depth": tuple(depth * float(back.scale) for depth in truth.depth),
        "cam_from_world": back.apply_to_cameras(truth.cam_from_world),
        "intrinsics": truth.intrinsics,
    }
    return Answer(**(parts | other))
