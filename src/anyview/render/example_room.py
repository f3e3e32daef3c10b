# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The shell of the example room, what hangs and stands along it, and the view outside."""

from anyview.render.example_parts import WALNUT, WHITE, block, frame
from anyview.render.scene import Thing
from anyview.render.shapes import Cylinder, Ellipsoid, Vector, sphere
from anyview.render.textures import Bricks, Noise, Plain, Stripes, Texture, Wood


def walls() -> list[Thing]:
    """Floor, a brick wall on the left and a plastered back wall around a window."""
    floor = Wood((0.72, 0.52, 0.34), (0.45, 0.29, 0.17), seed=1, board=0.16, length=1.5, axis=2)
    plaster = Noise((0.82, 0.84, 0.79), (0.66, 0.73, 0.70), (0.5, 0.5, 0.5), seed=2, octaves=5)
    bricks = Bricks((0.72, 0.40, 0.30), (0.52, 0.26, 0.20), (0.80, 0.76, 0.70), seed=4)
    left, right, top, bottom = 0.35, 1.65, -2.15, -1.02  # the window
    return [
        block((10.0, 0.2, 7.0), (1.5, 0.1, 1.0), floor, gloss=0.08),
        block((0.2, 3.0, 7.0), (-2.3, -1.5, 1.0), bricks),
        block((left + 2.4, 3.0, 0.2), ((left - 2.4) / 2, -1.5, 4.1), plaster),
        block((5.4 - right, 3.0, 0.2), ((5.4 + right) / 2, -1.5, 4.1), plaster),
        block((right - left, 3.0 + top, 0.2), ((left + right) / 2, (top - 3) / 2, 4.1), plaster),
        block((right - left, -bottom, 0.2), ((left + right) / 2, bottom / 2, 4.1), plaster),
        block((1.46, 0.05, 0.34), (1.0, bottom + 0.02, 4.02), Plain(WHITE), gloss=0.2),
        *frame((1.0, (top + bottom) / 2, 4.04), (right - left, bottom - top), 0.06, Plain(WHITE)),
        block((0.04, bottom - top, 0.04), (1.0, (top + bottom) / 2, 4.08), Plain(WHITE)),
        block((right - left, 0.04, 0.04), (1.0, (top + bottom) / 2, 4.08), Plain(WHITE)),
        block((8.0, 0.12, 0.03), (1.6, -0.06, 3.985), Plain(WHITE)),
        block((0.03, 0.12, 6.0), (-2.185, -0.06, 1.0), Plain(WHITE)),
    ]


def furnishings() -> list[Thing]:
    """A round rug, a pouf, a ball and two pictures."""
    rug = Stripes((0.80, 0.76, 0.66), (0.32, 0.42, 0.48), 0.16, axis=None)
    pouf = Stripes((0.86, 0.80, 0.70), (0.78, 0.48, 0.30), 0.06, axis=1)
    ball = Stripes((0.92, 0.90, 0.86), (0.80, 0.22, 0.20), 0.055, axis=0)
    dunes = Noise((0.88, 0.66, 0.42), (0.28, 0.36, 0.52), (0.6, 0.10, 0.6), seed=41, contrast=2.5)
    field = Noise((0.22, 0.40, 0.42), (0.92, 0.82, 0.56), (0.25, 0.06, 0.25), seed=42, contrast=2.5)
    return [
        Thing(Cylinder(1.35, 0.015), rug, (0.1, -0.0075, 2.4)),
        Thing(Cylinder(0.24, 0.36, 0.22), pouf, (1.45, -0.18, 2.75)),
        Thing(sphere(0.15), ball, (-1.15, -0.15, 2.05), yaw_deg=25.0, tilt_deg=30.0, gloss=0.4),
        block((0.5, 0.36, 0.01), (2.15, -1.62, 3.99), dunes),
        *frame((2.15, -1.62, 3.98), (0.5, 0.36), 0.035, WALNUT),
        block((0.01, 0.7, 0.55), (-2.19, -1.65, 2.5), field),
        block((0.03, 0.76, 0.03), (-2.18, -1.65, 2.21), WALNUT),
        block((0.03, 0.76, 0.03), (-2.18, -1.65, 2.79), WALNUT),
        block((0.03, 0.03, 0.61), (-2.18, -2.015, 2.5), WALNUT),
        block((0.03, 0.03, 0.61), (-2.18, -1.285, 2.5), WALNUT),
    ]


def outside() -> list[Thing]:
    """Hills and two trees behind the window, up to 60 m away."""
    grass = Noise((0.42, 0.58, 0.28), (0.60, 0.70, 0.36), (3.0, 3.0, 3.0), seed=51)
    forest = Noise((0.24, 0.42, 0.28), (0.38, 0.54, 0.34), (1.2, 1.2, 1.2), seed=52)
    crown = Noise((0.22, 0.40, 0.16), (0.45, 0.60, 0.24), (0.4, 0.4, 0.4), seed=53, contrast=2.5)
    return [
        Thing(Ellipsoid((30.0, 3.2, 18.0)), grass, (8.0, 2.2, 30.0)),
        Thing(Ellipsoid((40.0, 7.0, 16.0)), forest, (-6.0, 2.5, 52.0)),
        Thing(Ellipsoid((36.0, 6.0, 14.0)), forest, (34.0, 2.5, 56.0)),
        *_tree((5.4, 0.0, 18.0), 1.0, crown),
        *_tree((0.6, 0.0, 23.0), 1.25, crown),
    ]


def _tree(foot: Vector, size: float, crown: Texture) -> list[Thing]:
    x, y, z = foot
    bark = Plain((0.36, 0.27, 0.18))
    parts: list[Thing] = [
        Thing(Cylinder(0.13 * size, 2.4 * size, 0.08 * size), bark, (x, y - 0.9 * size, z))
    ]
    for dx, dy, radius in ((0.0, 2.7, 0.85), (-0.55, 2.2, 0.6), (0.5, 2.1, 0.55)):
        parts.append(Thing(sphere(radius * size), crown, (x + dx * size, y - dy * size, z)))
    return parts
