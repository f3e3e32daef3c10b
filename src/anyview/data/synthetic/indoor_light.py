# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Light in rooms: lamps at the ceiling or anywhere, daylight, the sun through a window."""

from collections.abc import Sequence

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.room_shell import Wall
from anyview.data.synthetic.world import Colour, Lamp, Sky

Rng = np.random.Generator


def lamp_colour(rng: Rng, strength: float) -> Colour:
    """Warm, neutral or cold white."""
    draw = rng.random()
    hue, saturation = ((0.07, 0.12), (0.1, 0.4)) if draw < 0.6 else ((0.55, 0.65), (0.0, 0.12))
    red, green, blue = materials.colour(rng, hue, saturation, (1.0, 1.0))
    return (red * strength, green * strength, blue * strength)


def indoor_sky(rng: Rng, *, dim: bool = False) -> Sky:
    """Even light from all around; towards the horizon, what is seen through windows.

    Args:
        rng: Draws it.
        dim: A room where lamps make the light.
    """
    level = rng.uniform(0.06, 0.25) if dim else rng.uniform(0.2, 0.6)
    tint = np.array(lamp_colour(rng, 1.0))
    bounce = level * rng.uniform(0.45, 0.95) * tint
    view = np.array(materials.colour(rng, (0.52, 0.62), (0.0, 0.3), (0.9, 1.0)))
    view *= rng.uniform(0.05, 0.3) if dim and rng.random() < 0.4 else rng.uniform(0.9, 2.5)
    top = level * (0.5 * tint + 0.5)
    return Sky(
        zenith=(float(top[0]), float(top[1]), float(top[2])),
        horizon=(float(view[0]), float(view[1]), float(view[2])),
        ground_bounce=(float(bounce[0]), float(bounce[1]), float(bounce[2])),
        clouds=float(rng.uniform(0, 1)),
    )


def sun_through(rng: Rng, walls: Sequence[Wall]) -> Lamp | None:
    """The sun, standing so that it shines through a window of one of the walls."""
    if not walls:
        return None
    wall = walls[int(rng.integers(len(walls)))]
    outward = wall.world_from_wall[:2, 1]
    turn, height = rng.uniform(-0.9, 0.9), rng.uniform(0.2, 0.95)
    x = outward[0] * np.cos(turn) - outward[1] * np.sin(turn)
    y = outward[0] * np.sin(turn) + outward[1] * np.cos(turn)
    level = np.cos(height)
    strength = rng.uniform(1.5, 4.0)
    return Lamp(
        colour=(strength, strength * 0.93, strength * 0.8),
        direction=(float(x * level), float(y * level), float(np.sin(height))),
    )


def room_lamp(rng: Rng, position: tuple[float, float, float]) -> Lamp:
    """A lamp of a room."""
    return Lamp(lamp_colour(rng, rng.uniform(0.35, 1.1)), position=position, reach_m=2.0)
