# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A world as flat number tables, made once a world, read by the shading kernels."""

from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from anyview.core.errors import InputError
from anyview.data.synthetic.world import FloatArray, IntArray, Lamp, Material, Pattern, Sky, World

PATTERNS: tuple[str, ...] = get_args(Pattern)
"""A pattern's number in the tables is its place here."""

SMOOTH_COSINE = float(np.cos(np.deg2rad(35.0)))
"""Faces are shaded smoothly where no corner's mean normal is further away than this."""


@dataclass(frozen=True)
class SurfaceTables:
    """What shading needs to know of a world.

    Attributes:
        corners: [F, 3, 3] positions of each face's corners.
        normals: [F, 4, 3] the face's unit normal, then a shading normal for each corner.
        face_ids: [F, 2] material and object.
        materials: [M, 16] see ``material_row``.
        lamps: [L, 8] see ``lamp_row``.
        sky: [12] zenith, horizon, ground bounce, clouds, 1 / haze_m (0 = clear), 0.
    """

    corners: FloatArray
    normals: FloatArray
    face_ids: IntArray
    materials: FloatArray
    lamps: FloatArray
    sky: FloatArray


def build_surface_tables(world: World) -> SurfaceTables:
    """The tables of a world.

    Raises:
        InputError: If the world has no lamp or no material, or a face's material does not exist.
    """
    if not world.materials or not world.lamps:
        raise InputError(
            f"A world needs at least one material and one lamp, got {len(world.materials)} and "
            f"{len(world.lamps)}."
        )
    if len(world.faces) and not 0 <= world.face_material.min() <= world.face_material.max() < len(
        world.materials
    ):
        raise InputError(
            f"face_material must be in 0..{len(world.materials) - 1}, got "
            f"{world.face_material.min()}..{world.face_material.max()}."
        )
    corners = np.ascontiguousarray(world.vertices[world.faces], dtype=np.float32)
    return SurfaceTables(
        corners=corners,
        normals=_shading_normals(corners, world.faces, len(world.vertices)),
        face_ids=np.stack((world.face_material, world.face_object), axis=1).astype(np.int32),
        materials=np.array([material_row(m) for m in world.materials], dtype=np.float32),
        lamps=np.array([lamp_row(lamp) for lamp in world.lamps], dtype=np.float32),
        sky=_sky_row(world.sky),
    )


def material_row(material: Material) -> list[float]:
    """Pattern, scale, contrast, shininess, glow, photo, first, second, offset, grain's axis."""
    return [
        float(PATTERNS.index(material.pattern)),
        max(material.scale_m, 1e-3),
        material.contrast,
        material.shininess,
        material.glow,
        float(material.photo),
        *material.first,
        *material.second,
        *material.offset_m,
        # Wood grows along x or y; which of them is a matter of chance.
        float(int(abs(material.offset_m[0]) * 8.0) % 2),
    ]


def lamp_row(lamp: Lamp) -> list[float]:
    """Colour, position or direction, reach squared (0 = sun), 0."""
    if lamp.position is None:
        return [*lamp.colour, *lamp.direction, 0.0, 0.0]
    return [*lamp.colour, *lamp.position, lamp.reach_m**2, 0.0]


def _sky_row(sky: Sky) -> FloatArray:
    haze = 0.0 if sky.haze_m is None else 1.0 / sky.haze_m
    row = [*sky.zenith, *sky.horizon, *sky.ground_bounce, sky.clouds, haze, 0.0]
    return np.array(row, dtype=np.float32)


def _shading_normals(corners: FloatArray, faces: IntArray, num_vertices: int) -> FloatArray:
    """Face normals and, for faces of smooth surfaces, area-weighted means at the corners."""
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    face_normal = _unit(cross)
    flat_index = faces.reshape(-1)
    vertex_normal = _unit(
        np.stack(
            [
                np.bincount(flat_index, np.repeat(cross[:, k], 3), minlength=num_vertices)
                for k in range(3)
            ],
            axis=-1,
        )
    )
    at_corner = vertex_normal[faces]
    cosine = np.einsum("fck,fk->fc", at_corner, face_normal)
    smooth = (cosine > SMOOTH_COSINE).all(axis=1)
    at_corner = np.where(smooth[:, None, None], at_corner, face_normal[:, None])
    return np.concatenate((face_normal[:, None], at_corner), axis=1).astype(np.float32)


def _unit(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: npt.NDArray[np.floating] = vectors / np.maximum(length, 1e-20)
    return unit
