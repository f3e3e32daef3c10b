# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Pictures that a prediction makes of its own views: the points of the others, seen from each.

Depth and cameras that are consistent show each view what was photographed there. No truth is
needed, so sets without any are scored as well; moving things and changing light cost everybody.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from anyview.evaluation.benchmark.pose_scores import known_rows
from anyview.evaluation.benchmark.posed_depth import PosedDepth
from anyview.evaluation.benchmark.task import Answer
from anyview.evaluation.benchmark.task_scores import TaskScores, on_grid
from anyview.geometry.cameras import resize_intrinsics
from anyview.geometry.rays import points_from_depth
from anyview.io.resize import resize_area, resize_cubic
from anyview.metrics.images import WINDOW, psnr, ssim
from anyview.render.point_image import Dots, draw_points
from anyview.structures.views import ViewSet

MOST_TARGETS = 4
"""So many views, spread evenly, are drawn."""

MOST_SOURCES = 4
"""Views, the nearest in order, whose points are drawn."""

LARGEST_SIDE = 336
"""Pictures are compared at this size or smaller."""

_MISSING = (255, 0, 255)
"""What no point falls on; the few points of exactly this colour are lost."""


def score_images(answer: Answer, views: ViewSet) -> TaskScores:
    """Draw the answer's points into its views; empty with fewer than two placed dense views.

    ``images/psnr`` (dB) and ``images/ssim`` are over pixels that points fall on, means over
    views; ``images/coverage`` is the share of such pixels.

    Args:
        answer: With depth, cameras and K.
        views: What it answered.
    """
    placed = _placed(answer, views)
    if len(placed) < 2:
        return TaskScores()
    spread = torch.linspace(0, len(placed) - 1, min(MOST_TARGETS, len(placed))).round().long()
    found: dict[str, list[float]] = {"psnr": [], "ssim": [], "coverage": []}
    for target in spread.tolist():
        by_distance = sorted((abs(i - target), i) for i in range(len(placed)) if i != target)
        sources = [placed[i] for _, i in by_distance[:MOST_SOURCES]]
        for name, value in _compare(placed[target], sources).items():
            if math.isfinite(value):
                found[name].append(value)
    return TaskScores({f"images/{n}": sum(v) / len(v) for n, v in found.items() if v})


def _placed(answer: Answer, views: ViewSet) -> list[tuple[PosedDepth, Tensor]]:
    """Views with depth, camera and K, and their images on the grid of the depth, shrunk."""
    if answer.depth is None or answer.cam_from_world is None or answer.intrinsics is None:
        return []
    known = known_rows(answer.cam_from_world) & known_rows(answer.intrinsics)
    found = []
    for i, depth in enumerate(answer.depth):
        if depth is None or not bool(known[i]) or not bool((depth > 0).any()):
            continue
        image = views.views[i].image
        step = math.ceil(max(depth.shape) / LARGEST_SIDE)
        height, width = (math.ceil(side / step) for side in depth.shape)
        fits = height <= image.shape[1] and width <= image.shape[2]
        small = (resize_area if fits else resize_cubic)(image, height, width)
        K = resize_intrinsics(answer.intrinsics[i], width / image.shape[2], height / image.shape[1])
        coarse = on_grid(depth.float(), (height, width), smooth=False)
        found.append((PosedDepth(coarse, K, answer.cam_from_world[i]), small))
    return found


def _compare(
    target: tuple[PosedDepth, Tensor], sources: Sequence[tuple[PosedDepth, Tensor]]
) -> dict[str, float]:
    """The view as it is drawn against its image."""
    view, image = target
    points = torch.cat([_points(source) for source, _ in sources])
    colors = torch.cat([picture.flatten(1).mT for _, picture in sources])
    known = points.isfinite().all(-1)
    height, width = (int(side) for side in image.shape[1:])
    drawn = draw_points(
        [Dots(points[known], colors[known])],
        view.cam_from_world.float(),
        view.intrinsics.float(),
        *(height, width),
        background=_MISSING,
    )
    covered = (drawn != torch.tensor(_MISSING, dtype=torch.uint8)[:, None, None]).any(0)
    scores = {
        "psnr": psnr(drawn.float(), image.float(), covered),
        "coverage": float(covered.double().mean()),
    }
    if min(height, width) >= WINDOW:
        scores["ssim"] = ssim(drawn.float(), image.float(), covered)
    return scores


def _points(view: PosedDepth) -> Tensor:
    return (
        points_from_depth(view.depth.double(), view.cam_from_world, view.intrinsics)
        .flatten(0, 1)
        .float()
    )
