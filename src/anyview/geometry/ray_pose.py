# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras from a ray map (DA3, section 3.2): a robust homography, then orthogonal x triangular.

The directions of a view are ``d = R K^-1 p``: a homography H from pixels to directions. It is
found up to scale from the rays' tangents (direction divided by its z), then split into a rotation
and a triangular K^-1. All views are solved at once and see the same random draws.
"""

import math
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from anyview.core.errors import InputError
from anyview.geometry import homography, se3
from anyview.geometry.homography_split import fit_centred, split_lower, split_upper
from anyview.geometry.rays import pixel_grid

RayPoseMethod = Literal["qr", "centred", "published"]
"""How a homography becomes a camera; see ``cameras_from_ray_map``."""

MIN_Z = 1e-4
"""Rays with a smaller z (of the frame that tangents are taken in) have no weight."""

MAX_TANGENT = 1e5
"""Tangents beyond this have no weight: their squares would drown every other ray."""

CANDIDATE_SHARE = 0.3
"""Share of the rays, the most confident ones, that draws are made from."""

MIN_EIGENVALUE_RATIO = 1e-9
"""Second smallest to largest eigenvalue of the fit; below it the rays do not fix a homography."""

MIN_FOCAL, MAX_FOCAL = 1e-3, 1e3
"""Plausible focal lengths in half image sizes: a field of view of 0.1 to 179.9 degrees."""

FALLBACK_FOV_DEG = 60.0
"""Horizontal field of view of the camera that stands in for one that cannot be found."""


@dataclass(frozen=True)
class RayPoseResult:
    """Cameras found from a ray map.

    Attributes:
        cam_from_world: World-to-camera in the frame of the ray map; identity where not ok.
        intrinsics: K in pixels of the stated image, without skew; a centred 60 degree lens where
            not ok. Always finite.
        ok: Whether the rays fixed a camera.
        inlier_share: Share of the usable rays within the inlier threshold, in [0, 1].
    """

    cam_from_world: Float[Tensor, "*batch V 4 4"]
    intrinsics: Float[Tensor, "*batch V 3 3"]
    ok: Bool[Tensor, "*batch V"]
    inlier_share: Float[Tensor, "*batch V"]


@torch.no_grad()
def cameras_from_ray_map(
    ray_map: Float[Tensor, "*batch V Hr Wr 6"],
    conf: Float[Tensor, "*batch V Hr Wr"],
    height: int,
    width: int,
    *,
    method: RayPoseMethod = "qr",
    seed: int = 0,
    inlier_threshold: float = 0.2,
    max_rays: int = 8192,
) -> RayPoseResult:
    """Estimate the camera of every view from its rays.

    ``"qr"`` and ``"centred"`` take tangents in a frame that looks along the view's mean ray, so
    that a view at right angles to the reference view is as good as any. ``"qr"`` splits
    ``H = R U`` with U upper triangular, which K^-1 is: right for any principal point, and as
    unsure of the view direction as homographies are. ``"centred"`` fixes the principal point at
    the image centre, where the camera decoder has it too: for uncropped photos the view direction
    is about five times as accurate. ``"published"`` takes tangents in the world frame and splits
    ``H = R L`` with L lower triangular, right for a centred principal point only; it is kept to
    reproduce published results.

    Non-finite rays and confidences count as weight 0. The result depends on nothing but the
    arguments; no gradient flows through it.

    Args:
        ray_map: World origin first, world direction second.
        conf: Confidence of the rays, >= 0 (negative counts as 0).
        height: Rows of the image that K is wanted for.
        width: Its columns; the ray grid covers the same image plane.
        method: How H is found and split.
        seed: Seed of the draws.
        inlier_threshold: Distance of tangents up to which a ray agrees with a homography.
        max_rays: Fit to at most this many rays of a view, a random subset, the same for all.

    Returns:
        Cameras, finite for any input; ``ok`` tells which were found.

    Raises:
        InputError: If the ray grid has fewer than 8 rays.
    """
    batch, (rows, columns) = ray_map.shape[:-3], ray_map.shape[-3:-1]
    count = rows * columns
    if count < homography.DRAW_SIZE:
        raise InputError(
            f"A ray grid of {rows} x {columns} holds too few rays for a camera; "
            f"at least {homography.DRAW_SIZE} are needed."
        )
    # Batched 9 x 9 and 3 x 3 problems need float64, which Apple GPUs do not have.
    device = torch.device("cpu") if ray_map.device.type == "mps" else ray_map.device
    generator = torch.Generator().manual_seed(seed)
    chosen = torch.randperm(count, generator=generator)[:max_rays].to(ray_map.device)
    all_rays, all_conf = ray_map.reshape(-1, count, 6), conf.reshape(-1, count)
    rays, weights = _usable(
        all_rays[:, chosen].to(device).double(), all_conf[:, chosen].to(device).double()
    )
    grid = _identity_rays(rows, columns)[chosen.cpu()].to(device)

    mean_ray = _mean_ray(rays[..., 3:], weights)
    if method == "published":
        frame_from_world = torch.eye(3, dtype=torch.float64, device=device).expand(len(rays), 3, 3)
    else:
        frame_from_world = _frame_looking_along(mean_ray)
    directions = rays[..., 3:] @ frame_from_world.mT
    tangents, usable = _tangents(directions, either_side=method == "published")
    weights = weights * usable
    fit = homography.estimate(
        grid,
        tangents,
        weights,
        candidates=max(homography.DRAW_SIZE, int(CANDIDATE_SHARE * len(grid))),
        threshold=inlier_threshold,
        tighten=method != "published",
        generator=generator,
    )
    if method == "qr":
        rotation, focal, principal = split_upper(fit.matrix)
    elif method == "centred":
        rotation, focal, principal = fit_centred(fit.matrix, fit.moments)
    else:
        rotation, focal, principal = split_lower(fit.matrix)
    rotation = frame_from_world.mT @ rotation
    if method == "published":
        centre = _published_centre(all_rays, all_conf).to(device).double()
    else:
        centre = _weighted_mean(rays[..., :3], weights * fit.fitted)

    ok = (
        (fit.eigenvalue_ratio > MIN_EIGENVALUE_RATIO)
        & ((focal > MIN_FOCAL) & (focal < MAX_FOCAL)).all(dim=-1)
        # A mirrored ray map fits only with the camera looking away from its own rays.
        & ((rotation[..., 2] * mean_ray).sum(dim=-1) > 0)
        & torch.isfinite(torch.cat((rotation.flatten(1), principal, centre), dim=-1)).all(dim=-1)
    )
    num_usable = (weights > 0).sum(dim=-1).clamp_min(1)
    inlier_share = ((weights > 0) & fit.inliers).sum(dim=-1) / num_usable
    cam_from_world, intrinsics = _compose(rotation, centre, focal, principal, ok, (height, width))

    dtype = _at_least_float32(ray_map.dtype)
    return RayPoseResult(
        cam_from_world=cam_from_world.reshape(*batch, 4, 4).to(dtype).to(ray_map.device),
        intrinsics=intrinsics.reshape(*batch, 3, 3).to(dtype).to(ray_map.device),
        ok=ok.reshape(batch).to(ray_map.device),
        inlier_share=inlier_share.reshape(batch).to(dtype).to(ray_map.device),
    )


def _identity_rays(rows: int, columns: int) -> Tensor:
    """Homogeneous (x, y, 1) of the ray grid on an image that spans [-1, 1], [rows * columns, 3]."""
    size = torch.tensor([columns, rows], dtype=torch.float64)
    grid = 2 * pixel_grid(rows, columns, dtype=torch.float64) / size - 1
    return torch.cat((grid, torch.ones_like(grid[..., :1])), dim=-1).flatten(0, 1)


def _usable(rays: Tensor, conf: Tensor) -> tuple[Tensor, Tensor]:
    """Rays free of NaN, and weights in [0, 1] that are 0 where there was any."""
    finite = torch.isfinite(rays).all(dim=-1) & torch.isfinite(conf)
    weights = torch.where(finite, conf.clamp_min(0), 0)
    largest = weights.amax(dim=-1, keepdim=True)
    weights = weights / torch.where(largest > 0, largest, 1)
    return torch.where(finite[..., None], rays, 0), weights


def _mean_ray(directions: Tensor, weights: Tensor) -> Tensor:
    """Unit mean direction, [M, 3]; that of +z where the directions cancel."""
    mean = _weighted_mean(functional.normalize(directions, dim=-1), weights)
    cancels = mean.norm(dim=-1, keepdim=True) < 1e-6
    forward = mean.new_tensor([0.0, 0.0, 1.0])
    return functional.normalize(torch.where(cancels, forward, mean), dim=-1)


def _frame_looking_along(forward: Tensor) -> Tensor:
    """Rotations whose third row is the given unit direction, [M, 3, 3]."""
    # The world axis farthest from it gives a sideways direction that never vanishes.
    axis = torch.eye(3, dtype=forward.dtype, device=forward.device)[forward.abs().argmin(dim=-1)]
    side = functional.normalize(torch.linalg.cross(axis, forward), dim=-1)
    return torch.stack((side, torch.linalg.cross(forward, side), forward), dim=-2)


def _tangents(directions: Tensor, *, either_side: bool) -> tuple[Tensor, Tensor]:
    """Directions divided by z, and which of them mean something."""
    z = directions[..., 2]
    ahead = z.abs() if either_side else z
    tangents = directions[..., :2] / torch.where(ahead > MIN_Z, z, 1)[..., None]
    valid = (ahead > MIN_Z) & (tangents.abs() < MAX_TANGENT).all(dim=-1)
    return torch.where(valid[..., None], tangents, 0), valid


def _weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    total = weights.sum(dim=-1, keepdim=True)
    return (weights[..., None, :] @ values)[..., 0, :] / torch.where(total > 0, total, 1)


def _published_centre(rays: Tensor, conf: Tensor) -> Tensor:
    """Confidence-weighted mean origin over all rays with |z| > 1e-4 in the world frame."""
    rays = rays.to(_at_least_float32(rays.dtype))
    finite = torch.isfinite(rays.sum(dim=-1) + conf)
    weights = torch.where(finite & (rays[..., 5].abs() > MIN_Z), conf.clamp_min(0), 0).to(rays)
    origins = rays[..., :3]
    if not finite.all():
        origins = torch.where(finite[..., None], origins, 0)
    return _weighted_mean(origins, weights)


def _compose(
    rotation: Tensor,
    centre: Tensor,
    focal: Tensor,
    principal: Tensor,
    ok: Tensor,
    size: tuple[int, int],
) -> tuple[Tensor, Tensor]:
    """World-to-camera and K in pixels, with the fallback where not ok."""
    height, width = size
    half = focal.new_tensor([width / 2, height / 2])
    focal_px = focal * half
    principal_px = (principal + 1) * half
    fallback = half[0] / math.tan(math.radians(FALLBACK_FOV_DEG) / 2)
    focal_px = torch.where(ok[:, None], focal_px, fallback)
    principal_px = torch.where(ok[:, None], principal_px, half)
    intrinsics = torch.diag_embed(functional.pad(focal_px, (0, 1), value=1.0))
    intrinsics[:, :2, 2] = principal_px

    identity = torch.eye(3, dtype=rotation.dtype, device=rotation.device)
    rotation = torch.where(ok[:, None, None], rotation, identity)
    centre = torch.where(ok[:, None], centre, 0)
    return se3.invert(se3.rigid_transform(rotation, centre)), intrinsics


def _at_least_float32(dtype: torch.dtype) -> torch.dtype:
    return torch.promote_types(dtype, torch.float32)
