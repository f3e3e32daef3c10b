# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What is known of a scene beside its images."""

from dataclasses import dataclass

from anyview.geometry.lens import Lens
from anyview.inference.known_cameras import KnownPoses
from anyview.inference.known_focals import KnownFocals
from anyview.structures.rig import Rig


@dataclass(frozen=True)
class SceneKnowledge:
    """Names and cameras of the views of a scene.

    Attributes:
        names: Of the views.
        poses: Known poses: given ones, and those that follow from them by the rig.
        focals: Known intrinsics.
        exif_at_hand: Whether the files have focal lengths that were not asked for.
        lenses: Distortion of each original image that was undone; empty or None for none.
        rig: To which the cameras are fixed.
        num_by_rig: How many of ``poses`` follow by the rig.
    """

    names: tuple[str, ...]
    poses: KnownPoses | None = None
    focals: KnownFocals | None = None
    exif_at_hand: bool = False
    lenses: tuple[Lens | None, ...] = ()
    rig: Rig | None = None
    num_by_rig: int = 0
