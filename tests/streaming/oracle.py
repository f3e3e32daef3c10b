# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A predictor that knows the truth of a walk and hides it: each chunk in a world of its own."""

from collections.abc import Iterator

import torch

from anyview.geometry.sim3 import Sim3
from anyview.streaming.joining import SharedFrames
from anyview.structures.prediction import Prediction
from anyview.structures.views import View, ViewSet

from .walk import HEIGHT, WIDTH, some_sim3, walk


class Oracle:
    """True depth and cameras, under a planted similarity for each call.

    Args:
        count: Frames of the walk.
        noise: Of depth, relative.
        outliers: Share of pixels whose depth is anything.
    """

    def __init__(self, count: int, noise: float = 0.0, outliers: float = 0.0) -> None:
        self.truth: SharedFrames = walk(count)
        self.noise, self.outliers = noise, outliers
        self.calls: list[list[int]] = []

    def frames(self, start: int = 0) -> Iterator[View]:
        """Black images that are named by their number."""
        for k in range(start, len(self.truth.depth)):
            yield View(torch.zeros(3, HEIGHT, WIDTH, dtype=torch.uint8), str(k))

    def __call__(self, views: ViewSet) -> Prediction:
        """The prediction of a chunk."""
        numbers = [int(view.name) for view in views.views]
        self.calls.append(numbers)
        generator = torch.Generator().manual_seed(numbers[0])
        planted = Sim3.identity(dtype=torch.float64) if numbers[0] == 0 else some_sim3(numbers[0])
        depth = self.truth.depth[numbers] * planted.scale.float()
        depth = depth * torch.exp(self.noise * torch.randn(depth.shape, generator=generator))
        wrong = torch.rand(depth.shape, generator=generator) < self.outliers
        depth = torch.where(wrong, 5 * depth * torch.rand(depth.shape, generator=generator), depth)
        cameras = planted.apply_to_cameras(self.truth.cam_from_world[numbers].double())
        return Prediction(
            depth=depth,
            images=torch.zeros(len(numbers), 3, HEIGHT, WIDTH, dtype=torch.uint8),
            names=tuple(view.name for view in views.views),
            extrinsics=cameras[:, :3].float(),
            intrinsics=self.truth.intrinsics[numbers],
        )
