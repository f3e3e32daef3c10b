# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One view of a world: a picture that looks taken, and exact truth."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from anyview.core.errors import InputError
from anyview.data.synthetic.photo_textures import PhotoTextures
from anyview.data.synthetic.raycaster import Raycaster, camera_centre
from anyview.data.synthetic.sensor import Sensor, expose
from anyview.data.synthetic.surface_tables import PATTERNS, SurfaceTables
from anyview.data.synthetic.world import Camera, FloatArray, IntArray, World, WorldView

Bytes = npt.NDArray[np.uint8]

SUN_BLUR = 0.007
"""Tangent of the sun's apparent radius, half as large again: thin clouds widen it."""

LAMP_BLUR_M = 0.06
"""Radius of a lamp."""

CUBE = np.array(
    [(0, 0, 0), *((x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1))], dtype=np.float32
) / np.float32(np.sqrt(3))
"""Nine places in a ball, the places of a lamp."""

UNKNOWN = 200
"""Ambient light, of 255, on what is too thin to look for what is near it."""

OPEN_SHARE = 0.25
"""Length of the rays that look for crevices, in units of the world's ``size_m``."""


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
    from anyview.data.synthetic import antialias, ray_hits, shading

    if raycaster.world is not world:
        raise InputError("The ray caster was made from another world; make one for each world.")
    tables = raycaster.tables
    height, width = camera.height, camera.width
    rotation = camera.cam_from_world[:3, :3].astype(np.float64)
    inverse = np.linalg.inv(camera.intrinsics.astype(np.float64))
    world_from_pixel = (rotation.T @ inverse).astype(np.float32)
    origin = camera_centre(camera)
    pixel_size = float(np.sqrt(inverse[0, 0] * inverse[1, 1]))
    geometry = (tables.corners, tables.normals, tables.face_ids)

    rays = ray_hits.grid_rays(world_from_pixel, height, width)
    depth, face = raycaster.first_hits_from(origin, rays)
    hits, ids = ray_hits.locate_hits(origin, rays, depth, face, geometry, pixel_size)
    truth = WorldView(
        image=np.empty(0, dtype=np.uint8),
        depth=np.where(face >= 0, depth, np.float32(0.0)).reshape(height, width),
        normal=ray_hits.camera_normals(hits, rotation.astype(np.float32), height * width).reshape(
            height, width, 3
        ),
        objects=ids[:, 1].reshape(height, width),
        camera=camera,
    )

    edges = antialias.find_edges(hits, ids, face, height, width)
    sources = np.zeros(0, dtype=np.int32)
    if len(edges):
        turn = rng.random(len(edges), dtype=np.float32) * np.float32(2 * np.pi / 3)
        extra = antialias.edge_rays(world_from_pixel, edges, width, turn)
        depth, face = raycaster.first_hits_from(origin, extra)
        more = ray_hits.locate_hits(origin, extra, depth, face, geometry, pixel_size)
        sources = antialias.find_donors(hits, ids, *more, edges, width)
        own = np.flatnonzero(sources < 0)
        sources[own] = height * width + np.arange(len(own))
        hits, ids = np.concatenate((hits, more[0][own])), np.concatenate((ids, more[1][own]))
        rays = np.concatenate((rays, extra[own]))

    lit = _light_reach(raycaster, hits, ids, (height, width), rng)
    colours, relief = _surface_colours(tables, hits, ids, photos)
    shading.bend_normals(hits, ids, relief, height, width)
    light = shading.light_samples(
        hits, ids, colours, tables.materials, tables.lamps, tables.sky, lit, origin
    )
    _add_sky(tables, rays, ids, light)
    light = antialias.average_edges(light, edges, sources, height * width)
    return replace(truth, image=expose(light.reshape(height, width, 3), sensor, rng))


