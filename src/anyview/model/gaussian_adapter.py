# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Raw outputs of the Gaussian head to Gaussians in the world frame.

Two readings of the same numbers. ``"published"`` repeats two slips that released weights were
trained through and must be read with (QUIRK-01, QUIRK-02); ``"correct"`` has neither.
"""

from typing import Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from anyview.geometry.rays import pixel_grid
from anyview.geometry.rotations import multiply_quaternions_wxyz, quaternion_wxyz_from_matrix
from anyview.geometry.se3 import invert
from anyview.geometry.spherical_harmonics import rotate_harmonics
from anyview.structures.gaussians import Gaussians

Convention = Literal["published", "correct"]
"""How raw numbers are read."""

SH_DEGREE = 2
"""Degree of the spherical harmonics, (2 + 1)^2 = 9 coefficients a colour."""

SCALE_RANGE = (1e-5, 30.0)
"""Scales in units of a tenth of a pixel's footprint, horizontal plus vertical."""

_PIXEL_OFFSET = slice(0, 2)
_SCALE = slice(2, 5)
_QUATERNION_XYZW = slice(5, 9)
_HARMONICS = slice(9, 36)
_DEPTH_OFFSET = 36
_OPACITY = 37
RAW_CHANNELS = 38
"""Channels of a raw output: pixel offset (x, y), scale (3), quaternion x y z w, harmonics (3 x 9),
depth offset, opacity."""


def gaussians_from_raw(
    raw: Float[Tensor, "N H W 38"],
    depth: Float[Tensor, "N H W"],
    cam_from_world: Float[Tensor, "N 4 4"],
    intrinsics: Float[Tensor, "N 3 3"],
    *,
    convention: Convention,
) -> Gaussians:
    """One Gaussian a pixel, in the world frame and unit of the cameras and depth.

    Opacity is the sigmoid of its channel as it is: the published mapping from density to opacity
    is the identity at the exponent that it is used with.

    Args:
        raw: Raw outputs of the head.
        depth: z-depth.
        cam_from_world: World-to-camera.
        intrinsics: K in pixels of the depth map.
        convention: How raw numbers are read.

    Returns:
        Gaussians with batch axis N; H W of them, row by row. A depth that the raw offset turns
        negative puts its Gaussian behind the camera, as published; scales stay positive (the
        reference returns them negative, the same ellipsoid).
    """
    world_from_cam = invert(cam_from_world)
    rotation = world_from_cam[:, :3, :3]
    offset_depth = depth + raw[..., _DEPTH_OFFSET]
    directions = _directions_world(raw[..., _PIXEL_OFFSET], intrinsics, rotation)
    if convention == "published":
        directions = directions_published(directions)
    means = world_from_cam[:, None, None, :3, 3] + offset_depth[..., None] * directions
    rotate = rotations_published if convention == "published" else rotations_correct
    camera_wxyz = quaternion_wxyz_from_matrix(rotation)[:, None, None]
    harmonics = raw[..., _HARMONICS].unflatten(-1, (3, -1)) * _band_weights(raw.device)
    return Gaussians(
        means=means.flatten(1, 2),
        scales=_scales(raw[..., _SCALE], offset_depth, intrinsics).flatten(1, 2),
        rotations_wxyz=rotate(raw[..., _QUATERNION_XYZW], camera_wxyz).flatten(1, 2),
        harmonics=rotate_harmonics(harmonics.flatten(1, 2), rotation),
        opacities=raw[..., _OPACITY].sigmoid().flatten(1, 2),
    )


def _directions_world(
    pixel_offset: Float[Tensor, "N H W 2"],
    intrinsics: Float[Tensor, "N 3 3"],
    world_from_cam: Float[Tensor, "N 3 3"],
) -> Float[Tensor, "N H W 3"]:
    """World directions, z = 1 in the own camera, through the shifted pixel centres."""
    height, width = pixel_offset.shape[1:3]
    pixels = pixel_grid(height, width, device=pixel_offset.device) + pixel_offset
    world_from_pixel = world_from_cam @ torch.linalg.inv(intrinsics)
    homogeneous = F.pad(pixels, (0, 1), value=1.0)
    return torch.einsum("nij,nhwj->nhwi", world_from_pixel, homogeneous)


def directions_published(
    directions: Float[Tensor, "*batch 3"],
) -> Float[Tensor, "*batch 3"]:
    """Rays at unit length, as published weights were trained (QUIRK-01).

    z-depth along a unit ray falls short: by 18 % at the corner of a 53 degree lens.
    """
    return F.normalize(directions, dim=-1)


def rotations_correct(
    raw_xyzw: Float[Tensor, "*#batch 4"], world_from_cam_wxyz: Float[Tensor, "*#batch 4"]
) -> Float[Tensor, "*batch 4"]:
    """World-from-Gaussian rotations of quaternions given in the camera frame.

    Args:
        raw_xyzw: World-independent quaternions, scalar last, of any length but zero.
        world_from_cam_wxyz: Unit quaternions of the cameras.

    Returns:
        Unit quaternions, scalar first and not negative.
    """
    gaussian_wxyz = F.normalize(raw_xyzw, dim=-1).roll(1, dims=-1)
    rotated = multiply_quaternions_wxyz(world_from_cam_wxyz, gaussian_wxyz)
    return torch.where(rotated[..., :1] < 0, -rotated, rotated)


def rotations_published(
    raw_xyzw: Float[Tensor, "*#batch 4"], world_from_cam_wxyz: Float[Tensor, "*#batch 4"]
) -> Float[Tensor, "*batch 4"]:
    """What published weights were trained with in place of ``rotations_correct`` (QUIRK-02).

    The raw quaternion is reordered to scalar first and then read as if its scalar were last;
    rotated to the world; and its scalar-last form is handed on as if its scalar were first. The
    two slips cancel for an identity camera only.

    Args:
        raw_xyzw: Quaternions in the camera frame, scalar last, of any length but zero.
        world_from_cam_wxyz: Unit quaternions of the cameras.

    Returns:
        Unit quaternions to be read scalar first, the last component not negative.
    """
    x, y, z, w = F.normalize(raw_xyzw, dim=-1).unbind(-1)
    misread_wxyz = torch.stack((z, w, x, y), dim=-1)
    rotated = multiply_quaternions_wxyz(world_from_cam_wxyz, misread_wxyz)
    signed = torch.where(rotated[..., :1] < 0, -rotated, rotated)
    return signed.roll(-1, dims=-1)


def _scales(
    raw: Float[Tensor, "N H W 3"],
    depth: Float[Tensor, "N H W"],
    intrinsics: Float[Tensor, "N 3 3"],
) -> Float[Tensor, "N H W 3"]:
    """Standard deviations: a learned multiple of what a pixel covers at this depth."""
    low, high = SCALE_RANGE
    footprint = 0.1 * torch.linalg.inv(intrinsics[:, :2, :2]).sum(dim=(-2, -1))
    return (low + (high - low) * raw.sigmoid()) * (depth.abs() * footprint[:, None, None])[
        ..., None
    ]


def _band_weights(device: torch.device) -> Float[Tensor, " 9"]:
    """View-dependent bands start small, so that colour is mostly the constant band."""
    weights = [1.0 if band == 0 else 0.1 * 0.25**band for band in range(SH_DEGREE + 1)]
    counts = torch.tensor([2 * band + 1 for band in range(SH_DEGREE + 1)])
    return torch.tensor(weights).repeat_interleave(counts).to(device)
