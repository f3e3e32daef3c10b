# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which triangle does a ray meet first: Embree behind three functions.

Embree (package ``embreex``) casts about ten million rays a second and core; the pure torch caster
of ``anyview.render`` needs nothing installed and is for a handful of example views.
"""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from anyview.core.optional import require
from anyview.data.synthetic.surface_tables import SurfaceTables, build_surface_tables
from anyview.data.synthetic.world import Camera, FloatArray, IntArray, World


class Raycaster:
    """A world prepared for casting.

    Attributes:
        world: The world; not to be changed afterwards.

    Args:
        world: Its triangles are copied into Embree's tree.

    Raises:
        MissingDependencyError: If ``embreex`` is not installed.
    """

    def __init__(self, world: World) -> None:
        scenes: Any = require("embreex.rtcore_scene", extra="train", purpose="make worlds")
        meshes: Any = require("embreex.mesh_construction", extra="train", purpose="make worlds")
        self.world = world
        self._scene = scenes.EmbreeScene()
        self._vertices = np.ascontiguousarray(world.vertices, dtype=np.float32)
        self._faces = np.ascontiguousarray(world.faces, dtype=np.int32)
        self._mesh = meshes.TriangleMesh(self._scene, self._vertices, self._faces)

    @cached_property
    def tables(self) -> SurfaceTables:
        """The world as number tables for shading, made when first needed."""
        return build_surface_tables(self.world)

    def first_hits_from(
        self, origin: FloatArray, directions: FloatArray
    ) -> tuple[FloatArray, IntArray]:
        """``first_hits`` for rays that all start at one point, [3]."""
        origins = np.empty_like(directions)
        origins[:] = origin
        return self.first_hits(origins, directions)

    def first_hits(
        self, origins: FloatArray, directions: FloatArray, reach: FloatArray | None = None
    ) -> tuple[FloatArray, IntArray]:
        """The nearest surface along each ray.

        Args:
            origins: [N, 3].
            directions: [N, 3], any length.
            reach: [N] how far to look, in lengths of the direction; None: to the end.

        Returns:
            Distance [N] in lengths of the direction (inf = none) and face [N] (-1 = none).
        """
        hits = self._scene.run(origins, directions, dists=reach, query="INTERSECT", output=1)
        face = hits["primID"].astype(np.int32)
        distance = np.where(face >= 0, hits["tfar"], np.inf).astype(np.float32)
        return distance, face

    def is_blocked(
        self, origins: FloatArray, directions: FloatArray, reach: FloatArray | None = None
    ) -> npt.NDArray[np.bool_]:
        """Whether anything lies on each ray.

        Args:
            origins: [N, 3].
            directions: [N, 3], any length.
            reach: [N] how far to look, in lengths of the direction; None: to the end.
        """
        blocked = self._scene.run(origins, directions, dists=reach, query="OCCLUDED")
        out: npt.NDArray[np.bool_] = np.asarray(blocked) >= 0
        return out


def pixel_rays(camera: Camera) -> FloatArray:
    """[H W, 3] directions in world axes through the pixel centres; along z they advance by 1.

    So the distance that ``Raycaster.first_hits`` gives for them is z-depth.
    """
    columns, rows = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
    pixels = np.stack((columns, rows, np.ones_like(rows)), axis=-1).reshape(-1, 3)
    rotation = camera.cam_from_world[:3, :3].astype(np.float64)
    world = pixels @ np.linalg.inv(camera.intrinsics.astype(np.float64)).T @ rotation
    return np.ascontiguousarray(world, dtype=np.float32)


def camera_centre(camera: Camera) -> FloatArray:
    """[3], where the camera is in the world."""
    rotation, translation = camera.cam_from_world[:3, :3], camera.cam_from_world[:3, 3]
    return (-rotation.T @ translation).astype(np.float32)
