# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Thin and soft shapes: tubes, sheets, cloth, cushions, leaves, lumps."""

from collections.abc import Sequence

import numpy as np

from anyview.data.synthetic.parts import Mesh, Real, Vector, merge, repeat
from anyview.data.synthetic.shapes import Array, boxes, loft, sphere
from anyview.data.synthetic.world import FloatArray


def _cross(a: Array, b: Array) -> FloatArray:
    """[N, 3]; several times faster than numpy's for few rows."""
    return np.stack(
        (
            a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1],
            a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2],
            a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0],
        ),
        axis=-1,
    ).astype(np.float32, copy=False)


def _unit(vectors: Array) -> FloatArray:
    """[N, 3] of length 1; 0 stays 0."""
    square = (vectors * vectors).sum(axis=1, keepdims=True)
    unit: FloatArray = vectors / np.sqrt(np.maximum(square, 1e-18))
    return unit


def tube(
    path: Array | Sequence[Vector],
    radius: Real | Array,
    sides: int = 6,
) -> Mesh:
    """A round tube along [P, 3] points (cables, pipes, rails); ``radius`` may be [P]."""
    points = np.asarray(path, dtype=np.float32)
    tangent = np.empty_like(points)
    tangent[1:-1] = points[2:] - points[:-2]
    tangent[0], tangent[-1] = points[1] - points[0], points[-1] - points[-2]
    tangent = _unit(tangent)
    # The axis that the path avoids most keeps the rings from twisting.
    reference = np.zeros(3, dtype=np.float32)
    reference[int(np.abs(tangent).max(axis=0).argmin())] = 1
    across = _unit(_cross(np.broadcast_to(reference, tangent.shape), tangent))
    other = _cross(tangent, across)
    angle = np.arange(sides) * (2 * np.pi / sides)
    ring = np.cos(angle)[:, None] * across[:, None] + np.sin(angle)[:, None] * other[:, None]
    width = np.broadcast_to(np.asarray(radius, dtype=np.float32), len(points))
    return loft((points[:, None] + width[:, None, None] * ring).astype(np.float32))


def cable(start: Array, end: Array, sag: Real, radius: Real, points: int = 12) -> Mesh:
    """A tube between two [3] points, hanging through by ``sag``."""
    along = np.linspace(0, 1, points, dtype=np.float32)[:, None]
    path = np.asarray(start) * (1 - along) + np.asarray(end) * along
    path[:, 2] -= 4 * sag * (along * (1 - along))[:, 0]
    return tube(path.astype(np.float32), radius, sides=5)


def bars(starts: Array, ends: Array, radius: Real, sides: int = 6) -> Mesh:
    """Straight round bars between [K, 3] points and [K, 3] points (railings, grids, legs)."""
    starts, ends = np.asarray(starts, np.float32), np.asarray(ends, np.float32)
    unit = tube(((0, 0, 0), (0, 0, 1)), 1.0, sides)
    along = ends - starts
    axis = _unit(along)
    helper = np.where(np.abs(axis[:, 2:]) < 0.9, (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))
    across = _unit(_cross(helper, axis))
    transforms = np.zeros((len(starts), 4, 4), dtype=np.float32)
    transforms[:, :3, 0] = across * radius
    transforms[:, :3, 1] = _cross(axis, across) * radius
    transforms[:, :3, 2] = along
    transforms[:, :3, 3] = starts
    return repeat(unit, transforms)


def height_field(heights: Array, width: Real, depth: Real) -> Mesh:
    """A patch of ground over [R, C] heights, centred at 0; columns run along x, rows along y."""
    rows, columns = heights.shape
    x = np.linspace(-width / 2, width / 2, columns, dtype=np.float32)
    y = np.linspace(-depth / 2, depth / 2, rows, dtype=np.float32)
    points = np.empty((rows, columns, 3), dtype=np.float32)
    points[..., 0], points[..., 1], points[..., 2] = x, y[:, None], heights
    return loft(points, closed=False)


def curtain(rng: np.random.Generator, width: Real, height: Real, depth: Real = 0.06) -> Mesh:
    """A folded sheet in the plane y = 0, standing on z = 0; folds ``depth`` deep."""
    columns = int(np.clip(width * 40, 16, 90))
    x = np.linspace(-width / 2, width / 2, columns)
    z = np.linspace(0, height, 7)[:, None]
    fold = 2 * np.pi / rng.uniform(0.10, 0.22)
    bend = rng.normal(0, 0.8) * np.sin(x * rng.uniform(1, 4) + rng.uniform(0, 6))
    # Gathered above, wider and drifting below.
    swing = np.sin(x * fold + bend + 0.5 * np.sin(z * rng.uniform(0.5, 2)))
    y = depth / 2 * swing * (1.15 - 0.35 * z / height)
    points = np.stack((x + 0 * z, y, z + 0 * x), axis=-1).astype(np.float32)
    return loft(points, closed=False)


def cloth(rng: np.random.Generator, width: Real, depth: Real, lump: Real, cells: int = 16) -> Mesh:
    """A crumpled cloth on z = 0 (blankets, towels), ``lump`` its highest fold, metres."""
    u, v = np.meshgrid(np.linspace(0, 1, cells), np.linspace(0, 1, cells))
    heights = np.zeros_like(u)
    for scale in (1.0, 0.6, 0.35):
        kx, ky = rng.normal(0, 6 / scale, 2)
        heights += scale * (1 + np.sin(u * kx + v * ky + rng.uniform(0, 6)))
    heights *= lump / max(float(heights.max()), 1e-6)
    mesh = height_field(heights.astype(np.float32), width, depth)
    vertices = mesh.vertices.copy()
    edge = (v - 0.5).ravel()
    vertices[:, 0] += (0.05 * width * np.sin(edge * rng.uniform(3, 9))).astype(np.float32)
    return Mesh(vertices, mesh.faces)


