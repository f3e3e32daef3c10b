# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Meshes, where they go, and the builder that collects them into a world.

Shapes come from ``shapes`` and ``soft_shapes``. A thing is written in its own axes (it stands on
z = 0, its front faces -y) with a builder of its own and then placed with ``Builder.add_all``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, sin
from typing import Any

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.world import FloatArray, IntArray, Lamp, Material, Sky, World

Real = float | int | np.floating[Any]
Vector = Sequence[Real] | npt.NDArray[np.floating]


@dataclass(frozen=True)
class Mesh:
    """Triangles without a look.

    Attributes:
        vertices: [N, 3], metres.
        faces: [F, 3], counter-clockwise seen from outside.
    """

    vertices: FloatArray
    faces: IntArray

    def moved(self, x: Real = 0.0, y: Real = 0.0, z: Real = 0.0) -> "Mesh":
        """Shifted."""
        return Mesh(self.vertices + np.array((x, y, z), dtype=np.float32), self.faces)

    def scaled(self, x: Real, y: Real | None = None, z: Real | None = None) -> "Mesh":
        """Scaled along the axes about the origin; one number scales all three."""
        factors = (x, x if y is None else y, x if z is None else z)
        return Mesh(self.vertices * np.array(factors, dtype=np.float32), self.faces)

    def transformed(self, transform: FloatArray) -> "Mesh":
        """Moved by a [4, 4] matrix."""
        return Mesh(apply(transform, self.vertices), self.faces)


def apply(transform: FloatArray, points: FloatArray) -> FloatArray:
    """[N, 3] points under a [4, 4] matrix."""
    moved: FloatArray = points @ transform[:3, :3].T + transform[:3, 3]
    return moved


def rotation(yaw: Real = 0.0, pitch: Real = 0.0, roll: Real = 0.0) -> FloatArray:
    """[3, 3] turn about x by ``pitch``, then about y by ``roll``, then about z by ``yaw``, rad."""
    return place(yaw=yaw, pitch=pitch, roll=roll)[:3, :3]


def place(
    x: Real = 0.0,
    y: Real = 0.0,
    z: Real = 0.0,
    yaw: Real = 0.0,
    pitch: Real = 0.0,
    roll: Real = 0.0,
    scale: Real = 1.0,
) -> FloatArray:
    """[4, 4] matrix: scale, then turn (see ``rotation``), then move to (x, y, z)."""
    cy, cp, cr = cos(yaw) * scale, cos(pitch), cos(roll)
    sy, sp, sr = sin(yaw) * scale, sin(pitch), sin(roll)
    return np.array(
        (
            (cy * cr, cy * sr * sp - sy * cp, cy * sr * cp + sy * sp, x),
            (sy * cr, sy * sr * sp + cy * cp, sy * sr * cp - cy * sp, y),
            (-sr * scale, cr * sp * scale, cr * cp * scale, z),
            (0.0, 0.0, 0.0, 1.0),
        ),
        dtype=np.float32,
    )


