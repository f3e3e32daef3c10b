# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a procedural world is made of, before anybody looks at it: triangles, materials, light.

World axes: x and y level, z up, metres. Colours are linear RGB in [0, 1].
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int32]
Colour = tuple[float, float, float]

Pattern = Literal[
    "plain", "noise", "marble", "wood", "bricks", "tiles", "checker", "stripes", "dots",
    "planks", "grass", "gravel", "fabric", "windows", "cracks", "photo",
]  # fmt: skip
"""Solid textures, evaluated at a point in space; ``photo`` is projected along the main axis of the
surface's normal from a picture of the user's folder."""


@dataclass(frozen=True)
class Material:
    """How a surface looks.

    Attributes:
        pattern: What is drawn on it.
        first: Main colour.
        second: The pattern's other colour.
        scale_m: Size of one repeat (a brick, a tile, the coarsest noise cell).
        contrast: 0 leaves ``first`` alone, 1 is the full pattern.
        shininess: 0 is matt; up to 1, strength of the highlight.
        glow: Light of its own (lamps, screens), added after shading.
        photo: Which picture, modulo their number, for ``photo``.
        offset_m: Shift of the pattern in space, so that equal materials differ.
    """

    pattern: Pattern
    first: Colour
    second: Colour = (0.5, 0.5, 0.5)
    scale_m: float = 0.3
    contrast: float = 1.0
    shininess: float = 0.0
    glow: float = 0.0
    photo: int = 0
    offset_m: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Lamp:
    """A light that casts shadows.

    Attributes:
        position: Where it is; None for the sun, infinitely far.
        direction: Unit vector from the world towards the sun; ignored for a lamp with a position.
        colour: Its strength at a distance of ``reach_m``; the sun's anywhere.
        reach_m: Distance at which ``colour`` holds; it falls with the square of the distance.
    """

    colour: Colour
    direction: tuple[float, float, float] = (0.0, 0.0, 1.0)
    position: tuple[float, float, float] | None = None
    reach_m: float = 2.0


@dataclass(frozen=True)
class Sky:
    """Colours of what no surface hides, and the light that comes from everywhere.

    Attributes:
        zenith: Straight up; also the ambient light on surfaces facing up.
        horizon: At the horizon.
        ground_bounce: Ambient light on surfaces facing down.
        clouds: 0 is clear, 1 is overcast.
        haze_m: Distance at which a surface has taken on 63 % of the horizon's colour; None: clear.
    """

    zenith: Colour = (0.25, 0.45, 0.9)
    horizon: Colour = (0.7, 0.8, 0.95)
    ground_bounce: Colour = (0.2, 0.18, 0.15)
    clouds: float = 0.3
    haze_m: float | None = None


@dataclass
class World:
    """A scene: one triangle soup with materials, lit, and where cameras may go.

    Attributes:
        kind: Name of the builder, such as ``"room"``.
        vertices: [N, 3], metres.
        faces: [F, 3], indices of vertices, counter-clockwise seen from outside (either side is
            drawn).
        face_material: [F], index into ``materials``.
        face_object: [F], 0 for the surroundings (walls, ground), above 0 for things; parts of one
            thing share a number.
        materials: What ``face_material`` points to.
        lamps: At least one.
        sky: Also the ambient light of interiors.
        camera_low: Lower corner of the box in which cameras may be, metres.
        camera_high: Upper corner of that box.
        focus: [M, 3] points worth looking at (things, wall pictures, house fronts).
        size_m: Typical distance between a camera and what it looks at; sets the camera's steps.
    """

    kind: str
    vertices: FloatArray
    faces: IntArray
    face_material: IntArray
    face_object: IntArray
    materials: tuple[Material, ...]
    lamps: tuple[Lamp, ...]
    sky: Sky
    camera_low: FloatArray
    camera_high: FloatArray
    focus: FloatArray
    size_m: float


@dataclass(frozen=True)
class Camera:
    """A pinhole camera of the ray caster, square pixels or not.

    Attributes:
        intrinsics: [3, 3] K in pixels; the centre of pixel (i, j) is at (j + 0.5, i + 0.5).
        cam_from_world: [4, 4], OpenCV axes (x right, y down, z forward).
        height: Pixels.
        width: Pixels.
    """

    intrinsics: FloatArray
    cam_from_world: FloatArray
    height: int
    width: int


@dataclass
class WorldView:
    """What one camera sees, with exact truth.

    Attributes:
        image: [H, W, 3] uint8 sRGB, after lens and sensor.
        depth: [H, W] z-depth in metres, 0 = sky.
        normal: [H, W, 3] of the surface in camera axes, towards the camera; 0 = sky.
        objects: [H, W] number of the thing, 0 = surroundings or sky.
        camera: Its camera.
    """

    image: npt.NDArray[np.uint8]
    depth: FloatArray
    normal: FloatArray
    objects: IntArray
    camera: Camera

    @property
    def sky(self) -> npt.NDArray[np.bool_]:
        """[H, W], where no surface is seen."""
        sky: npt.NDArray[np.bool_] = self.depth == 0
        return sky


@dataclass
class WorldScene:
    """The views of one world; a function of ``number`` alone (given the settings).

    Attributes:
        number: The scene's number in the infinite data set.
        kind: Kind of world.
        path: Kind of camera path.
        views: In the order of the path; every one overlaps the first.
        notes: Anything worth printing below the pictures.
    """

    number: int
    kind: str
    path: str
    views: list[WorldView]
    notes: dict[str, str] = field(default_factory=dict)
