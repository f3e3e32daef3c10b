# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The furniture and the things on it in the example room."""

import math

import torch

from anyview.render.example_parts import OAK, WALNUT, block, twig
from anyview.render.scene import Thing
from anyview.render.shapes import Cylinder, Ellipsoid, Vector, sphere
from anyview.render.textures import Checker, Color, Noise, Plain, Stripes, cell_noise


def table(foot: Vector) -> list[Thing]:
    x, y, z = foot
    legs = [
        Thing(Cylinder(0.025, 0.72, 0.04), WALNUT, (x + dx, y - 0.36, z + dz))
        for dx in (-0.68, 0.68)
        for dz in (-0.36, 0.36)
    ]
    top = block((1.6, 0.04, 0.92), (x, y - 0.74, z), OAK, gloss=0.15)
    apron = block((1.36, 0.08, 0.72), (x, y - 0.68, z), WALNUT)
    return [top, apron, *legs]


def still_life(top: Vector) -> list[Thing]:
    """Vase, fruit, books, a mug and a globe; ``top`` is the middle of the table top."""
    x, y, z = top
    glaze = Noise((0.16, 0.38, 0.52), (0.55, 0.78, 0.80), (0.10, 0.03, 0.10), seed=11)
    orange = Noise((0.98, 0.60, 0.12), (0.92, 0.46, 0.06), (0.01, 0.01, 0.01), seed=12, octaves=2)
    apple = Noise((0.78, 0.10, 0.10), (0.86, 0.62, 0.20), (0.03, 0.12, 0.03), seed=13, contrast=2.4)
    lime = Noise((0.52, 0.70, 0.16), (0.36, 0.56, 0.10), (0.02, 0.02, 0.02), seed=14)
    earth = Noise((0.12, 0.36, 0.66), (0.45, 0.62, 0.28), (0.09, 0.09, 0.09), seed=15, contrast=7.0)
    bowl = Stripes((0.90, 0.88, 0.84), (0.20, 0.30, 0.45), 0.018, axis=1)
    mug = Stripes((0.93, 0.90, 0.82), (0.85, 0.35, 0.28), 0.022, axis=1)
    gift = Checker((0.90, 0.78, 0.30), (0.95, 0.93, 0.88), 0.045)
    brass = Plain((0.80, 0.62, 0.28))
    return [
        # A vase with two twigs.
        Thing(Ellipsoid((0.105, 0.13, 0.105)), glaze, (x - 0.45, y - 0.12, z + 0.16), gloss=0.7),
        Thing(Cylinder(0.055, 0.14, 0.035), glaze, (x - 0.45, y - 0.29, z + 0.16), gloss=0.7),
        Thing(Cylinder(0.03, 0.03, 0.055), glaze, (x - 0.45, y - 0.37, z + 0.16), gloss=0.7),
        *twig((x - 0.45, y - 0.38, z + 0.16), yaw_deg=20.0, tilt_deg=12.0, seed=1),
        *twig((x - 0.45, y - 0.38, z + 0.16), yaw_deg=200.0, tilt_deg=16.0, seed=2),
        # A bowl of fruit.
        Thing(Cylinder(0.08, 0.075, 0.165), bowl, (x + 0.04, y - 0.0375, z - 0.02), gloss=0.4),
        Thing(sphere(0.058), orange, (x - 0.03, y - 0.115, z - 0.06), gloss=0.25),
        Thing(sphere(0.058), orange, (x + 0.10, y - 0.115, z + 0.02), gloss=0.25),
        Thing(sphere(0.052), apple, (x + 0.07, y - 0.112, z - 0.09), gloss=0.45),
        Thing(sphere(0.050), apple, (x - 0.02, y - 0.110, z + 0.06), gloss=0.45),
        Thing(sphere(0.045), lime, (x + 0.035, y - 0.175, z - 0.02), gloss=0.3),
        # Two books with a mug, a gift box, a lemon-sized ball.
        block(
            (0.28, 0.04, 0.20),
            (x + 0.50, y - 0.02, z - 0.22),
            Plain((0.16, 0.30, 0.36)),
            yaw_deg=14.0,
        ),
        block(
            (0.24, 0.035, 0.18),
            (x + 0.49, y - 0.0575, z - 0.21),
            Plain((0.75, 0.30, 0.22)),
            yaw_deg=-8.0,
        ),
        Thing(Cylinder(0.042, 0.10), mug, (x + 0.49, y - 0.125, z - 0.21), gloss=0.5),
        block((0.18, 0.18, 0.18), (x - 0.42, y - 0.09, z - 0.20), gift, yaw_deg=28.0),
        block(
            (0.184, 0.184, 0.03),
            (x - 0.42, y - 0.09, z - 0.20),
            Plain((0.75, 0.12, 0.20)),
            yaw_deg=28.0,
        ),
        # A globe on its stand.
        Thing(Cylinder(0.085, 0.025, 0.075), WALNUT, (x + 0.44, y - 0.0125, z + 0.22)),
        Thing(Cylinder(0.014, 0.12), brass, (x + 0.44, y - 0.08, z + 0.22), gloss=0.6),
        Thing(sphere(0.13), earth, (x + 0.44, y - 0.25, z + 0.22), tilt_deg=23.0, gloss=0.5),
    ]