def merge(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh of several; of none, an empty one."""
    if not meshes:
        return Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
    starts = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes[:-1])])
    faces = [mesh.faces + np.int32(start) for mesh, start in zip(meshes, starts, strict=True)]
    return Mesh(np.concatenate([mesh.vertices for mesh in meshes]), np.concatenate(faces))


def repeat(mesh: Mesh, transforms: FloatArray) -> Mesh:
    """Copies of a mesh, one for each of the [K, 4, 4] matrices, in that order."""
    count = len(transforms)
    vertices = np.einsum("kij,nj->kni", transforms[:, :3, :3], mesh.vertices)
    vertices += transforms[:, None, :3, 3]
    starts = np.arange(count, dtype=np.int32) * np.int32(len(mesh.vertices))
    faces = mesh.faces[None] + starts[:, None, None]
    return Mesh(vertices.reshape(-1, 3).astype(np.float32), faces.reshape(-1, 3).astype(np.int32))


@dataclass(frozen=True)
class _Collected:
    vertices: FloatArray
    faces: IntArray
    materials: IntArray
    objects: IntArray


class Builder:
    """Collects meshes with their looks; ``world`` makes a world of them."""

    def __init__(self) -> None:
        self._vertices: list[FloatArray] = []
        self._faces: list[IntArray] = []
        # Runs of faces with one look: how many, material, object.
        self._runs: list[tuple[int, int, int]] = []
        self._palette: dict[Material, int] = {}
        self._num_vertices = 0
        self._last_object = 0
        self._collected: _Collected | None = None
        self._bounds: tuple[FloatArray, FloatArray] | None = None

    def new_object(self) -> int:
        """A number that no thing has yet (1, 2, ...)."""
        self._last_object += 1
        return self._last_object

    def add(
        self,
        mesh: Mesh,
        material: Material | Sequence[Material],
        object: int | Sequence[int] = 0,  # noqa: A002 (the world's word for it)
        transform: FloatArray | None = None,
    ) -> None:
        """Add a mesh.

        Args:
            mesh: Not kept, so it may be reused.
            material: Its look; several share the faces out in equal blocks, for the result of
                ``repeat`` or ``boxes``.
            object: Number of the thing, 0 for the surroundings; several as for ``material``.
            transform: [4, 4]; None leaves it where it is.
        """
        count = len(mesh.faces)
        if not count:
            return
        if isinstance(material, Material) and isinstance(object, int):
            self._runs.append((count, self._index(material), object))
            last = object
        else:
            looks = (material,) if isinstance(material, Material) else material
            things = (object,) if isinstance(object, int) else object
            blocks = max(len(looks), len(things))
            assert count % blocks == 0, f"{blocks} blocks do not divide {count} faces"
            assert len(looks) in (1, blocks), f"{len(looks)} looks for {blocks} blocks"
            assert len(things) in (1, blocks), f"{len(things)} objects for {blocks} blocks"
            indices = [self._index(look) for look in looks] * (blocks // len(looks))
            numbers = list(things) * (blocks // len(things))
            each = (count // blocks,) * blocks
            self._runs += zip(each, indices, numbers, strict=True)
            last = max(numbers)
        vertices = mesh.vertices if transform is None else apply(transform, mesh.vertices)
        self._append(vertices, mesh.faces, last)

    def add_all(
        self,
        other: "Builder",
        transform: FloatArray | None = None,
        object: int | None = None,  # noqa: A002
    ) -> None:
        """Add everything of another builder.

        Args:
            other: Unchanged, so one thing may be placed many times.
            transform: [4, 4]; None leaves it where it is.
            object: Its number here; None keeps its parts apart: 0 stays 0, others get new numbers.
        """
        if not other._runs:
            return
        palette = [self._index(material) for material in other._palette]
        if object is None:
            above = self._last_object
            self._runs += [
                (count, palette[look], number + above if number > 0 else 0)
                for count, look, number in other._runs
            ]
            last = above + other._last_object
        else:
            self._runs += [(count, palette[look], object) for count, look, _ in other._runs]
            last = object
        whole = other._joined()
        vertices = whole.vertices if transform is None else apply(transform, whole.vertices)
        self._append(vertices, whole.faces, last)

    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest coordinates so far, [3] each."""
        if self._bounds is None:
            vertices = self._joined().vertices
            self._bounds = (vertices.min(axis=0), vertices.max(axis=0))
        return self._bounds

    def object_boxes(self) -> tuple[FloatArray, FloatArray]:
        """Lower and upper corners [M, 3] of the bounding box of each thing, by number."""
        whole = self._joined()
        order = np.argsort(whole.objects, kind="stable")
        numbers = whole.objects[order]
        order, numbers = order[numbers > 0], numbers[numbers > 0]
        if not len(numbers):
            return np.zeros((0, 3), dtype=np.float32), np.zeros((0, 3), dtype=np.float32)
        starts = 3 * np.flatnonzero(np.diff(numbers, prepend=0))
        corners = whole.vertices[whole.faces[order].reshape(-1)]
        return np.minimum.reduceat(corners, starts), np.maximum.reduceat(corners, starts)

    def object_centres(self) -> FloatArray:
        """[M, 3] middle of the bounding box of each thing, by number."""
        low, high = self.object_boxes()
        centres: FloatArray = (0.5 * (low + high)).astype(np.float32)
        return centres

    def mesh(self) -> Mesh:
        """Everything so far without its looks."""
        whole = self._joined()
        return Mesh(whole.vertices, whole.faces)

    def world(
        self,
        kind: str,
        *,
        lamps: Sequence[Lamp],
        sky: Sky,
        camera_box: tuple[Vector, Vector],
        size_m: Real,
        focus: FloatArray | None = None,
    ) -> World:
        """A world of everything so far.

        Args:
            kind: Name of the builder.
            lamps: At least one.
            sky: Also the ambient light of interiors.
            camera_box: Lower and upper corner of where cameras may be.
            size_m: Typical distance between a camera and what it looks at.
            focus: [M, 3] points worth looking at; None: the middle of every thing.
        """
        whole = self._joined()
        low, high = (np.asarray(corner, dtype=np.float32) for corner in camera_box)
        return World(
            kind=kind,
            vertices=whole.vertices,
            faces=whole.faces,
            face_material=whole.materials,
            face_object=whole.objects,
            materials=tuple(self._palette),
            lamps=tuple(lamps),
            sky=sky,
            camera_low=low,
            camera_high=high,
            focus=self.object_centres() if focus is None else focus.astype(np.float32),
            size_m=float(size_m),
        )

    def _index(self, material: Material) -> int:
        return self._palette.setdefault(material, len(self._palette))

    def _append(self, vertices: FloatArray, faces: IntArray, last_object: int) -> None:
        self._vertices.append(vertices)
        self._faces.append(faces + np.int32(self._num_vertices))
        self._num_vertices += len(vertices)
        self._last_object = max(self._last_object, last_object)
        self._collected = None
        self._bounds = None

    def _joined(self) -> _Collected:
        """Everything so far as arrays; kept until something is added."""
        if self._collected is None:
            whole = merge([])
            vertices = np.concatenate((whole.vertices, *self._vertices))
            runs = np.array(self._runs, dtype=np.int32).reshape(-1, 3)
            self._collected = _Collected(
                vertices=vertices.astype(np.float32, copy=False),
                faces=np.concatenate((whole.faces, *self._faces)),
                materials=np.repeat(runs[:, 1], runs[:, 0]),
                objects=np.repeat(runs[:, 2], runs[:, 0]),
            )
        return self._collected
