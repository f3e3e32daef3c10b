# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras as thin wire pyramids, as triangles, because viewers draw lines one pixel wide."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.export.colormap import color_table
from anyview.geometry.se3 import invert
from anyview.structures.points import Mesh

_EXACT = "donot_use_mm_for_euclid_dist"  # the fast form loses small distances far from the origin
_THICKNESS = 0.02  # of the size
_SIDES = 3  # of a wire's cross-section


def frustum_size(
    centers: Float[Tensor, "V 3"], points: Float[Tensor, "N 3"], max_points: int = 100_000
) -> float:
    """A length for frusta that suits the scene.

    Four fifths of the median distance between neighbouring cameras, so that frusta of a path do
    not hide each other, but between 1 and 5 percent of the scene's extent (the diagonal of the
    box of the middle 90 percent of points), so that they are seen and do not hide the scene.

    Args:
        centers: Camera centres in the world.
        points: The cloud.
        max_points: The extent is measured on at most this many, evenly taken.

    Returns:
        A positive length in scene units.
    """
    some = points[:: max(1, math.ceil(len(points) / max_points))]
    low, high = (max(1, round(share * len(some))) for share in (0.05, 0.95))
    extent = float((some.kthvalue(high, dim=0).values - some.kthvalue(low, dim=0).values).norm())
    if extent <= 0:  # one point: nothing to be in proportion to but its distance
        extent = float((some[0] - centers[0]).norm()) or 1.0
    size = 0.05 * extent
    if len(centers) > 1:
        distances = torch.cdist(centers, centers, compute_mode=_EXACT).fill_diagonal_(torch.inf)
        size = min(size, 0.8 * float(distances.min(dim=1).values.median()))
    return max(size, 0.01 * extent)


def camera_frusta(
    cam_from_world: Float[Tensor, "V 4 4"],
    intrinsics: Float[Tensor, "V 3 3"],
    height: int,
    width: int,
    size: float,
) -> tuple[Mesh, ...]:
    """One wire pyramid for each camera, opening along its view, with a mark on its upper side.

    The pyramid has the camera's true opening; its slanted edges are ``size`` long. Colours run
    from the first view (violet) to the last (yellow).

    Args:
        cam_from_world: World-to-camera, OpenCV axes.
        intrinsics: K in pixels.
        height: Image height in pixels.
        width: Image width in pixels.
        size: Length of the slanted edges, scene units.

    Returns:
        A mesh for each view, in the world frame.
    """
    # The dark end is left out: it is lost on dark backgrounds.
    table = torch.from_numpy(color_table("depth"))
    levels = torch.linspace(96, 232, max(len(intrinsics), 2)).long()
    faces = _wire_faces(9)
    meshes = []
    for view, world_from_cam in enumerate(invert(cam_from_world)):
        wires = _wires_in_camera(intrinsics[view], height, width, size)
        vertices = _wire_vertices(wires, _THICKNESS * size)
        world = vertices @ world_from_cam[:3, :3].T + world_from_cam[:3, 3]
        color = table[levels[view]].expand(len(world), 3).contiguous()
        meshes.append(Mesh(vertices=world, faces=faces, colors=color))
    return tuple(meshes)


def _wires_in_camera(
    intrinsics: Float[Tensor, "3 3"], height: int, width: int, size: float
) -> Float[Tensor, "9 2 3"]:
    """Ends of the wires: four slanted edges, four sides of the image, a mark above its top."""
    pixels = torch.tensor([[0.0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]])
    rays = pixels @ torch.linalg.inv(intrinsics).T
    corners = rays * (size / rays.norm(dim=1).mean())
    apex = torch.zeros(3)
    middle = (corners[0] + corners[1]) / 2
    up = (middle - (corners[2] + corners[3]) / 2) * 0.2
    wires = [(apex, corner) for corner in corners]
    wires += [(corners[i], corners[(i + 1) % 4]) for i in range(4)]
    wires.append((middle, middle + up))
    return torch.stack([torch.stack(ends) for ends in wires])


def _wire_vertices(wires: Float[Tensor, "E 2 3"], thickness: float) -> Float[Tensor, "P 3"]:
    along = torch.nn.functional.normalize(wires[:, 1] - wires[:, 0], dim=-1)
    # Any direction across: from the axis that the wire is least parallel to.
    least = torch.eye(3)[along.abs().argmin(dim=-1)]
    first = torch.nn.functional.normalize(torch.linalg.cross(along, least), dim=-1)
    second = torch.linalg.cross(along, first)
    angles = torch.arange(_SIDES) * (2 * math.pi / _SIDES)
    ring = (
        angles.cos()[None, :, None] * first[:, None] + angles.sin()[None, :, None] * second[:, None]
    )
    return (wires[:, :, None] + thickness / 2 * ring[:, None]).reshape(-1, 3)


def _wire_faces(wires: int) -> Tensor:
    """Closed prisms, counter-clockwise seen from outside."""
    start, end = range(_SIDES), range(_SIDES, 2 * _SIDES)
    faces = []
    for side in range(_SIDES):
        after = (side + 1) % _SIDES
        faces.append([start[side], start[after], end[after]])
        faces.append([start[side], end[after], end[side]])
    faces += [[start[0], start[i + 1], start[i]] for i in range(1, _SIDES - 1)]
    faces += [[end[0], end[i], end[i + 1]] for i in range(1, _SIDES - 1)]
    one = torch.tensor(faces)
    return (one[None] + torch.arange(wires)[:, None, None] * 2 * _SIDES).reshape(-1, 3)
