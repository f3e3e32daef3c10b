# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The room of the examples: a table with a still life, shelves, and hills behind a window.

World frame: x right, y down, z forward, metres; the floor is y = 0, so heights are negative.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.geometry.trajectory import look_at
from anyview.render.example_objects import plant, shelves, still_life, table
from anyview.render.example_room import furnishings, outside, walls
from anyview.render.scene import Scene, sky_dome, sun


def example_scene(*, light_samples: int = 16) -> Scene:
    """The room.

    Args:
        light_samples: Directions that light comes from; more are slower and smoother.
    """
    suns = max(1, light_samples // 4)
    lights = sun((0.55, -0.80, -0.62), (2.1, 1.88, 1.50), radius_deg=1.2, samples=suns)
    return Scene(
        things=(
            *walls(),
            *table((0.1, 0.0, 2.5)),
            *still_life((0.1, -0.76, 2.5)),
            *shelves((-1.15, -1.35, 3.86)),
            *plant((-1.75, 0.0, 3.3)),
            *furnishings(),
            *outside(),
        ),
        lights=(*lights, *sky_dome((0.52, 0.57, 0.66), samples=light_samples)),
        ambient=(0.10, 0.09, 0.08),
    )


def example_cameras(
    count: int, *, height: int, width: int
) -> tuple[Float[Tensor, "V 4 4"], Float[Tensor, "V 3 3"]]:
    """Cameras on a walk past the table, about 2 m wide, all looking at it.

    Args:
        count: How many cameras.
        height: Rows of the images.
        width: Columns of the images; the horizontal field of view is 65 degrees.

    Returns:
        ``cam_from_world`` and intrinsics in pixels.
    """
    along = torch.linspace(-1, 1, count) if count > 1 else torch.zeros(1)
    eye = torch.stack(
        [1.15 * along + 0.1, -1.5 - 0.12 * torch.cos(3 * along), 0.15 + 0.35 * along**2], dim=-1
    )
    target = torch.stack(
        [0.05 + 0.25 * along, torch.full_like(along, -0.98), torch.full_like(along, 2.9)], dim=-1
    )
    focal = width / 2 / math.tan(math.radians(65) / 2)
    intrinsics = torch.tensor([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1]])
    cam_from_world = look_at(eye, target, up=torch.tensor([0.0, -1.0, 0.0]))
    return cam_from_world, intrinsics.expand(count, 3, 3).clone()
