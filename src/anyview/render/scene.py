# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a ray caster needs to know of a world: things, lights and a sky.

World frame: x right, y down, z forward; units are metres by agreement of the scenes that use it.
"""

import math
from dataclasses import dataclass

from anyview.render.shapes import Shape, Vector
from anyview.render.textures import Color, Texture

_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True)
class Thing:
    """A shape with a texture somewhere in the world.

    Attributes:
        shape: In its own frame.
        texture: In the same frame.
        position: Where the shape's origin is in the world.
        yaw_deg: Turn about the vertical, from x towards z.
        tilt_deg: Turn about the shape's own z axis before the yaw, from x towards y.
        gloss: Strength of the highlight of the lights that have one, 0 for matt.
    """

    shape: Shape
    texture: Texture
    position: Vector = (0.0, 0.0, 0.0)
    yaw_deg: float = 0.0
    tilt_deg: float = 0.0
    gloss: float = 0.0


@dataclass(frozen=True)
class Light:
    """Light from very far away, with hard shadows.

    Attributes:
        toward: Unit vector from the world to the light.
        color: Linear RGB that a white surface facing the light sends back.
        highlight: Whether glossy things show it.
    """

    toward: Vector
    color: Color
    highlight: bool = False


@dataclass(frozen=True)
class Sky:
    """Seen where a ray meets nothing: a gradient of sRGB colours from the horizon up."""

    horizon: Color = (0.87, 0.92, 0.96)
    zenith: Color = (0.32, 0.55, 0.86)


@dataclass(frozen=True)
class Scene:
    """A world to look at.

    Attributes:
        things: A thing's index here is its object id.
        lights: See ``sun`` and ``sky_dome``.
        ambient: Linear RGB that reaches every surface.
        sky: The background.
    """

    things: tuple[Thing, ...]
    lights: tuple[Light, ...]
    ambient: Color = (0.1, 0.1, 0.1)
    sky: Sky = Sky()


def sun(
    toward: Vector, color: Color, *, radius_deg: float = 0.0, samples: int = 1
) -> tuple[Light, ...]:
    """A round sun as point-like lights on a disc, which softens the edges of shadows.

    Args:
        toward: From the world to the sun, any length.
        color: Linear RGB of all of it together.
        radius_deg: Apparent radius in degrees.
        samples: How many lights.
    """
    axis = _unit(toward)
    side = _unit(_cross(axis, (0.0, 0.0, 1.0) if abs(axis[1]) > 0.9 else (0.0, 1.0, 0.0)))
    other = _cross(axis, side)
    share: Color = (color[0] / samples, color[1] / samples, color[2] / samples)
    lights = []
    for index in range(samples):
        radius = math.tan(math.radians(radius_deg)) * math.sqrt(index / max(samples - 1, 1))
        u = radius * math.cos(index * _GOLDEN_ANGLE)
        v = radius * math.sin(index * _GOLDEN_ANGLE)
        direction = [a + u * s + v * o for a, s, o in zip(axis, side, other, strict=True)]
        lights.append(Light(_unit((direction[0], direction[1], direction[2])), share, True))
    return tuple(lights)


def sky_dome(color: Color, *, samples: int = 16) -> tuple[Light, ...]:
    """Light from the whole upper half, which darkens corners and the underside of things.

    Args:
        color: Linear RGB that an open, level, white surface sends back.
        samples: How many lights.
    """
    heights = [(index + 0.5) / samples for index in range(samples)]
    share: Color = (2 * color[0] / samples, 2 * color[1] / samples, 2 * color[2] / samples)
    lights = []
    for index, height in enumerate(heights):
        radius = math.sqrt(1 - height * height)
        angle = index * _GOLDEN_ANGLE
        toward = (radius * math.cos(angle), -height, radius * math.sin(angle))
        lights.append(Light(toward, share))
    return tuple(lights)


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(value * value for value in vector))
    return (vector[0] / length, vector[1] / length, vector[2] / length)


def _cross(a: Vector, b: Vector) -> Vector:
    return (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
