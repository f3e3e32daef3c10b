# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which cameras see something worth showing, and how much of it another camera sees too.

Few rays decide: a coarse grid for each camera, cast for all cameras at once.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.raycaster import Raycaster
from anyview.data.synthetic.world import FloatArray, World

Array = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

GRID = (24, 18)
"""Columns and rows of rays."""
MOST_SKY = 0.85
FARTHEST_SIZES = 60.0
"""Something must be nearer than this many times the world's size."""
INSIDE_SHARE = 0.8
"""With so many of the directions meeting one and the same thing, the camera is within it."""
FLAT_STD = 0.03
"""Spread of log depth below which a view shows a bare wall, square on."""

_CUBE = np.array([(x, y, z) for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1)], float)
_AROUND = _CUBE[np.abs(_CUBE).sum(1) > 0] / np.linalg.norm(
    _CUBE[np.abs(_CUBE).sum(1) > 0], axis=1, keepdims=True
)


@dataclass(frozen=True)
class Glimpse:
    """What N cameras see through the coarse grid.

    Attributes:
        points: [N, R, 3] where the rays end, metres; finite where ``hit``.
        depth: [N, R] z-depth, metres.
        face: [N, R] the face that is hit.
        hit: [N, R] False for sky.
        eyes: [N, 3] the cameras.
    """

    points: FloatArray
    depth: FloatArray
    face: npt.NDArray[np.int32]
    hit: BoolArray
    eyes: FloatArray


def look(caster: Raycaster, intrinsics: Array, poses: FloatArray, size: tuple[int, int]) -> Glimpse:
    """Cast the coarse grid of N cameras.

    Args:
        caster: Of the world.
        intrinsics: [N, 3, 3], pixels.
        poses: [N, 4, 4] world-to-camera.
        size: Width and height in pixels.
    """
    columns, rows = GRID
    u, v = np.meshgrid(
        (np.arange(columns) + 0.5) * size[0] / columns, (np.arange(rows) + 0.5) * size[1] / rows
    )
    pixels = np.stack((u, v, np.ones_like(u)), axis=-1).reshape(-1, 3)
    rotation = poses[:, :3, :3].astype(np.float64)
    rays = pixels @ np.linalg.inv(intrinsics).transpose(0, 2, 1) @ rotation
    eyes = -np.einsum("nij,ni->nj", rotation, poses[:, :3, 3])
    origins = np.repeat(eyes, len(pixels), axis=0).astype(np.float32)
    depth, face = caster.first_hits(origins, rays.reshape(-1, 3).astype(np.float32))
    depth = depth.reshape(len(poses), -1)
    hit = np.isfinite(depth)
    points = eyes[:, None] + rays * np.where(hit, depth, 0)[..., None]
    return Glimpse(
        points.astype(np.float32), depth, face.reshape(hit.shape), hit, eyes.astype(np.float32)
    )


def least_distance(size_m: float) -> float:
    """How near a surface may be to a camera in a world of this size, metres."""
    return float(np.clip(0.03 * size_m, 0.02, 0.5))


def usable(world: World, caster: Raycaster, seen: Glimpse) -> BoolArray:
    """[N] whether each camera is in free space and sees enough.

    Not within a thing, not against a surface, not mostly sky, not only the far distance, not a
    bare wall.
    """
    near = least_distance(world.size_m)
    count = len(seen.eyes)
    nearest = np.where(seen.hit, seen.depth, np.inf).min(axis=1)
    sky = 1 - seen.hit.mean(axis=1)
    log_depth = np.log(np.where(seen.hit, np.maximum(seen.depth, 1e-6), 1))
    shares = np.maximum(seen.hit.sum(axis=1), 1)
    mean = log_depth.sum(axis=1) / shares
    spread = np.sqrt((np.where(seen.hit, log_depth - mean[:, None], 0) ** 2).sum(axis=1) / shares)
    flat = (spread < FLAT_STD) & (sky < 0.05)
    around, face = caster.first_hits(
        np.repeat(seen.eyes, len(_AROUND), axis=0),
        np.tile(_AROUND, (count, 1)).astype(np.float32),
    )
    things = np.where(face >= 0, world.face_object[face], 0).reshape(count, -1)
    inside = [np.bincount(row)[1:].max(initial=0) >= INSIDE_SHARE * len(row) for row in things]
    free = (around.reshape(count, -1).min(axis=1) > near) & (nearest > near) & ~np.array(inside)
    worth: BoolArray = free & ~flat & (sky <= MOST_SKY) & (nearest < FARTHEST_SIZES * world.size_m)
    return worth


def overlap_with_first(
    caster: Raycaster,
    seen: Glimpse,
    intrinsics: Array,
    poses: FloatArray,
    size: tuple[int, int],
) -> Array:
    """[N] share of what each camera sees (sky aside) that the first camera sees as well.

    A point counts if it is inside the first image and nothing hides it from the first camera.
    """
    pose, matrix = poses[0].astype(np.float64), intrinsics[0]
    cam = seen.points @ pose[:3, :3].T + pose[:3, 3]
    depth = np.maximum(cam[..., 2], 1e-9)
    pixel = cam[..., :2] / depth[..., None] * matrix[(0, 1), (0, 1)] + matrix[:2, 2]
    within = (cam[..., 2] > 0) & (pixel >= 0).all(axis=-1) & (pixel < size).all(axis=-1)
    within &= seen.hit
    targets = seen.points[within]
    away = targets - seen.eyes[0]
    # Up to just before the point, or its own surface would hide it.
    reach = np.full(len(away), 0.995, dtype=np.float32)
    origins = np.broadcast_to(seen.eyes[0], away.shape).astype(np.float32)
    visible = within.copy()
    if len(away):
        visible[within] = ~caster.is_blocked(origins, away.astype(np.float32), reach)
    return visible.sum(axis=1) / np.maximum(seen.hit.sum(axis=1), 1)