def cushion(width: Real, depth: Real, height: Real, segments: int = 20) -> Mesh:
    """A pillow lying on z = 0: square in outline, thick in the middle."""
    ball = sphere(1.0, segments, segments // 2).vertices
    # Powers below one push the outline of the sphere into the corners of the square.
    level = np.sign(ball[:, :2]) * np.abs(ball[:, :2]) ** 0.55
    size = np.array((width / 2, depth / 2), dtype=np.float32)
    upright = (ball[:, 2] + 1) * np.float32(height / 2)
    vertices = np.concatenate((level * size, upright[:, None]), axis=1).astype(np.float32)
    return Mesh(vertices, sphere(1.0, segments, segments // 2).faces)


def lumpy(mesh: Mesh, rng: np.random.Generator, amount: Real, scale: Real) -> Mesh:
    """The mesh pushed in and out from 0 by smooth noise (stones, bushes, fruit).

    Args:
        mesh: Roughly centred at 0.
        rng: Draws the noise.
        amount: Largest push as a share of the distance from 0.
        scale: Size of a lump, metres.
    """
    waves = rng.normal(0, 2.2 / scale, (6, 3)).astype(np.float32)
    phase = rng.uniform(0, 2 * np.pi, 6).astype(np.float32)
    push = np.sin(mesh.vertices @ waves.T + phase).mean(axis=1, keepdims=True)
    return Mesh((mesh.vertices * (1 + 1.8 * amount * push)).astype(np.float32), mesh.faces)


def leaves(
    positions: Array,
    directions: Array,
    length: Real,
    width: Real,
    bend: Real = 0.25,
) -> Mesh:
    """Bent leaves from [K, 3] positions along [K, 3] unit directions; 4 faces each, in order.

    Args:
        positions: Where the stalks are.
        directions: Where the tips point.
        length: Metres.
        width: Metres at the widest.
        bend: How far the tip hangs down, as a share of the length.
    """
    up = np.where(np.abs(directions[:, 2:]) < 0.95, (0.0, 0.0, 1.0), (1.0, 0.0, 0.0))
    across = _unit(_cross(directions, up))
    along = np.array((0, 0.35, 0.35, 0.7, 0.7, 1.0), dtype=np.float32) * length
    aside = np.array((0, -0.5, 0.5, -0.4, 0.4, 0), dtype=np.float32) * width
    drop = np.array((0, 0, 0, 0.35, 0.35, 1.0), dtype=np.float32) * (bend * length)
    points = (
        positions[:, None]
        + along[None, :, None] * directions[:, None]
        + aside[None, :, None] * across[:, None]
    )
    points[..., 2] -= drop
    one = np.array(((0, 1, 2), (1, 3, 2), (2, 3, 4), (3, 5, 4)), dtype=np.int32)
    starts = np.arange(len(positions), dtype=np.int32) * np.int32(6)
    faces = one + starts[:, None, None]
    return Mesh(points.reshape(-1, 3).astype(np.float32), faces.reshape(-1, 3))


def leaf_cluster(
    rng: np.random.Generator, count: int, radius: Real, length: Real, width: Real
) -> Mesh:
    """Leaves pointing outwards from a ball about 0 (bushes, crowns of trees, house plants)."""
    directions = rng.normal(size=(count, 3)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    distance = radius * rng.uniform(0.25, 1.0, (count, 1)).astype(np.float32) ** 0.5
    tips = directions + rng.normal(0, 0.5, (count, 3)).astype(np.float32)
    tips /= np.linalg.norm(tips, axis=1, keepdims=True)
    return leaves(directions * distance, tips, length, width)


def frame(width: Real, height: Real, border: Real, depth: Real) -> Mesh:
    """An upright picture frame in the plane y = 0, standing on z = 0, towards -y; 4 boxes."""
    half, back = width / 2, 0.0
    low = (
        (-half, -depth, 0),
        (-half, -depth, height - border),
        (-half, -depth, border),
        (half - border, -depth, border),
    )
    high = (
        (half, back, border),
        (half, back, height),
        (-half + border, back, height - border),
        (half, back, height - border),
    )
    return boxes(np.array(low, np.float32), np.array(high, np.float32))


def spring(radius: Real, height: Real, turns: Real, thickness: Real) -> Mesh:
    """A coil about z from z = 0."""
    angle = np.linspace(0, 2 * np.pi * turns, max(8, int(turns * 14)))
    path = np.stack(
        (radius * np.cos(angle), radius * np.sin(angle), height * angle / angle[-1]), axis=-1
    )
    return tube(path.astype(np.float32), thickness)


def pile(meshes: Sequence[Mesh]) -> Mesh:
    """Meshes stacked on top of each other along z, each on the highest point of the last."""
    level, placed = 0.0, []
    for mesh in meshes:
        low, high = float(mesh.vertices[:, 2].min()), float(mesh.vertices[:, 2].max())
        placed.append(mesh.moved(z=level - low))
        level += high - low
    return merge(placed)
