# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The frame and the unit in which truth is learnt (DA3, section 3.3).

Predictions have no unit of their own: truth is expressed in the frame of view 0 and divided by the
mean distance of its valid points to that camera. Predictions are not normalised.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from anyview.core.errors import OptionError
from anyview.geometry import se3
from anyview.geometry.cameras import resize_intrinsics
from anyview.geometry.rays import pixel_grid
from anyview.model.camera import encode_pose

_SAMPLED_POINTS = 4096  # enough to know a percentile to within half a per cent


@dataclass(frozen=True)
class NormalizedTruth:
    """What a network should say of a batch; finite everywhere.

    Attributes:
        depth: z-depth over ``scale``, 0 where not valid.
        valid: Where depth is known.
        intrinsics: K in pixels, as given.
        cam_from_world: World-to-camera; view 0 is the identity. In scenes without known cameras
            every view is: each is a scene of its own.
        scale: What lengths of each view were divided by, in the unit of the data: equal for all
            views of a scene with known cameras. 1 where no point is known.
        has_pose: Whether the scene's cameras are known.
    """

    depth: Float[Tensor, "B V H W"]
    valid: Bool[Tensor, "B V H W"]
    intrinsics: Float[Tensor, "B V 3 3"]
    cam_from_world: Float[Tensor, "B V 4 4"]
    scale: Float[Tensor, "B V"]
    has_pose: Bool[Tensor, " B"]

    @property
    def pose_encoding(self) -> Float[Tensor, "B V 9"]:
        """Centre, quaternion world-from-camera x y z w with w >= 0, vertical, horizontal fov."""
        height, width = self.depth.shape[-2:]
        return encode_pose(self.cam_from_world, self.intrinsics, height, width)

    @property
    def views_with_pose(self) -> Bool[Tensor, "B V"]:
        """Views whose place is known, as a mask for losses of rays and cameras."""
        return self.has_pose[:, None].expand(self.depth.shape[:2])

    @property
    def valid_with_pose(self) -> Bool[Tensor, "B V H W"]:
        """Pixels whose depth and camera are known, as a mask for losses of points."""
        return self.valid & self.has_pose[:, None, None, None]

    def points(self) -> Float[Tensor, "B V H W 3"]:
        """Points in the frame of view 0, the camera centre where not valid."""
        rays = self.ray_map(*self.depth.shape[-2:])
        return rays[..., :3] + self.depth[..., None] * rays[..., 3:]

    def ray_map(self, height: int, width: int) -> Float[Tensor, "B V {height} {width} 6"]:
        """True rays on any grid over the image: origin, direction ``R K^-1 p`` (z = 1 in camera).

        Args:
            height: Rows of the grid.
            width: Columns of the grid.
        """
        rows, columns = self.depth.shape[-2:]
        K = resize_intrinsics(self.intrinsics, width / columns, height / rows)
        # R K^-1 (u, v, 1) is a sum of three vectors, two of them multiplied by u and by v.
        world_from_cam = self.cam_from_world[..., :3, :3].mT
        inverse = torch.linalg.inv(K)
        along_u, along_v, first = (world_from_cam @ inverse).unbind(dim=-1)
        grid = pixel_grid(height, width, device=K.device, dtype=K.dtype)
        across = along_u[..., None, None, :] * grid[:1, :, :1]
        down = along_v[..., None, None, :] * grid[:, :1, 1:] + first[..., None, None, :]
        rays = K.new_empty(*K.shape[:2], height, width, 6)
        rays[..., :3] = se3.camera_centres(self.cam_from_world)[..., None, None, :]
        torch.add(across, down, out=rays[..., 3:])
        return rays


