# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The kinds of steps that recipes for small any-view networks are mixed of.

From nothing, all losses at once teach a small network the mean shape and no more. Single views
come first, pose without the costly dense head beside them, and the whole of the paper's loss later.
"""

from collections.abc import Mapping
from dataclasses import replace

from anyview.training.plan import LossWeights, StepKind

_POSE = LossWeights(
    translation=1.0, rotation=1.0, fov=1.0, angle=0.5, direction=0.5, match=0.3, flow=0.1
)


def single_views(scenes: int, width: int, height: int) -> StepKind:
    """Depth and field of view of one view a scene."""
    weights = LossWeights(log_depth=1.0, gradient=0.5, fov=1.0)
    return StepKind("single", 1, scenes, width, height, weights)


def pose_only(scenes: int, views: int, width: int, height: int) -> StepKind:
    """Cameras and matches without the dense head, which is half of the cost."""
    return StepKind("pose", views, scenes, width, height, _POSE)


def full(
    scenes: int, views: int, width: int, height: int, *, given_cameras: float = 0.2
) -> StepKind:
    """All of the paper's losses, and the matches."""
    weights = LossWeights(
        log_depth=0.5,
        depth=0.5,
        gradient=0.5,
        rays=1.0,
        points=0.5,
        translation=1.0,
        rotation=1.0,
        fov=1.0,
        angle=0.5,
        direction=0.5,
        match=0.3,
        flow=0.1,
    )
    name = f"full{views}"
    return StepKind(name, views, scenes, width, height, weights, given_cameras)


def weighing(kind: StepKind, factors: Mapping[str, float]) -> StepKind:
    """The same kind of step with some terms weighing so many times more; none is added."""
    weights = {name: getattr(kind.weights, name) * factor for name, factor in factors.items()}
    return replace(kind, weights=replace(kind.weights, **weights))
