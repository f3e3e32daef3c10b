# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras that are fixed to each other and move as one."""

from dataclasses import dataclass

from jaxtyping import Float64, Int
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry import se3


@dataclass(frozen=True)
class Rig:
    """Which view was taken by which camera of a rig, and when.

    ``cam_from_world[view] = cam_from_rig[camera_of_view[view]] @ rig_from_world[frame]`` with
    ``frame = frame_of_view[view]``: views of one frame share one unknown pose. A frame need not
    have a view of each camera.

    Attributes:
        cam_from_rig: Rigid, OpenCV axes; usually the identity for one camera. The unit is
            metres or that of known poses.
        camera_of_view: Row of ``cam_from_rig`` for each view.
        frame_of_view: Number of the moment at which each view was taken, from 0, in order of time.
        names: Of the cameras, unique; empty if they have none.
    """

    cam_from_rig: Float64[Tensor, "C 4 4"]
    camera_of_view: Int[Tensor, " V"]
    frame_of_view: Int[Tensor, " V"]
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that cameras exist, and that no camera took two views of one frame."""
        se3.validate_extrinsics(self.cam_from_rig, name="cam_from_rig")
        count = len(self.cam_from_rig)
        if self.names and (len(self.names) != count or len(set(self.names)) != count):
            raise InputError(f"A rig of {count} cameras needs as many different names.")
        for name in ("camera_of_view", "frame_of_view"):
            if bool((getattr(self, name) < 0).any()):
                raise InputError(f"{name} of a rig counts from 0; a number below was given.")
        if bool((self.camera_of_view >= count).any()):
            raise InputError(
                f"camera_of_view of a rig names camera {int(self.camera_of_view.max())}; it has "
                f"cameras 0 to {count - 1}."
            )
        seen: set[tuple[int, int]] = set()
        for pair in zip(self.frame_of_view.tolist(), self.camera_of_view.tolist(), strict=True):
            if pair in seen:
                raise InputError(f"Frame {pair[0]} of a rig has two views of camera {pair[1]}.")
            seen.add(pair)

    @property
    def num_frames(self) -> int:
        """Frames, counted to the last one that has a view."""
        return int(self.frame_of_view.max()) + 1 if len(self.frame_of_view) else 0

    def of(self, kept: list[int]) -> "Rig":
        """The rig of a choice of its views, in that order; cameras and frames keep numbers."""
        return Rig(
            self.cam_from_rig, self.camera_of_view[kept], self.frame_of_view[kept], self.names
        )

    def cam_from_world(self, rig_from_world: Float64[Tensor, "F 4 4"]) -> Float64[Tensor, "V 4 4"]:
        """World-to-camera of each view.

        Args:
            rig_from_world: Pose of the rig at each frame.
        """
        return self.cam_from_rig[self.camera_of_view] @ rig_from_world[self.frame_of_view]
