# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Solid shapes: boxes, turned bodies, extruded outlines.

Boxes and turned bodies stand on z = 0, centred in x and y; spheres and tori are centred at 0.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.parts import Mesh, Real, Vector
from anyview.data.synthetic.world import FloatArray, IntArray

Array = npt.NDArray[np.floating]

_UNIT_BOX = np.array(
    [(x, y, z) for z in (0, 1) for y in (0, 1) for x in (0, 1)], dtype=np.float32
)  # corner x + 2 y + 4 z
_BOX_FACES = np.array(
    (
        (0, 2, 3), (0, 3, 1), (4, 5, 7), (4, 7, 6), (0, 1, 5), (0, 5, 4),
        (2, 6, 7), (2, 7, 3), (0, 4, 6), (0, 6, 2), (1, 3, 7), (1, 7, 5),
    ),
    dtype=np.int32,
)  # fmt: skip


def boxes(low: Array, high: Array) -> Mesh:
    """Many boxes by their [N, 3] lower and upper corners; 12 faces each, in order."""
    corner: FloatArray = np.asarray(low, np.float32)
    size: FloatArray = np.asarray(high, np.float32) - corner
    vertices = corner[:, None] + _UNIT_BOX * size[:, None]
    starts = np.arange(len(corner), dtype=np.int32) * np.int32(8)
    faces = _BOX_FACES + starts[:, None, None]
    return Mesh(vertices.reshape(-1, 3), faces.reshape(-1, 3))


def box_between(low: Vector, high: Vector) -> Mesh:
    """One box by two corners."""
    corner = np.asarray(low, np.float32)
    size: FloatArray = np.asarray(high, np.float32) - corner
    return Mesh(corner + _UNIT_BOX * size, _BOX_FACES)


def box(width: Real, depth: Real, height: Real, bevel: Real = 0.0, steps: int = 1) -> Mesh:
    """A box along x, y, z; edges rounded with radius ``bevel`` in ``steps`` (1: cut off)."""
    if bevel <= 0:
        return box_between((-width / 2, -depth / 2, 0), (width / 2, depth / 2, height))
    size = np.array((width, depth, height), dtype=np.float32)
    radius = min(bevel, 0.499 * float(size.min()))
    directions, signs = _octants(steps)
    rings = directions * np.float32(radius) + signs * (size / 2 - radius)
    return loft(rings.astype(np.float32)).moved(z=height / 2)


@lru_cache(maxsize=16)
def _octants(steps: int) -> tuple[FloatArray, FloatArray]:
    """Rings of unit directions, each octant of the sphere apart, and the octants' signs."""
    quarter = np.linspace(0, np.pi / 2, steps + 1)
    latitude = np.concatenate((quarter - np.pi / 2, quarter))[:, None]
    longitude = np.concatenate([quarter + k * np.pi / 2 for k in range(4)])[None]
    directions = np.stack(
        (
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude) + 0 * longitude,
        ),
        axis=-1,
    )
    turn = np.repeat(np.array(((1, 1), (-1, 1), (-1, -1), (1, -1))), steps + 1, axis=0)
    signs = np.empty_like(directions)
    signs[..., :2] = turn
    signs[..., 2] = np.repeat((-1, 1), steps + 1)[:, None]
    return directions.astype(np.float32), signs.astype(np.float32)


def loft(rings: FloatArray, *, closed: bool = True, caps: bool = True, ring: bool = False) -> Mesh:
    """Skin over [R, S, 3] rings of points.

    Each ring runs counter-clockwise seen against the direction in which the rings advance, so
    that the skin looks outwards.

    Args:
        rings: Points.
        closed: The last point of a ring joins the first.
        caps: Close both ends with a fan about the middle of the end ring.
        ring: The last ring joins the first (a torus); then there are no caps.
    """
    count, size = rings.shape[:2]
    caps = caps and closed and not ring
    faces = _loft_faces(count, size, closed, caps, ring)
    vertices = rings.reshape(-1, 3)
    if caps:
        vertices = np.concatenate((vertices, rings[:: count - 1].sum(axis=1) / size))
    return Mesh(vertices.astype(np.float32, copy=False), faces)


@lru_cache(maxsize=256)
def _loft_faces(count: int, size: int, closed: bool, caps: bool, ring: bool) -> IntArray:
    rows = np.arange(count if ring else count - 1)[:, None]
    columns = np.arange(size if closed else size - 1)[None]
    here, above = rows * size, (rows + 1) % count * size
    right = (columns + 1) % size
    a, b, c, d = here + columns, here + right, above + right, above + columns
    lower, upper = np.stack((a, b, c), axis=-1), np.stack((a, c, d), axis=-1)
    faces = [np.stack((lower, upper), axis=2).reshape(-1, 3)]
    if caps:
        first, middle = np.arange(size), count * size
        after, last = (first + 1) % size, (count - 1) * size
        faces.append(np.stack((after, first, np.full(size, middle)), axis=-1))
        faces.append(np.stack((last + first, last + after, np.full(size, middle + 1)), axis=-1))
    return np.concatenate(faces).astype(np.int32)