def shelves(middle: Vector) -> list[Thing]:
    """Two boards on the back wall with books and a few other things."""
    x, y, z = middle
    things = [
        block((1.35, 0.035, 0.26), (x, y, z), OAK),
        block((1.35, 0.035, 0.26), (x, y - 0.48, z), OAK),
    ]
    things += _books((x - 0.64, y - 0.0175, z), count=11, seed=1)
    things += _books((x - 0.20, y - 0.4975, z), count=9, seed=2)
    dots = Checker((0.22, 0.45, 0.42), (0.92, 0.86, 0.72), 0.03)
    things += [
        Thing(Cylinder(0.05, 0.20, 0.075), dots, (x + 0.28, y - 0.1175, z), gloss=0.4),
        Thing(sphere(0.085), Plain((0.93, 0.74, 0.24)), (x + 0.52, y - 0.1025, z), gloss=0.6),
        Thing(Cylinder(0.07, 0.11, 0.085), Plain((0.76, 0.42, 0.30)), (x - 0.47, y - 0.5525, z)),
        *twig((x - 0.47, y - 0.58, z), yaw_deg=0.0, tilt_deg=0.0, seed=3),
    ]
    return things


def _books(start: Vector, *, count: int, seed: int) -> list[Thing]:
    """Upright books from ``start`` to the right."""
    palette: tuple[Color, ...] = (
        (0.66, 0.20, 0.17),
        (0.15, 0.29, 0.40),
        (0.87, 0.70, 0.36),
        (0.25, 0.42, 0.32),
        (0.84, 0.80, 0.72),
        (0.48, 0.27, 0.40),
        (0.83, 0.45, 0.22),
    )
    numbers = torch.arange(count)
    sizes = torch.stack([cell_noise([numbers], seed * 10 + part) for part in range(2)]).T.tolist()
    x, y, z = start
    books = []
    for index, (thickness, tallness) in enumerate(sizes):
        width, height = 0.03 + 0.035 * thickness, 0.24 + 0.10 * tallness
        color = palette[(index * 3 + seed) % len(palette)]
        band = Stripes(color, (0.90, 0.84, 0.68), height * 0.31, axis=1)
        texture = band if index % 3 == 0 else Plain(color)
        books.append(
            block((width, height, 0.19), (x + width / 2, y - height / 2, z - 0.01), texture)
        )
        x += width + 0.003
    return books


def plant(foot: Vector) -> list[Thing]:
    """A rubber plant in a clay pot."""
    x, y, z = foot
    leaf = Noise((0.14, 0.36, 0.18), (0.30, 0.54, 0.24), (0.3, 0.02, 0.04), seed=31)
    pot = Noise((0.74, 0.42, 0.29), (0.64, 0.34, 0.23), (0.2, 0.03, 0.2), seed=32)
    things = [
        Thing(Cylinder(0.15, 0.34, 0.20), pot, (x, y - 0.17, z)),
        Thing(Cylinder(0.215, 0.05), pot, (x, y - 0.36, z)),
        Thing(Cylinder(0.015, 0.85, 0.008), Plain((0.36, 0.28, 0.17)), (x, y - 0.78, z)),
    ]
    for index in range(14):
        angle, height = 137.5 * index, 0.52 + 0.052 * index
        reach = 0.19 - 0.006 * index
        things.append(
            Thing(
                Ellipsoid((0.165, 0.010, 0.062)),
                leaf,
                (
                    x + reach * math.cos(math.radians(angle)),
                    y - height - 0.05,
                    z + reach * math.sin(math.radians(angle)),
                ),
                yaw_deg=angle,
                tilt_deg=-26 - 1.5 * index,
                gloss=0.25,
            )
        )
    return things
