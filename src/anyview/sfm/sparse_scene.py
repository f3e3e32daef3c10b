# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What matches say of a scene: cameras of some views, and points that they see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float64, Int
from torch import Tensor

from anyview.geometry.se3 import camera_centres, to_homogeneous
from anyview.sfm.priors import SharedLens


@dataclass(frozen=True)
class SparseScene:
    """Cameras of registered views and triangulated points in one frame at one scale.

    Attributes:
        cam_from_world: World-to-camera; NaN for views that are not registered.
        intrinsics: K in pixels of each view's image; NaN for views that share a lens with none
            that is registered.
        points: Positions in the world.
        observed_view: Of each sighting, the view.
        observed_point: Of each sighting, the point.
        observed_pixel: Of each sighting, where the feature is, pixels of the view's image.
    """

    cam_from_world: Float64[Tensor, "V 4 4"]
    intrinsics: Float64[Tensor, "V 3 3"]
    points: Float64[Tensor, "P 3"]
    observed_view: Int[Tensor, " S"]
    observed_point: Int[Tensor, " S"]
    observed_pixel: Float64[Tensor, "S 2"]

    @property
    def registered(self) -> Bool[Tensor, " V"]:
        """Which views have a camera."""
        return ~self.cam_from_world[:, 0, 0].isnan()

    @property
    def observed_depth(self) -> Float64[Tensor, " S"]:
        """z-depth of the point of each sighting in the camera that sees it."""
        return self._in_cameras()[:, 2]

    @property
    def errors_px(self) -> Float64[Tensor, " S"]:
        """Distance from each feature to where its point projects; infinite behind the camera."""
        in_camera = self._in_cameras()
        homogeneous = (self.intrinsics[self.observed_view] @ in_camera[:, :, None])[:, :, 0]
        pixels = homogeneous[:, :2] / homogeneous[:, 2:]
        errors = torch.linalg.vector_norm(pixels - self.observed_pixel, dim=-1)
        return torch.where(in_camera[:, 2] > 0, errors, torch.inf)

    @property
    def median_error_px(self) -> float:
        """Median of ``errors_px``; NaN without points."""
        errors = self.errors_px
        return float(errors.quantile(0.5)) if len(errors) else float("nan")

    @property
    def angles_deg(self) -> Float64[Tensor, " P"]:
        """Of each point, the largest angle between its first sighting's ray and another's."""
        centres = camera_centres(self.cam_from_world)[self.observed_view]
        rays = torch.nn.functional.normalize(self.points[self.observed_point] - centres, dim=-1)
        first = torch.zeros_like(self.points)
        # Backwards, so that the first sighting of a point is written last.
        first[self.observed_point.flip(0)] = rays.flip(0)
        chord = (rays - first[self.observed_point]).norm(dim=-1).clamp(max=2)
        angle = torch.rad2deg(2 * torch.asin(chord / 2))
        largest = torch.zeros(len(self.points), dtype=angle.dtype)
        return largest.scatter_reduce(0, self.observed_point, angle, "amax")

    def num_sightings(self) -> Int[Tensor, " V"]:
        """Points that each view sees."""
        return torch.bincount(self.observed_view, minlength=len(self.cam_from_world))

    def _in_cameras(self) -> Float64[Tensor, "S 3"]:
        poses = self.cam_from_world[self.observed_view]
        points = self.points[self.observed_point]
        return (poses[:, :3, :3] @ points[:, :, None])[:, :, 0] + poses[:, :3, 3]


@dataclass(frozen=True)
class SparseResult:
    """A scene, or why there is none.

    Attributes:
        scene: None if there is none that can be trusted.
        reason: One clause, empty if there is a scene.
    """

    scene: SparseScene | None
    reason: str = ""

    @classmethod
    def failed(cls, reason: str) -> "SparseResult":
        """No scene."""
        return cls(None, reason)


def scene_of(model: Any, lenses: Sequence[SharedLens]) -> SparseScene:
    """A reconstruction of COLMAP.

    Args:
        model: Its image i + 1 is view i, its camera n + 1 lens n.
        lenses: Every view in exactly one.
    """
    num_views = sum(len(lens.views) for lens in lenses)
    poses = np.full((num_views, 3, 4), np.nan)
    matrices = np.full((num_views, 3, 3), np.nan)
    for image_id, image in model.images.items():
        if image.has_pose:
            poses[image_id - 1] = image.cam_from_world().matrix()
            same_lens = list(lenses[image.camera_id - 1].views)
            matrices[same_lens] = model.camera(image.camera_id).calibration_matrix()
    points, views, numbers, pixels = [], [], [], []
    for number, point in enumerate(model.points3D.values()):
        points.append(point.xyz)
        for element in point.track.elements:
            views.append(element.image_id - 1)
            numbers.append(number)
            pixels.append(model.image(element.image_id).points2D[element.point2D_idx].xy)
    cameras = torch.from_numpy(poses)
    whole = to_homogeneous(cameras)
    return SparseScene(
        cam_from_world=torch.where(cameras[:, :1, :1].isnan(), torch.nan, whole),
        intrinsics=torch.from_numpy(matrices),
        points=torch.from_numpy(np.array(points, dtype=np.float64).reshape(-1, 3)),
        observed_view=torch.tensor(views, dtype=torch.long),
        observed_point=torch.tensor(numbers, dtype=torch.long),
        observed_pixel=torch.from_numpy(np.array(pixels, dtype=np.float64).reshape(-1, 2)),
    )