@lru_cache(maxsize=64)
def _circle(segments: int) -> FloatArray:
    angle = np.arange(segments) * (2 * np.pi / segments)
    return np.stack((np.cos(angle), np.sin(angle)), axis=-1).astype(np.float32)


def lathe(profile: Array | Sequence[Vector], segments: int = 20) -> Mesh:
    """Body of revolution about z of a [P, 2] profile (radius, height), from below to above.

    The profile may turn back down inside, which makes cups and bowls.
    """
    points = np.asarray(profile, dtype=np.float32)
    rings = np.empty((len(points), segments, 3), dtype=np.float32)
    rings[..., :2] = points[:, None, :1] * _circle(segments)
    rings[..., 2] = points[:, None, 1]
    return loft(rings)


def cylinder(radius: Real, height: Real, segments: int = 16, top: Real | None = None) -> Mesh:
    """A cylinder, or a truncated cone with the radius ``top`` above."""
    return lathe(((radius, 0.0), (radius if top is None else top, height)), segments)


def cone(radius: Real, height: Real, segments: int = 16) -> Mesh:
    """A cone with its tip up."""
    return cylinder(radius, height, segments, top=0.0)


def sphere(radius: Real, segments: int = 16, rings: int | None = None) -> Mesh:
    """A sphere of ``segments`` meridians and half as many circles of latitude."""
    steps = max(3, segments // 2) if rings is None else rings
    angle = np.linspace(-np.pi / 2, np.pi / 2, steps + 1)
    profile = np.stack((np.maximum(np.cos(angle), 0), np.sin(angle)), axis=-1) * radius
    return lathe(profile.astype(np.float32), segments)


def torus(radius: Real, thickness: Real, segments: int = 20, sides: int = 8) -> Mesh:
    """A ring in the plane z = 0, ``thickness`` the radius of its tube."""
    around, tube = _circle(segments), _circle(sides)
    distance = radius + thickness * tube[:, 0]
    rings = np.empty((sides, segments, 3), dtype=np.float32)
    rings[..., :2] = distance[:, None, None] * around
    rings[..., 2] = thickness * tube[:, 1, None]
    return loft(rings, ring=True)


def extrude(polygon: Array | Sequence[Vector], height: Real) -> Mesh:
    """A prism over a simple [P, 2] polygon, which runs counter-clockwise."""
    points = np.asarray(polygon, dtype=np.float32)
    size = len(points)
    bottom = np.concatenate((points, np.zeros((size, 1), np.float32)), axis=1)
    top = bottom + np.array((0, 0, height), dtype=np.float32)
    sides = _loft_faces(2, size, True, False, False)
    lid = triangulate(points)
    faces = np.concatenate((sides, lid[:, ::-1], lid + np.int32(size)))
    return Mesh(np.concatenate((bottom, top)), faces)


def flat(polygon: Array | Sequence[Vector]) -> Mesh:
    """A simple [P, 2] polygon in the plane z = 0, facing up when it runs counter-clockwise."""
    points = np.asarray(polygon, dtype=np.float32)
    vertices = np.concatenate((points, np.zeros((len(points), 1), np.float32)), axis=1)
    return Mesh(vertices, triangulate(points))


def triangulate(points: FloatArray) -> IntArray:
    """[P - 2, 3] faces of a simple counter-clockwise [P, 2] polygon, by cutting off ears."""
    outline = [(float(x), float(y)) for x, y in points]
    rest = list(range(len(outline)))
    faces: list[tuple[int, int, int]] = []
    while len(rest) > 3:
        for at in range(len(rest)):
            ear = (rest[at - 1], rest[at], rest[(at + 1) % len(rest)])
            if _is_ear(outline, ear, rest):
                break
        else:
            at, ear = 1, (rest[0], rest[1], rest[2])  # rounding only: cut anything off
        faces.append(ear)
        del rest[at]
    faces.append((rest[0], rest[1], rest[2]))
    return np.array(faces, dtype=np.int32)


def _is_ear(outline: list[tuple[float, float]], ear: tuple[int, int, int], rest: list[int]) -> bool:
    a, b, c = (outline[k] for k in ear)
    if _side(a, b, c) <= 0:
        return False
    others = (outline[k] for k in rest if k not in ear)
    return not any(
        _side(a, b, p) >= 0 and _side(b, c, p) >= 0 and _side(c, a, p) >= 0 for p in others
    )


def _side(a: tuple[float, float], b: tuple[float, float], p: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
