# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Meshes, where they go, and the builder that collects them into a world.

Shapes come from ``shapes`` and ``soft_shapes``. A thing is written in its own axes (it stands on
z = 0, its front faces -y) with a builder of its own and then placed with ``Builder.add_all``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anyview.data.synthetic.world import FloatArray, IntArray, Lamp, Material, Sky, World

Vector = Sequence[float] | npt.NDArray[np.floating]


@dataclass(frozen=True)
class Mesh:
    """Triangles without a look.

    Attributes:
        vertices: [N, 3], metres.
        faces: [F, 3], counter-clockwise seen from outside.
    """

    vertices: FloatArray
    faces: IntArray

    def moved(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> "Mesh":
        """Shifted."""
        return Mesh(self.vertices + np.array((x, y, z), dtype=np.float32), self.faces)

    def scaled(self, x: float, y: float | None = None, z: float | None = None) -> "Mesh":
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


def rotation(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> FloatArray:
    """[3, 3] turn about x by ``pitch``, then about y by ``roll``, then about z by ``yaw``, rad."""
    (cy, cp, cr), (sy, sp, sr) = np.cos((yaw, pitch, roll)), np.sin((yaw, pitch, roll))
    return np.array(
        (
            (cy * cr, cy * sr * sp - sy * cp, cy * sr * cp + sy * sp),
            (sy * cr, sy * sr * sp + cy * cp, sy * sr * cp - cy * sp),
            (-sr, cr * sp, cr * cp),
        ),
        dtype=np.float32,
    )


def place(
    x: float = 0.0,
    y: float = 0.0,
    z: float = 0.0,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    scale: float = 1.0,
) -> FloatArray:
    """[4, 4] matrix: scale, then turn (see ``rotation``), then move to (x, y, z)."""
    transform = np.eye(4, dtype=np.float32)
    transform[:3, :3] = rotation(yaw, pitch, roll) * np.float32(scale)
    transform[:3, 3] = (x, y, z)
    return transform


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


class Builder:
    """Collects meshes with their looks; ``world`` makes a world of them."""

    def __init__(self) -> None:
        self._vertices: list[FloatArray] = []
        self._faces: list[IntArray] = []
        self._materials: list[IntArray] = []
        self._objects: list[IntArray] = []
        self._palette: dict[Material, int] = {}
        self._num_vertices = 0
        self._last_object = 0

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
        vertices = mesh.vertices if transform is None else apply(transform, mesh.vertices)
        looks = (material,) if isinstance(material, Material) else material
        numbers = np.array([self._index(look) for look in looks], dtype=np.int32)
        things = np.atleast_1d(np.asarray(object, dtype=np.int32))
        self._append(vertices, mesh.faces, _blocks(numbers, count), _blocks(things, count))
        self._last_object = max(self._last_object, int(things.max()))

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
        if not other._faces:
            return
        indices = [self._index(material) for material in other._palette]
        palette = np.array(indices, dtype=np.int32)
        vertices, faces, materials, objects = other._joined()
        if transform is not None:
            vertices = apply(transform, vertices)
        if object is None:
            objects = np.where(objects > 0, objects + self._last_object, 0).astype(np.int32)
        else:
            objects = np.full(len(faces), object, dtype=np.int32)
        self._append(vertices, faces, palette[materials], objects)
        self._last_object = max(self._last_object, int(objects.max()))

    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest coordinates so far, [3] each."""
        low = np.min([part.min(axis=0) for part in self._vertices], axis=0)
        high = np.max([part.max(axis=0) for part in self._vertices], axis=0)
        return low.astype(np.float32), high.astype(np.float32)

    def object_centres(self) -> FloatArray:
        """[M, 3] middle of the bounding box of each thing, by number."""
        vertices, faces, _, objects = self._joined()
        low = np.full((self._last_object + 1, 3), np.inf, dtype=np.float32)
        high = -low
        corners = vertices[faces]
        np.minimum.at(low, objects, corners.min(axis=1))
        np.maximum.at(high, objects, corners.max(axis=1))
        centres = (low + high)[1:] / 2
        kept: FloatArray = centres[np.isfinite(centres).all(axis=1)].astype(np.float32)
        return kept

    def mesh(self) -> Mesh:
        """Everything so far without its looks."""
        vertices, faces, _, _ = self._joined()
        return Mesh(vertices, faces)

    def world(
        self,
        kind: str,
        *,
        lamps: Sequence[Lamp],
        sky: Sky,
        camera_box: tuple[Vector, Vector],
        size_m: float,
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
        vertices, faces, materials, objects = self._joined()
        low, high = (np.asarray(corner, dtype=np.float32) for corner in camera_box)
        return World(
            kind=kind,
            vertices=vertices,
            faces=faces,
            face_material=materials,
            face_object=objects,
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

    def _append(
        self, vertices: FloatArray, faces: IntArray, materials: IntArray, objects: IntArray
    ) -> None:
        if not len(faces):
            return
        self._vertices.append(vertices.astype(np.float32, copy=False))
        self._faces.append(faces + np.int32(self._num_vertices))
        self._materials.append(materials)
        self._objects.append(objects)
        self._num_vertices += len(vertices)

    def _joined(self) -> tuple[FloatArray, IntArray, IntArray, IntArray]:
        return (
            np.concatenate(self._vertices),
            np.concatenate(self._faces),
            np.concatenate(self._materials),
            np.concatenate(self._objects),
        )


def _blocks(values: IntArray, count: int) -> IntArray:
    """[count], each value for an equal run of faces."""
    if len(values) == 1:
        return np.full(count, values[0], dtype=np.int32)
    assert count % len(values) == 0, f"{len(values)} looks do not divide {count} faces"
    return np.repeat(values, count // len(values))
