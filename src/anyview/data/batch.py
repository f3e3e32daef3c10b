# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a training step is given: scenes of equally many, equally large views with their truth."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from anyview.core.errors import InputError

EXACT, MEASURED, SPARSE, TEACHER = range(4)
"""Kinds of depth: rendered; from a sensor (noise, holes); a few points; a teacher's, aligned."""


@dataclass
class Batch:
    """B scenes of V views; view 0 is the reference view.

    Attributes:
        images: sRGB in [0, 1].
        depth: z-depth, 0 where unknown; metres if the scene is metric.
        sky: Where sky is seen; False everywhere if ``has_masks`` is False.
        objects: Where a thing is seen (not walls, ground, sky).
        intrinsics: K in pixels, centres of pixels at +0.5.
        cam_from_world: World-to-camera; the identity where ``has_pose`` is False.
        has_pose: Whether the scene's cameras are known.
        has_masks: Whether ``sky`` and ``objects`` mean anything.
        is_metric: Whether units are metres.
        depth_kind: ``EXACT``, ``MEASURED``, ``SPARSE`` or ``TEACHER``.
        names: One readable name a scene, for reports.
    """

    images: Float[Tensor, "B V 3 H W"]
    depth: Float[Tensor, "B V H W"]
    sky: Bool[Tensor, "B V H W"]
    objects: Bool[Tensor, "B V H W"]
    intrinsics: Float[Tensor, "B V 3 3"]
    cam_from_world: Float[Tensor, "B V 4 4"]
    has_pose: Bool[Tensor, " B"]
    has_masks: Bool[Tensor, " B"]
    is_metric: Bool[Tensor, " B"]
    depth_kind: Int[Tensor, " B"]
    names: list[str]

    @property
    def valid(self) -> Bool[Tensor, "B V H W"]:
        """Where depth is known."""
        return self.depth > 0

    @property
    def num_tokens(self) -> int:
        """Patch tokens of the whole batch, 14 x 14 pixels each."""
        scenes, views, _, height, width = self.images.shape
        return scenes * views * (height // 14) * (width // 14)

    def select(self, scenes: slice | Sequence[int]) -> "Batch":
        """Some of the scenes, such as one process's share."""
        chosen = range(len(self.names))[scenes] if isinstance(scenes, slice) else scenes
        index = torch.as_tensor(list(chosen), dtype=torch.long)
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "names"}
        return Batch(
            **{name: value[index] for name, value in values.items()},
            names=[self.names[i] for i in chosen],
        )

    def to(self, device: torch.device) -> "Batch":
        """The same on another device."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "names"}
        moved = {name: value.to(device, non_blocking=True) for name, value in values.items()}
        return Batch(**moved, names=self.names)


def join(batches: Sequence[Batch]) -> Batch:
    """One batch of all scenes.

    Raises:
        InputError: If their views differ in number or size.
    """
    shapes = {tuple(b.images.shape[1:]) for b in batches}
    if len(shapes) != 1:
        raise InputError(f"Only views of equal number and size make a batch, got {sorted(shapes)}.")
    values = {
        f.name: torch.cat([getattr(b, f.name) for b in batches])
        for f in fields(Batch)
        if f.name != "names"
    }
    return Batch(**values, names=[n for b in batches for n in b.names])
