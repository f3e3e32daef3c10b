# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The cameras that a cloud is made with: those predicted, or a stated guess for a single image."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.se3 import to_homogeneous
from anyview.structures.prediction import Prediction

GUESSED_FOV_DEG = 60.0
"""Field of view along the longer side that a single image without a camera is shown with.

About a phone's main lens in full frame (26 to 28 mm equivalent) after the usual crop. A wrong
guess stretches the cloud along the viewing direction, but keeps planes flat.
"""


@dataclass(frozen=True)
class DisplayCameras:
    """Cameras of all views in the world frame.

    Attributes:
        cam_from_world: World-to-camera, OpenCV axes.
        intrinsics: K in pixels of the processed grid.
        guessed: Whether they are a guess for display rather than predicted.
    """

    cam_from_world: Float[Tensor, "V 4 4"]
    intrinsics: Float[Tensor, "V 3 3"]
    guessed: bool


def cameras_for_display(prediction: Prediction) -> DisplayCameras:
    """The predicted cameras, or for one view without a camera a pinhole at the origin.

    Monocular models give depth alone. One such view is shown through a centred pinhole of
    ``GUESSED_FOV_DEG``; several have no common frame, and clouds side by side would only look
    like a reconstruction.

    Raises:
        InputError: If there are several views and no cameras.
    """
    views, height, width = prediction.depth.shape
    if prediction.extrinsics is not None and prediction.intrinsics is not None:
        cam_from_world = to_homogeneous(prediction.extrinsics)
        return DisplayCameras(cam_from_world, prediction.intrinsics, guessed=False)
    if views != 1:
        raise InputError(
            f"This prediction has {views} views and no cameras (monocular models predict depth "
            "alone), so its views have no common frame and cannot make one cloud. Predict one "
            "image at a time, use an any-view model, or export depth pictures or npz instead."
        )
    focal = max(height, width) / 2 / math.tan(math.radians(GUESSED_FOV_DEG) / 2)
    intrinsics = torch.tensor([[[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]]])
    return DisplayCameras(torch.eye(4)[None], intrinsics, guessed=True)


def frame_notes(prediction: Prediction, *, guessed: bool) -> dict[str, str]:
    """What a file should say of its unit, its scale and its cameras, as short texts by name."""
    cameras = "predicted"
    if guessed:
        cameras = f"guessed: one pinhole with a field of view of {GUESSED_FOV_DEG:g} degrees"
    return {"unit": prediction.unit, "scale_note": prediction.scale_note, "cameras": cameras}