@torch.no_grad()
def normalize_scene(
    depth: Float[Tensor, "B V H W"],
    intrinsics: Float[Tensor, "B V 3 3"],
    cam_from_world: Float[Tensor, "B V 4 4"],
    valid: Bool[Tensor, "B V H W"] | None = None,
    *,
    has_pose: Bool[Tensor, " B"] | None = None,
    farthest_percent: int | float = 0,
) -> NormalizedTruth:
    """Bring scenes to the frame of view 0 and to a mean distance of 1.

    The distance is Euclidean, from the centre of view 0 to the valid points of all views. Scenes
    without known cameras are normalised view by view.

    Args:
        depth: z-depth; may hold anything where not valid.
        intrinsics: K in pixels of the depth map.
        cam_from_world: World-to-camera in any frame, in the unit of depth.
        valid: Where depth is known; None takes finite positive depth.
        has_pose: Scenes whose cameras are known; None takes all.
        farthest_percent: Share of the farthest points that the mean leaves out. The paper leaves
            out none; a few per cent keep a strip of horizon from shrinking everything else.

    Raises:
        OptionError: If ``farthest_percent`` is not in [0, 100).
    """
    if not 0 <= farthest_percent < 100:
        raise OptionError(f"farthest_percent is {farthest_percent}; accepted: 0 up to below 100.")
    usable = depth.isfinite() & (depth > 0)
    valid = usable if valid is None else usable & valid
    depth = torch.where(valid, depth, 0)
    if has_pose is None:
        has_pose = torch.ones(len(depth), dtype=torch.bool, device=depth.device)
    identity = torch.eye(4, dtype=cam_from_world.dtype, device=cam_from_world.device)
    cameras = torch.where(
        has_pose[:, None, None, None], se3.relative_to_first(cam_from_world), identity
    )
    distance = _distance_to_origin(depth, intrinsics, cameras)
    scale = _mean_distance(
        distance.flatten(2), valid.flatten(2), has_pose, 1 - farthest_percent / 100
    )
    translation = cameras[..., :3, 3] / scale[..., None]
    return NormalizedTruth(
        depth=depth / scale[..., None, None],
        valid=valid,
        intrinsics=intrinsics,
        cam_from_world=se3.rigid_transform(cameras[..., :3, :3], translation),
        scale=scale,
        has_pose=has_pose,
    )


def _distance_to_origin(depth: Tensor, intrinsics: Tensor, cameras: Tensor) -> Tensor:
    """|R^T (D d - t)| = |D d - t|: no need to rotate a point to know how far it is."""
    height, width = depth.shape[-2:]
    grid = pixel_grid(height, width, device=depth.device, dtype=depth.dtype)
    K = intrinsics[..., None, None, :, :]
    y = (grid[:, :1, 1] - K[..., 1, 2]) / K[..., 1, 1]
    x = (grid[:1, :, 0] - K[..., 0, 2]) / K[..., 0, 0] - y * (K[..., 0, 1] / K[..., 0, 0])
    tx, ty, tz = (t[..., None, None] for t in cameras[..., :3, 3].unbind(dim=-1))
    squared = (depth - tz).square_()
    squared += (depth * x).sub_(tx).square_()
    squared += (depth * y).sub_(ty).square_()
    return squared.sqrt_()


def _mean_distance(distance: Tensor, valid: Tensor, has_pose: Tensor, keep: float) -> Tensor:
    """Mean over each scene, or over each view where cameras are not known; [B, V]."""
    if keep < 1:
        limits = torch.stack(
            [
                _limit(d, v, keep).expand(len(d))
                if pose
                else torch.stack([_limit(*view, keep) for view in zip(d, v, strict=True)])
                for d, v, pose in zip(distance, valid, has_pose.tolist(), strict=True)
            ]
        )
        valid = valid & (distance <= limits[..., None])
    weight = valid.to(distance.dtype)
    total, count = (distance * weight).sum(dim=-1), weight.sum(dim=-1)
    pooled_total, pooled_count = (v.sum(dim=1, keepdim=True) for v in (total, count))
    total = torch.where(has_pose[:, None], pooled_total, total)
    count = torch.where(has_pose[:, None], pooled_count, count)
    # A scene without points, or with all of them at the origin, keeps its unit.
    return torch.where(total > 0, total / count.clamp_min(1), 1)


def _limit(distance: Tensor, valid: Tensor, keep: float) -> Tensor:
    """The distance that a share of the valid points does not exceed, from some 4096 of them."""
    known = distance[valid]
    known = known[:: max(1, len(known) // _SAMPLED_POINTS)]
    return known.quantile(keep) if len(known) else distance.new_zeros(())
