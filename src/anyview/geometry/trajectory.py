# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Camera paths: interpolation between given cameras, orbits and spirals.

Paths are ``poses``, camera-to-world with OpenCV axes; ``se3.invert`` gives ``cam_from_world``.
World "up" defaults to -y, which is up in the frame of an upright first camera.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError, OptionError
from anyview.geometry.rotations import axis_angle_from_rotation, rotation_from_axis_angle
from anyview.geometry.se3 import invert, rigid_transform

UP = (0.0, -1.0, 0.0)
"""Up in a world frame whose axes are those of an upright OpenCV camera."""


def interpolate_poses(
    poses: Float[Tensor, "V 4 4"], at: Float[Tensor, " T"]
) -> Float[Tensor, "T 4 4"]:
    """Poses between given ones: centres on straight lines, rotations at constant angular speed.

    Args:
        poses: Camera-to-world, at least one.
        at: Places on the path in [0, V - 1]; 1.25 is a quarter of the way from pose 1 to pose 2.

    Raises:
        InputError: If there is no pose or a place lies outside of the path.
    """
    last = poses.shape[0] - 1
    if last < 0:
        raise InputError("There are no poses to interpolate; give at least one.")
    if not bool(((at >= 0) & (at <= last)).all()):
        raise InputError(
            f"Places on a path of {last + 1} poses must lie in [0, {last}], got "
            f"{float(at.min()):g} to {float(at.max()):g}."
        )
    before = at.floor().long()
    start, end = poses[before], poses[(before + 1).clamp(max=last)]
    part = (at - before).to(poses.dtype)[:, None]
    turn = axis_angle_from_rotation(start[:, :3, :3].mT @ end[:, :3, :3])
    rotation = start[:, :3, :3] @ rotation_from_axis_angle(part * turn)
    return rigid_transform(rotation, torch.lerp(start[:, :3, 3], end[:, :3, 3], part))


def look_at(
    centre: Float[Tensor, "*#batch 3"],
    target: Float[Tensor, "*#batch 3"],
    up: Float[Tensor, "*#batch 3"] | None = None,
) -> Float[Tensor, "*batch 4 4"]:
    """``cam_from_world`` of an upright camera that looks at a point.

    Args:
        centre: Camera centre in the world frame.
        target: Point that is seen at the principal point.
        up: World direction that appears as up in the image, of any length; None is -y.

    Raises:
        InputError: If the target is the centre, or ``up`` is zero or parallel to the view.
    """
    up = centre.new_tensor(UP) if up is None else up
    centre, target, up = torch.broadcast_tensors(centre, target, up)
    forward = target - centre
    distance = torch.linalg.vector_norm(forward, dim=-1, keepdim=True)
    across = torch.linalg.cross(forward, up, dim=-1)
    width = torch.linalg.vector_norm(across, dim=-1, keepdim=True)
    if not bool((distance > 0).all()):
        raise InputError("look_at needs a target other than the camera centre, and no NaN.")
    limit = 1e-6 * distance * torch.linalg.vector_norm(up, dim=-1, keepdim=True)
    if not bool((width > limit).all()):
        raise InputError(
            "look_at needs an up direction that is not zero and not parallel to the view; "
            "give another `up`, such as (0, 0, 1) for a camera that looks down along y."
        )
    forward, right = forward / distance, across / width
    rotation = torch.stack([right, torch.linalg.cross(forward, right, dim=-1), forward], dim=-2)
    return rigid_transform(rotation, -(rotation @ centre[..., None])[..., 0])


def orbit(
    start: Float[Tensor, "4 4"],
    target: Float[Tensor, " 3"],
    num_views: int,
    *,
    up: Float[Tensor, " 3"] | None = None,
    arc_deg: float = 360.0,
) -> Float[Tensor, "T 4 4"]:
    """Poses on a circle around the axis through ``target`` along ``up``, all looking at it.

    Args:
        start: Pose (camera-to-world) whose centre is the first one on the circle.
        target: Point in the world frame to go round and to look at.
        num_views: At least 1.
        up: Axis of the circle and up in the images; None is -y.
        arc_deg: Angle in degrees; positive turns right-handed about ``up``. A full circle does not
            repeat its first pose, a shorter arc has a pose at each end.

    Raises:
        InputError: If the start centre lies on the axis.
        OptionError: If ``num_views`` is below 1.
    """
    _check_count(num_views)
    up = start.new_tensor(UP) if up is None else up
    axis = up / torch.linalg.vector_norm(up)
    closed = abs(arc_deg) % 360.0 == 0.0
    steps = torch.arange(num_views, dtype=start.dtype, device=start.device)
    angles = math.radians(arc_deg) * steps / max(num_views if closed else num_views - 1, 1)
    offset = start[:3, 3] - target
    centres = target + rotation_from_axis_angle(angles[:, None] * axis) @ offset
    return invert(look_at(centres, target, up))


def spiral(
    middle: Float[Tensor, "4 4"],
    radii: Float[Tensor, " 3"],
    focus_distance: float,
    num_views: int,
    *,
    turns: float = 2.0,
) -> Float[Tensor, "T 4 4"]:
    """Poses that wind about a middle one and look at a point in front of it.

    In the frame of the middle camera the centre moves by (r_x cos a, r_y sin a, r_z sin(a / 2)):
    enough parallax to judge a reconstruction without leaving what was seen.

    Args:
        middle: Camera-to-world.
        radii: Extent along the axes of the middle camera, scene units.
        focus_distance: Distance of the point that is looked at, scene units, above ``radii[2]``.
        num_views: At least 1; an even number of turns closes without repeating the first pose.
        turns: Number of turns.

    Raises:
        OptionError: If ``num_views`` is below 1 or the focus lies within the spiral.
    """
    _check_count(num_views)
    if not focus_distance > float(radii[2].abs()):
        raise OptionError(
            f"focus_distance is {focus_distance:g} and the spiral reaches {float(radii[2]):g} "
            "forward; the focus must lie beyond that."
        )
    steps = torch.arange(num_views, dtype=middle.dtype, device=middle.device)
    angle = 2 * math.pi * turns * steps / num_views
    offsets = radii * torch.stack([angle.cos(), angle.sin(), (angle / 2).sin()], dim=-1)
    focus = offsets.new_tensor([0.0, 0.0, focus_distance])
    return middle @ invert(look_at(offsets, focus))


def _check_count(num_views: int) -> None:
    if num_views < 1:
        raise OptionError(f"num_views is {num_views}; a path has at least 1 view.")
