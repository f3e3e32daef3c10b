# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The one pixel grid, rays through it, and depth to points (DA3, section 3.1).

A ray is an origin t and a direction d = R K^-1 (u, v, 1) that is *not* normalised: its z in the
own camera is 1, so that ``point = t + depth * d`` with z-depth.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.geometry import se3
from anyview.geometry.cameras import resize_intrinsics


def pixel_grid(
    height: int,
    width: int,
    *,
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Float[Tensor, "{height} {width} 2"]:
    """Pixel centres (x, y): (0.5, 0.5) for the top left one.

    Args:
        height: Rows.
        width: Columns.
        device: Where the grid is made.
        dtype: Its type.
    """
    x = torch.arange(width, device=device, dtype=dtype) + 0.5
    y = torch.arange(height, device=device, dtype=dtype) + 0.5
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)


def directions_cam(
    intrinsics: Float[Tensor, "*batch 3 3"], height: int, width: int
) -> Float[Tensor, "*batch {height} {width} 3"]:
    """Ray directions ``K^-1 (u, v, 1)`` in the camera frame, z = 1.

    Args:
        intrinsics: K in pixels of the ``height`` x ``width`` grid; skew is honoured.
        height: Rows of the grid.
        width: Columns of the grid.
    """
    grid = pixel_grid(height, width, device=intrinsics.device, dtype=intrinsics.dtype)
    K = intrinsics[..., None, None, :, :]
    y = (grid[..., 1] - K[..., 1, 2]) / K[..., 1, 1]
    x = (grid[..., 0] - K[..., 0, 2] - K[..., 0, 1] * y) / K[..., 0, 0]
    return torch.stack((x, y, torch.ones_like(x)), dim=-1)


def ray_map_from_cameras(
    cam_from_world: Float[Tensor, "*batch 4 4"],
    intrinsics: Float[Tensor, "*batch 3 3"],
    height: int,
    width: int,
    *,
    image_size: tuple[int, int] | None = None,
) -> Float[Tensor, "*batch {height} {width} 6"]:
    """The ray map of known cameras: world origin first, world direction second.

    Args:
        cam_from_world: World-to-camera.
        intrinsics: K in pixels of the image.
        height: Rows of the ray grid.
        width: Columns of the ray grid.
        image_size: Height and width of the image that K belongs to, if its grid is not the ray
            grid's: both cover the same image plane.

    Returns:
        Rays with ``point = ray[..., :3] + depth * ray[..., 3:]`` for z-depth.
    """
    if image_size is not None:
        intrinsics = resize_intrinsics(intrinsics, width / image_size[1], height / image_size[0])
    # Row vectors: (R_wc d)^T = d^T R_cw, and the grid flattened to one product for each view.
    directions = directions_cam(intrinsics, height, width).flatten(-3, -2)
    directions = (directions @ cam_from_world[..., :3, :3]).unflatten(-2, (height, width))
    origins = se3.camera_centres(cam_from_world)[..., None, None, :].expand_as(directions)
    return torch.cat((origins, directions), dim=-1)


def unproject(
    depth: Float[Tensor, "*batch H W"], intrinsics: Float[Tensor, "*batch 3 3"]
) -> Float[Tensor, "*batch H W 3"]:
    """Lift z-depth to points in the camera frame.

    Pixels are sampled at their centres. Non-positive or non-finite depth gives NaN points.

    Args:
        depth: z-depth, scene units or metres.
        intrinsics: K in pixels of the depth map.
    """
    height, width = depth.shape[-2:]
    return directions_cam(intrinsics, height, width) * _nan_where_invalid(depth)[..., None]


def points_from_depth(
    depth: Float[Tensor, "*batch H W"],
    cam_from_world: Float[Tensor, "*batch 4 4"],
    intrinsics: Float[Tensor, "*batch 3 3"],
) -> Float[Tensor, "*batch H W 3"]:
    """Lift z-depth to points in the world frame.

    Args:
        depth: z-depth; non-positive or non-finite depth gives NaN points.
        cam_from_world: World-to-camera, translations in the unit of depth.
        intrinsics: K in pixels of the depth map.
    """
    points = unproject(depth, intrinsics).flatten(-3, -2)
    points = se3.transform_points(se3.invert(cam_from_world), points)
    return points.unflatten(-2, depth.shape[-2:])


def points_from_ray_map(
    depth: Float[Tensor, "*batch H W"], ray_map: Float[Tensor, "*batch H W 6"]
) -> Float[Tensor, "*batch H W 3"]:
    """``point = origin + depth * direction``; non-positive or non-finite depth gives NaN.

    Args:
        depth: z-depth on the grid of the ray map.
        ray_map: World origin first, world direction (not normalised) second.
    """
    return ray_map[..., :3] + _nan_where_invalid(depth)[..., None] * ray_map[..., 3:]


def _nan_where_invalid(depth: Tensor) -> Tensor:
    return torch.where(torch.isfinite(depth) & (depth > 0), depth, torch.nan)
