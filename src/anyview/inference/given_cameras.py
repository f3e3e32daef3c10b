# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras that come with the images, checked before any image is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.cameras import validate_intrinsics
from anyview.geometry.se3 import validate_extrinsics
from anyview.structures.views import View, ViewSet


@dataclass(frozen=True)
class GivenCameras:
    """Cameras of all inputs, those of images that are skipped later included.

    Attributes:
        extrinsics: World-to-camera, OpenCV axes, valid; or None.
        intrinsics: K in pixels of each image, not yet compared with the images' sizes; or None.
    """

    extrinsics: Float64[Tensor, "V 4 4"] | None
    intrinsics: Float64[Tensor, "V 3 3"] | None

    @classmethod
    def checked(cls, extrinsics: Any, intrinsics: Any, num_views: int) -> "GivenCameras":
        """Cameras from what a caller may give.

        Args:
            extrinsics: [V, 3, 4] or [V, 4, 4]; for a single view without V too; or None.
            intrinsics: [V, 3, 3] or one [3, 3] for all; or None.
            num_views: V.

        Raises:
            InputError: If the shapes, numbers or counts are wrong.
        """
        poses = None if extrinsics is None else _numbers(extrinsics, "extrinsics")
        if poses is not None:
            if poses.ndim == 2 and num_views == 1:
                poses = poses[None]
            _check_count(poses, "extrinsics", ("3, 4", "4, 4"), num_views)
            poses = validate_extrinsics(poses)
        K = None if intrinsics is None else _numbers(intrinsics, "intrinsics")
        if K is not None:
            if K.shape == (3, 3):
                K = K.repeat(num_views, 1, 1)
            _check_count(K, "intrinsics", ("3, 3",), num_views)
        return cls(poses, K)

    def of(self, kept: Sequence[int], views: tuple[View, ...]) -> ViewSet:
        """The views with their cameras.

        Args:
            kept: Number of each view among all inputs.
            views: The views that could be read.

        Raises:
            InputError: If K of a view cannot belong to its image.
        """
        extrinsics = None if self.extrinsics is None else self.extrinsics[list(kept)]
        intrinsics = None if self.intrinsics is None else self.intrinsics[list(kept)]
        if intrinsics is not None:
            sizes = [(view.height, view.width) for view in views]
            validate_intrinsics(intrinsics, sizes, [view.name for view in views])
        return ViewSet(views, extrinsics, intrinsics)


def _numbers(given: Any, name: str) -> Float64[Tensor, "..."]:
    """An array, tensor or list of either as a float64 tensor of its own."""
    if isinstance(given, list | tuple):
        given = [x.detach().cpu().numpy() if isinstance(x, Tensor) else x for x in given]
    elif isinstance(given, Tensor):
        given = given.detach().cpu().double().numpy()
    try:
        array = np.array(given, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise InputError(f"{name} is no regular array of numbers: {error}.") from error
    return torch.from_numpy(array)


def _check_count(matrices: Tensor, name: str, shapes: tuple[str, ...], num_views: int) -> None:
    shape = ", ".join(str(side) for side in matrices.shape[1:])
    if matrices.ndim != 3 or shape not in shapes:
        accepted = " or ".join(f"[{num_views}, {shape}]" for shape in shapes)
        raise InputError(
            f"{name} has shape {tuple(matrices.shape)}; accepted for these images: {accepted}."
        )
    if len(matrices) != num_views:
        raise InputError(
            f"{name} has {len(matrices)} entries for {num_views} images; give one for each image, "
            "in the same order."
        )
