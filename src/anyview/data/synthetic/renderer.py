# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One view of a world: a picture that looks taken, and exact truth."""

import numpy as np
import numpy.typing as npt

from anyview.core.errors import InputError
from anyview.data.synthetic.photo_textures import PhotoTextures
from anyview.data.synthetic.raycaster import Raycaster, camera_centre
from anyview.data.synthetic.sensor import Sensor, expose
from anyview.data.synthetic.surface_tables import SurfaceTables
from anyview.data.synthetic.world import Camera, FloatArray, IntArray, World, WorldView

NO_PHOTOS = np.zeros((0, 1), dtype=np.uint8)

SUN_BLUR = 0.01
"""Tangent of the sun's apparent radius, twice the true one: thin clouds widen it."""

LAMP_BLUR_M = 0.06


def render_view(
    world: World,
    raycaster: Raycaster,
    camera: Camera,
    sensor: Sensor,
    rng: np.random.Generator,
    photos: PhotoTextures | None,
) -> WorldView:
    """What a camera sees of a world.

    Depth, normals and objects are those of the surface met by the ray through each pixel's centre,
    without error; normals are of the triangles. The picture is antialiased, shaded smoothly, and
    has gone through the sensor. The same arguments and the same state of ``rng`` give the same
    bytes on one machine.

    Args:
        world: What is seen.
        raycaster: Made from the same world.
        camera: From where.
        sensor: How light becomes a picture.
        rng: For noise, penumbrae and subpixel positions.
        photos: Pictures for ``photo`` materials; None: they are drawn as marble.

    Raises:
        InputError: If the ray caster was made from another world, or the world has no lamp.
        MissingDependencyError: If ``embreex`` or ``numba`` is not installed.
    """
    from anyview.data.synthetic import antialias, patterns, shading

    if raycaster.world is not world:
        raise InputError("The ray caster was made from another world; make one for each world.")
    tables = raycaster.tables
    height, width = camera.height, camera.width
    count = height * width
    rotation = camera.cam_from_world[:3, :3].astype(np.float64)
    inverse = np.linalg.inv(camera.intrinsics.astype(np.float64))
    world_from_pixel = (rotation.T @ inverse).astype(np.float32)
    origin = camera_centre(camera)
    pixel_size = float(np.sqrt(inverse[0, 0] * inverse[1, 1]))
    geometry = (tables.corners, tables.normals, tables.face_ids)

    directions = shading.grid_rays(world_from_pixel, height, width)
    distance, face = raycaster.first_hits_from(origin, directions)
    hits, ids = shading.locate_hits(origin, directions, distance, face, geometry, pixel_size)
    view_depth = np.where(face >= 0, distance, np.float32(0.0))
    view_normal = hits[:, 3:6] @ rotation.T.astype(np.float32)
    view_objects = ids[:, 1]

    edges = antialias.find_edges(hits, ids, height, width)
    turn = rng.random(len(edges), dtype=np.float32) * np.float32(2 * np.pi / 3)
    if len(edges):
        extra = antialias.edge_rays(world_from_pixel, edges, width, turn)
        distance, face = raycaster.first_hits_from(origin, extra)
        more = shading.locate_hits(origin, extra, distance, face, geometry, pixel_size)
        hits, ids = np.concatenate((hits, more[0])), np.concatenate((ids, more[1]))
        directions = np.concatenate((directions, extra))

    textures = NO_PHOTOS if photos is None else photos.levels
    colours, _ = patterns.draw_surfaces(hits, ids, tables.materials, tables.lattice, textures)
    lit = _light_reach(raycaster, tables, hits, ids, rng)
    light = shading.light_samples(
        hits, ids, colours, tables.materials, tables.lamps, tables.sky, lit, origin
    )
    light += patterns.draw_sky(directions, ids, tables.sky, _sun(tables), tables.lattice)
    light = antialias.average_edges(light, edges, count)
    return WorldView(
        image=expose(light.reshape(height, width, 3), sensor, rng),
        depth=view_depth.reshape(height, width),
        normal=view_normal.reshape(height, width, 3),
        objects=view_objects.reshape(height, width).copy(),
        camera=camera,
    )


def _sun(tables: SurfaceTables) -> FloatArray:
    """Row of the brightest lamp without a position, black if all have one."""
    suns = tables.lamps[tables.lamps[:, 6] == 0]
    black = np.zeros(tables.lamps.shape[1], dtype=np.float32)
    return suns[suns[:, :3].sum(axis=1).argmax()] if len(suns) else black


def _light_reach(
    raycaster: Raycaster,
    tables: SurfaceTables,
    hits: FloatArray,
    ids: IntArray,
    rng: np.random.Generator,
) -> npt.NDArray[np.uint8]:
    """[L + 1, N] how much of each lamp is seen from each sample, 0..255; last, ambient light."""
    from anyview.data.synthetic import shading

    lit = np.zeros((len(tables.lamps) + 1, len(hits)), dtype=np.uint8)
    lit[-1] = 255
    wobble = rng.uniform(-1.0, 1.0, (1021, 3)).astype(np.float32)
    for number, lamp in enumerate(tables.lamps):
        blur = LAMP_BLUR_M if lamp[6] > 0 else SUN_BLUR
        origins, towards, samples = shading.lamp_rays(hits, ids, lamp, wobble, blur)
        if len(samples):
            reach = np.ones(len(samples), dtype=np.float32) if lamp[6] > 0 else None
            blocked = raycaster.is_blocked(origins, towards, reach)
            lit[number, samples] = np.where(blocked, 0, 255)
    return lit
