# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A scene that is ready for the network, and which of its known cameras the network is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.inference.preprocess import ProcessedViews
from anyview.inference.scene_knowledge import SceneKnowledge

Shown = Literal["nothing", "intrinsics", "poses", "poses and intrinsics"]
"""Which known cameras the network is shown."""


@dataclass(frozen=True)
class PreparedScene:
    """Views on the network's grid, with what is known of their cameras.

    Attributes:
        processed: The images.
        known: Names and cameras.
        shown: Which of the cameras the network will be shown.
        sources: Where each view comes from.
        resolution: That the images were resized to.
        seconds: What reading and preprocessing took.
    """

    processed: ProcessedViews
    known: SceneKnowledge
    shown: Shown
    sources: tuple[str | None, ...]
    resolution: int
    seconds: Mapping[str, float]

    @property
    def batch_key(self) -> tuple[object, ...]:
        """Scenes of one key can run in one batch."""
        return (*self.processed.images.shape, self.shown)

    @property
    def poses_to_show(self) -> Float[Tensor, "V 4 4"]:
        """Poses as the network gets them; that of a single view relative to itself is none."""
        poses = self.known.poses
        return torch.eye(4)[None] if poses is None else poses.normalized

    def intrinsics_to_show(self, predicted: Float[Tensor, "V 3 3"]) -> Float[Tensor, "V 3 3"]:
        """Known intrinsics, and predicted ones where none are known."""
        return predicted if self.known.focals is None else self.known.focals.over(predicted)


def shown_cameras(known: SceneKnowledge, *, has_encoder: bool) -> Shown:
    """What the camera encoder can be told: whole cameras only, of all views.

    Args:
        known: Of the scene.
        has_encoder: Whether the network has a camera encoder.
    """
    if not has_encoder:
        return "nothing"
    complete = known.focals is not None and known.focals.complete
    if known.poses is not None:
        if not known.poses.complete:
            return "nothing"
        return "poses and intrinsics" if complete else "poses"
    return "intrinsics" if complete and len(known.names) == 1 else "nothing"
