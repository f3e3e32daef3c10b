# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Points to pixels, one view into another, and what is visible there.

Pixel centres are at +0.5, so an image of width W spans [0, W] and ``sample_map`` at
(j + 0.5, i + 0.5) gives back exactly the value of pixel (i, j).
"""

from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from anyview.core.errors import InputError
from anyview.geometry import se3
from anyview.geometry.rays import unproject


def project(
    points_cam: Float[Tensor, "*points 3"], intrinsics: Float[Tensor, "*batch 3 3"]
) -> tuple[Float[Tensor, "*points 2"], Float[Tensor, "*points"]]:
    """Pixels and z-depth of points in the camera frame.

    Args:
        points_cam: Any number of points for each camera: the batch axes of ``intrinsics`` come
            first, the axes of the points (``N``, or ``H W``) after them.
        intrinsics: K; skew is honoured.

    Returns:
        Pixel coordinates (x, y), NaN where the point is not in front of the camera, and z as it
        is (negative behind).

    Raises:
        InputError: If the batch axes do not agree.
    """
    K = _for_each_point(intrinsics, points_cam)
    x, y, z = points_cam.unbind(dim=-1)
    in_front = z > 0
    # A harmless divisor where the result is masked keeps gradients free of NaN.
    divisor = torch.where(in_front, z, 1)
    u = (K[..., 0, 0] * x + K[..., 0, 1] * y) / divisor + K[..., 0, 2]
    v = K[..., 1, 1] * y / divisor + K[..., 1, 2]
    pixels = torch.stack((u, v), dim=-1)
    return torch.where(in_front[..., None], pixels, torch.nan), z


def project_world(
    points_world: Float[Tensor, "*points 3"],
    cam_from_world: Float[Tensor, "*batch 4 4"],
    intrinsics: Float[Tensor, "*batch 3 3"],
) -> tuple[Float[Tensor, "*points 2"], Float[Tensor, "*points"]]:
    """Pixels and z-depth of points in the world frame; see ``project``."""
    batch = cam_from_world.shape[:-2]
    _check_batch(batch, points_world)
    points_cam = se3.transform_points(cam_from_world, points_world.reshape(*batch, -1, 3))
    return project(points_cam.reshape(points_world.shape), intrinsics)


def reproject(
    depth_source: Float[Tensor, "*batch H W"],
    intrinsics_source: Float[Tensor, "*batch 3 3"],
    intrinsics_target: Float[Tensor, "*batch 3 3"],
    target_from_source: Float[Tensor, "*batch 4 4"],
) -> tuple[Float[Tensor, "*batch H W 2"], Float[Tensor, "*batch H W"]]:
    """Where each pixel of one view falls in another.

    Args:
        depth_source: z-depth of the source view.
        intrinsics_source: K of the source view in pixels of its depth map.
        intrinsics_target: K of the target view in pixels of the target's own image.
        target_from_source: Rigid motion between the camera frames,
            ``cam_from_world[target] @ se3.invert(cam_from_world[source])``.

    Returns:
        Pixels in the target view (NaN for invalid depth or points behind the target) and z-depth
        in the target's frame (NaN for invalid depth).
    """
    return project_world(
        unproject(depth_source, intrinsics_source), target_from_source, intrinsics_target
    )


def relative_pose(
    cam_from_world_source: Float[Tensor, "*batch 4 4"],
    cam_from_world_target: Float[Tensor, "*batch 4 4"],
) -> Float[Tensor, "*batch 4 4"]:
    """``target_from_source``: points of the source camera's frame into the target camera's."""
    return cam_from_world_target @ se3.invert(cam_from_world_source)


def sample_map(
    values: Float[Tensor, "*batch C H W"],
    pixels: Float[Tensor, "*batch Q P 2"],
    *,
    mode: Literal["bilinear", "nearest"] = "bilinear",
) -> Float[Tensor, "*batch C Q P"]:
    """Read a map at pixel positions.

    Within half a pixel of the border the outermost value is continued.

    Args:
        values: The map, channels first.
        pixels: Positions (x, y) in pixels of the map, centres at +0.5.
        mode: ``"bilinear"``, where a NaN among the four neighbours gives NaN, or ``"nearest"``,
            for maps whose values must not be mixed (depth at an edge, labels).

    Returns:
        Values at the positions, NaN outside [0, W] x [0, H] and at NaN positions.
    """
    height, width = values.shape[-2:]
    inside = _inside(pixels, height, width)
    size = pixels.new_tensor([width, height])
    grid = torch.where(inside[..., None], 2 * pixels / size - 1, 0)
    batch = values.shape[:-3]
    sampled = functional.grid_sample(
        values.reshape(-1, *values.shape[-3:]),
        grid.reshape(-1, *grid.shape[-3:]).to(values.dtype),
        mode=mode,
        padding_mode="border",
        align_corners=False,
    )
    sampled = sampled.reshape(*batch, *sampled.shape[-3:])
    return torch.where(inside.unsqueeze(-3), sampled, torch.nan)


def visible(
    pixels: Float[Tensor, "*batch Q P 2"],
    z: Float[Tensor, "*batch Q P"],
    depth_target: Float[Tensor, "*batch H W"],
    *,
    relative_tolerance: float = 0.03,
) -> Bool[Tensor, "*batch Q P"]:
    """Which projected points the target view sees: inside its image and not behind its surface.

    A point counts as hidden if ``z > (1 + tolerance) * depth`` of the nearest target pixel. One
    well in front of the target's surface is visible: where two depth maps contradict each other
    that way is told by ``agrees``.

    Args:
        pixels: Positions in the target image, from ``reproject`` or ``project``.
        z: Their z-depth in the target's frame.
        depth_target: z-depth of the target; where it is invalid nothing counts as visible.
        relative_tolerance: Share of the depth, for noise and for slant within a pixel.
    """
    depth = _depth_at(depth_target, pixels)
    return (z > 0) & (z <= (1 + relative_tolerance) * depth)


def agrees(
    pixels: Float[Tensor, "*batch Q P 2"],
    z: Float[Tensor, "*batch Q P"],
    depth_target: Float[Tensor, "*batch H W"],
    *,
    relative_tolerance: float = 0.03,
) -> Bool[Tensor, "*batch Q P"]:
    """Which projected points lie on the target's surface: ``|z - depth| <= tolerance * depth``.

    Args:
        pixels: Positions in the target image.
        z: Their z-depth in the target's frame.
        depth_target: z-depth of the target; where it is invalid nothing agrees.
        relative_tolerance: Share of the target's depth.
    """
    depth = _depth_at(depth_target, pixels)
    return (z > 0) & ((z - depth).abs() <= relative_tolerance * depth)


def _depth_at(depth: Tensor, pixels: Tensor) -> Tensor:
    """Depth of the nearest pixel, NaN outside the image and where it is invalid."""
    sampled = sample_map(depth.unsqueeze(-3), pixels, mode="nearest").squeeze(-3)
    return torch.where(torch.isfinite(sampled) & (sampled > 0), sampled, torch.nan)


def _inside(pixels: Tensor, height: int, width: int) -> Tensor:
    x, y = pixels.unbind(dim=-1)
    return (x >= 0) & (x <= width) & (y >= 0) & (y <= height)  # false for NaN


def _for_each_point(matrices: Tensor, points: Tensor) -> Tensor:
    """Insert axes of size 1 so that a matrix of each camera meets all points of that camera."""
    batch = matrices.shape[:-2]
    _check_batch(batch, points)
    extra = points.dim() - 1 - len(batch)
    return matrices.reshape(*batch, *(1,) * extra, *matrices.shape[-2:])


def _check_batch(batch: torch.Size, points: Tensor) -> None:
    if points.shape[:-1][: len(batch)] != batch:
        raise InputError(
            f"Points of shape {tuple(points.shape)} do not start with the batch axes "
            f"{tuple(batch)} of the cameras; put the axes of cameras first."
        )
