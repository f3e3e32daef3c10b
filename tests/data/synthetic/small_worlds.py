# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Worlds of a few triangles whose depth is known by hand."""

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.world import Camera, FloatArray, Lamp, Material, Sky, World

GREY = Material("plain", (0.4, 0.4, 0.4))
SUN = Lamp((2.5, 2.4, 2.2), direction=(0.36, -0.48, 0.8))

Mesh = tuple[FloatArray, npt.NDArray[np.int32]]


def quad(*corners: tuple[float, float, float]) -> Mesh:
    """Two triangles."""
    return np.array(corners, dtype=np.float32), np.array([[0, 1, 2], [0, 2, 3]], dtype=np.int32)


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> Mesh:
    """Twelve triangles."""
    places = np.array([[x, y, z] for z in (0, 1) for y in (0, 1) for x in (0, 1)], dtype=np.float32)
    faces = [
        [0, 2, 3], [0, 3, 1], [4, 5, 7], [4, 7, 6], [0, 1, 5], [0, 5, 4],
        [2, 6, 7], [2, 7, 3], [0, 4, 6], [0, 6, 2], [1, 3, 7], [1, 7, 5],
    ]  # fmt: skip
    corners = np.array(low, dtype=np.float32), np.array(high, dtype=np.float32)
    vertices = corners[0] + places * (corners[1] - corners[0])
    return vertices.astype(np.float32), np.array(faces, dtype=np.int32)


def ground(size: float = 50.0) -> Mesh:
    """The plane z = 0."""
    return quad((-size, -size, 0), (size, -size, 0), (size, size, 0), (-size, size, 0))


def world_of(
    *things: tuple[Mesh, Material], lamps: tuple[Lamp, ...] = (SUN,), sky: Sky | None = None
) -> World:
    """Things numbered from 0, each with its own material."""
    offsets = np.cumsum([0] + [len(mesh[0]) for mesh, _ in things])
    numbers = np.concatenate([np.full(len(m[1]), i) for i, (m, _) in enumerate(things)])
    vertices = np.concatenate([mesh[0] for mesh, _ in things])
    return World(
        kind="test",
        vertices=vertices,
        faces=np.concatenate(
            [m[1] + o for (m, _), o in zip(things, offsets, strict=False)], dtype=np.int32
        ),
        face_material=numbers.astype(np.int32),
        face_object=numbers.astype(np.int32),
        materials=tuple(material for _, material in things),
        lamps=lamps,
        sky=sky or Sky(),
        camera_low=vertices.min(axis=0),
        camera_high=vertices.max(axis=0),
        focus=vertices[:1],
        size_m=3.0,
    )


def camera_at(
    eye: tuple[float, float, float],
    target: tuple[float, float, float],
    *,
    focal: float = 40.0,
    height: int = 30,
    width: int = 40,
) -> Camera:
    """An upright camera that looks at a point."""
    forward = np.subtract(target, eye) / np.linalg.norm(np.subtract(target, eye))
    right = np.cross(forward, (0.0, 0.0, 1.0))
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = right, np.cross(forward, right), forward
    pose[:3, 3] = -pose[:3, :3] @ np.asarray(eye)
    intrinsics = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    return Camera(intrinsics.astype(np.float32), pose.astype(np.float32), height, width)
