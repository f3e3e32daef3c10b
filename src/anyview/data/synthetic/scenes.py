# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""An endless data set of scenes: scene ``number`` is a function of that number alone."""

from collections.abc import Callable

import numpy as np

from anyview.data.synthetic.aerial import build_aerial
from anyview.data.synthetic.camera_plans import CameraPlan, Framing, plan_cameras
from anyview.data.synthetic.clutter import build_clutter
from anyview.data.synthetic.gardens import build_garden
from anyview.data.synthetic.photo_textures import PhotoTextures
from anyview.data.synthetic.raycaster import Raycaster
from anyview.data.synthetic.renderer import render_view
from anyview.data.synthetic.rooms import build_room
from anyview.data.synthetic.sensor import sample_sensor
from anyview.data.synthetic.squares import build_facade, build_square
from anyview.data.synthetic.streets import build_street
from anyview.data.synthetic.tabletop import build_tabletop
from anyview.data.synthetic.terrain import build_terrain
from anyview.data.synthetic.world import World, WorldScene
from anyview.data.synthetic.world_settings import KINDS, WorldSettings

SEED_STREAM = 20261123
"""Keeps scenes apart from other uses of small seeds; a new value is a new data set."""
WORLDS_TRIED = 6
"""Worlds built for a number until cameras find room in one."""

BUILDERS: dict[str, Callable[[np.random.Generator, float], World]] = {
    "room": build_room,
    "tabletop": build_tabletop,
    "clutter": build_clutter,
    "street": build_street,
    "terrain": build_terrain,
    "garden": build_garden,
    "facade": build_facade,
    "square": build_square,
    "aerial": build_aerial,
}
"""Kind -> function of a random generator and the share of surfaces with pictures."""


def make_scene(number: int, settings: WorldSettings, photos: PhotoTextures | None) -> WorldScene:
    """Scene ``number`` with its images and truth.

    Args:
        number: From 0; equal numbers and settings give equal scenes.
        settings: What scenes look like.
        photos: Pictures of the folder that the settings name; None if they name none.
    """
    rng, world, caster, plan = plan_scene(number, settings)
    sensor = sample_sensor(rng)
    views = [render_view(world, caster, camera, sensor, rng, photos) for camera in plan.cameras]
    notes = {"triangles": str(len(world.faces)), "size_m": f"{world.size_m:.2f}"}
    return WorldScene(number, world.kind, plan.path, views, notes)


def plan_scene(
    number: int, settings: WorldSettings
) -> tuple[np.random.Generator, World, Raycaster, CameraPlan]:
    """World and cameras of a scene before it is drawn.

    A world in which cameras find no room gives way to the next of the same kind, and at last to a
    street, which always has room.

    Returns:
        The generator that goes on drawing, the world, its caster, and the cameras.
    """
    framing = Framing(
        settings.width, settings.height, settings.views, (settings.fov_low, settings.fov_high)
    )
    share = settings.photo_share if settings.photos is not None else 0.0
    kind = str(np.random.default_rng((SEED_STREAM, number)).choice(KINDS, p=settings.shares))
    attempt = 0
    while True:
        rng = np.random.default_rng((SEED_STREAM, number, attempt))
        world = BUILDERS[kind if attempt < WORLDS_TRIED else "street"](rng, share)
        caster = Raycaster(world)
        plan = plan_cameras(world, caster, framing, rng)
        if plan is not None:
            return rng, world, caster, plan
        attempt += 1
        assert attempt < 100, f"no camera found a place in scene {number}"
