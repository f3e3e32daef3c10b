# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Small pieces that the example room is made of."""

import math

from anyview.render.scene import Thing
from anyview.render.shapes import Box, Cylinder, Ellipsoid, Vector
from anyview.render.textures import Color, Noise, Plain, Texture, Wood

WHITE: Color = (0.93, 0.92, 0.89)
OAK = Wood((0.80, 0.60, 0.40), (0.56, 0.36, 0.21), seed=3, board=0.14, length=2.0)
WALNUT = Wood((0.50, 0.33, 0.22), (0.30, 0.18, 0.12), seed=5, board=0.30, length=3.0)


def block(size: Vector, center: Vector, texture: Texture, **more: float) -> Thing:
    return Thing(Box(size), texture, center, **more)


def frame(center: Vector, size: tuple[float, float], bar: float, texture: Texture) -> list[Thing]:
    """Four bars around an opening that faces z."""
    (x, y, z), (width, height) = center, size
    return [
        block((bar, height + bar, bar), (x - width / 2, y, z), texture),
        block((bar, height + bar, bar), (x + width / 2, y, z), texture),
        block((width + bar, bar, bar), (x, y - height / 2, z), texture),
        block((width + bar, bar, bar), (x, y + height / 2, z), texture),
    ]


def twig(foot: Vector, *, yaw_deg: float, tilt_deg: float, seed: int) -> list[Thing]:
    """A thin stem with leaves along it."""
    leaf = Noise((0.34, 0.52, 0.22), (0.55, 0.68, 0.30), (0.05, 0.05, 0.05), seed=20 + seed)
    lean, turn = math.radians(tilt_deg), math.radians(yaw_deg)
    way = (math.sin(lean) * math.cos(turn), -math.cos(lean), math.sin(lean) * math.sin(turn))
    x, y, z = foot

    def at(length: float, aside: float = 0.0, angle: float = 0.0) -> Vector:
        return (
            x + length * way[0] + aside * math.cos(angle),
            y + length * way[1],
            z + length * way[2] + aside * math.sin(angle),
        )

    stem = Thing(
        Cylinder(0.005, 0.42, 0.003), Plain((0.35, 0.27, 0.16)), at(0.18), yaw_deg, tilt_deg
    )
    leaves = [
        Thing(
            Ellipsoid((0.055, 0.008, 0.026)),
            leaf,
            at(0.10 + 0.05 * index, 0.05, math.radians(137.5 * index + 60 * seed)),
            yaw_deg=137.5 * index + 60 * seed,
            tilt_deg=-28.0,
        )
        for index in range(6)
    ]
    return [stem, *leaves]
