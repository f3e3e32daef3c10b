# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Seeded scenes for the benchmark alone, of seven kinds, and where they are kept.

Scene ``index`` of a kind is a function of both. Its number is far from those of training (from 0)
and of validation (from 90,000,000), and the images are larger than those that training makes.
Rooms with cameras that turn in place are found by looking through numbers; worlds of repeated and
of low texture are rooms and streets with other surfaces, cameras and light as they were.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from anyview.core.errors import InputError
from anyview.data.synthetic.raycaster import Raycaster
from anyview.data.synthetic.renderer import render_view
from anyview.data.synthetic.scenes import plan_scene
from anyview.data.synthetic.sensor import sample_sensor
from anyview.data.synthetic.stored_scene import StoredScene
from anyview.data.synthetic.world import Material, World, WorldScene
from anyview.data.synthetic.world_files import WorldChunk, write_chunk
from anyview.data.synthetic.world_settings import KINDS, WorldSettings

Surfaces = Literal["as they are", "repeated", "plain"]

FIRST_NUMBER = 95_000_000
"""Number of the first scene of the first kind."""

NUMBERS_A_KIND = 100_000
"""Numbers between the first scenes of two kinds."""

WIDTH, HEIGHT, VIEWS = 336, 252, 8

SCENES_A_KIND = 6

VERSION = 1
"""Of the scenes: a new value is a new benchmark, made anew."""

_MOST_LOOKED_THROUGH = 2_000


@dataclass(frozen=True)
class SyntheticKind:
    """A kind of scene.

    Attributes:
        name: Also its tag.
        worlds: Kinds of worlds and how often they come.
        fov: Smallest and largest angle of view along the longer side, degrees.
        path: Kind of camera path that is wanted; None for any.
        surfaces: What becomes of the materials.
    """

    name: str
    worlds: tuple[tuple[str, float], ...]
    fov: tuple[float, float] = (45.0, 80.0)
    path: str | None = None
    surfaces: Surfaces = "as they are"

    def settings(self) -> WorldSettings:
        """Settings of its worlds."""
        size = {"width": WIDTH, "height": HEIGHT, "views": VIEWS}
        fov = {"fov_low": self.fov[0], "fov_high": self.fov[1]}
        shares = dict.fromkeys(KINDS, 0.0) | dict(self.worlds)
        return WorldSettings.from_document({**size, **fov, **shares})


_MIXED = (("room", 0.5), ("street", 0.25), ("garden", 0.25))

SYNTHETIC_KINDS = (
    SyntheticKind("indoor", (("room", 1.0),)),
    SyntheticKind(
        "outdoor",
        (("street", 0.3), ("terrain", 0.2), ("garden", 0.2), ("facade", 0.15), ("square", 0.15)),
    ),
    SyntheticKind("object", (("tabletop", 1.0),)),
    SyntheticKind("wide-field", _MIXED, fov=(105.0, 130.0)),
    SyntheticKind("pure-rotation", _MIXED, path="turn"),
    SyntheticKind("repeated-texture", (("room", 0.5), ("facade", 0.5)), surfaces="repeated"),
    SyntheticKind("low-texture", (("room", 0.7), ("clutter", 0.3)), surfaces="plain"),
)
"""All kinds, in order: a kind's numbers follow from its place."""


def kind_of(name: str) -> SyntheticKind:
    """A kind by name.

    Raises:
        InputError: If there is none.
    """
    for kind in SYNTHETIC_KINDS:
        if kind.name == name:
            return kind
    names = ", ".join(kind.name for kind in SYNTHETIC_KINDS)
    raise InputError(f"No kind of synthetic scene is called {name!r}; there are {names}.")


def make_kind_scene(kind: SyntheticKind, index: int) -> WorldScene:
    """Scene ``index``, from 0, of a kind.

    Args:
        kind: One of ``SYNTHETIC_KINDS``.
        index: Equal numbers give equal scenes.

    Raises:
        MissingDependencyError: If ``embreex`` or ``numba`` is not installed.
    """
    first = FIRST_NUMBER + SYNTHETIC_KINDS.index(kind) * NUMBERS_A_KIND
    number = first + index
    if kind.path is not None:
        # Each index looks through numbers of its own, so that scenes do not depend on others.
        number = first + index * _MOST_LOOKED_THROUGH
    settings = kind.settings()
    last = number + _MOST_LOOKED_THROUGH
    rng, world, caster, plan = plan_scene(number, settings)
    while kind.path is not None and plan.path != kind.path and number < last:
        number += 1
        rng, world, caster, plan = plan_scene(number, settings)
    assert kind.path in (None, plan.path), f"no path {kind.path} among so many scenes"
    if kind.surfaces != "as they are":
        world = with_surfaces(world, kind.surfaces)
        caster = Raycaster(world)
    sensor = sample_sensor(rng)
    views = [render_view(world, caster, camera, sensor, rng, None) for camera in plan.cameras]
    return WorldScene(number, world.kind, plan.path, views)


def with_surfaces(world: World, surfaces: Surfaces) -> World:
    """The same world in other materials.

    Args:
        world: Left as it is.
        surfaces: ``"repeated"``: tiles of one size and two tones on everything; ``"plain"``: every
            surface in its main colour.
    """
    changed: list[Material] = []
    for material in world.materials:
        if surfaces == "repeated":
            dark = tuple(0.35 * part for part in material.first)
            changed.append(
                replace(
                    material,
                    pattern="checker",
                    second=(dark[0], dark[1], dark[2]),
                    scale_m=max(0.02, 0.05 * world.size_m),
                    contrast=1.0,
                    offset_m=(0.0, 0.0, 0.0),
                )
            )
        elif surfaces == "plain":
            changed.append(replace(material, pattern="plain", contrast=0.0))
        else:
            changed.append(material)
    return replace(world, materials=tuple(changed))


def scene_file(folder: Path, kind: str, index: int) -> Path:
    """Where a scene is kept."""
    return folder / f"v{VERSION}" / kind / f"{index:03d}.safetensors"


def stored_scene(folder: Path, kind: str, index: int) -> StoredScene:
    """A scene out of the folder, made if it is not there.

    Args:
        folder: Made if absent.
        kind: Name of its kind.
        index: From 0.

    Raises:
        InputError: If there is no such kind, or the file is damaged.
        MissingDependencyError: If it has to be made, and ``embreex`` or ``numba`` is not installed.
        OutputError: If the folder cannot be written.
    """
    path = scene_file(folder, kind, index)
    if not path.exists():
        write_chunk(path, [make_kind_scene(kind_of(kind), index)])
    return WorldChunk(path).scene(0)