def _surface_colours(
    tables: SurfaceTables, hits: FloatArray, ids: IntArray, photos: PhotoTextures | None
) -> tuple[FloatArray, FloatArray]:
    """Linear colour [N, 3] and relief [N] in metres."""
    from anyview.data.synthetic import noise, pattern_places, patterns, photo_projection

    places, stains, fine, broad, slots = pattern_places.place_samples(hits, ids, tables.materials)
    colours, relief = patterns.draw_patterns(
        ids,
        tables.materials,
        places,
        slots,
        noise.octaves(stains, 2),
        noise.octaves(fine, 4),
        noise.octaves(broad, 2),
    )
    if photos is not None:
        number = PATTERNS.index("photo")
        photo_projection.project_photos(
            ids, tables.materials, places, photos.levels, number, colours
        )
    return colours, relief


def _add_sky(tables: SurfaceTables, rays: FloatArray, ids: IntArray, light: FloatArray) -> None:
    """Write the sky's light where no surface is seen."""
    from anyview.data.synthetic import noise, sky_light

    samples, points, units = sky_light.cloud_points(rays, ids, float(tables.sky[9]))
    if not len(samples):
        return
    suns = tables.lamps[tables.lamps[:, 6] == 0]
    sun = np.zeros(tables.lamps.shape[1], dtype=np.float32)
    if len(suns):
        sun = suns[suns[:, :3].sum(axis=1).argmax()]
    sky_light.draw_sky(samples, units, noise.octaves(points, 4), tables.sky, sun, light)


def _light_reach(
    raycaster: Raycaster,
    hits: FloatArray,
    ids: IntArray,
    shape: tuple[int, int],
    rng: np.random.Generator,
) -> Bytes:
    """[L + 1, N] how much of each lamp is seen from each sample, 0..255; last, ambient light."""
    from anyview.data.synthetic import light_reach

    lamps = raycaster.tables.lamps
    height, width = shape
    count = height * width
    lit = np.zeros((len(lamps) + 1, len(hits)), dtype=np.uint8)
    sparse = np.ones(len(hits), dtype=np.uint8)
    sparse[:count].reshape(height, width)[1::2] = 0
    sparse[:count].reshape(height, width)[:, 1::2] = 0
    inner = light_reach.find_inner(hits, ids, height, width)
    wobble = rng.permutation(CUBE).reshape(3, 3, 3)
    for lamp, out in zip(lamps, lit, strict=False):
        _cast_to_lamp(raycaster, (hits, ids), lamp, wobble, sparse, width, out)
        left = light_reach.fill_shadows(ids, inner, out, height, width)
        _cast_to_lamp(raycaster, (hits, ids), lamp, wobble, left, width, out)
        out[:count] = light_reach.soften_shadows(hits, ids, out[:count], height, width)

    near = float(np.clip(OPEN_SHARE * raycaster.world.size_m, 0.15, 2.0))
    ball = rng.standard_normal((4, 4, 3), dtype=np.float32)
    ball /= np.linalg.norm(ball, axis=-1, keepdims=True)
    starts, rays, samples = light_reach.open_rays(hits[:count], ids[:count], width, near, ball)
    opened = np.zeros(count, dtype=np.float32)
    if len(samples):
        # How far away the nearest thing is, not only whether: 16 yes or no would show as steps.
        reach = np.ones(len(samples), dtype=np.float32)
        distance, _ = raycaster.first_hits(starts, rays, reach)
        opened[samples] = np.minimum(distance, 1.0)
    lit[-1, :count] = light_reach.spread_openness(hits, ids, inner, opened, height, width)
    lit[-1, count:] = UNKNOWN
    return lit


def _cast_to_lamp(
    raycaster: Raycaster,
    samples: tuple[FloatArray, IntArray],
    lamp: FloatArray,
    wobble: FloatArray,
    wanted: Bytes,
    width: int,
    out: Bytes,
) -> None:
    """Write to ``out`` [N] whether the wanted samples see a lamp, 255 or 0."""
    from anyview.data.synthetic import light_reach

    blur = LAMP_BLUR_M if lamp[6] > 0 else SUN_BLUR
    starts, rays, cast = light_reach.lamp_rays(*samples, wanted, lamp, wobble, blur, width)
    if len(cast):
        reach = np.ones(len(cast), dtype=np.float32) if lamp[6] > 0 else None
        out[cast] = np.where(raycaster.is_blocked(starts, rays, reach), 0, 255)
