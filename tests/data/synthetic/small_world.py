# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A room with boxes in it, as a world for cameras."""

import numpy as np

from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.shapes import box_between
from anyview.data.synthetic.world import Lamp, Material, Sky, World

WALL = Material("plain", (0.8, 0.8, 0.8))


def box_room(boxes: int = 12, seed: int = 0) -> World:
    """12 x 10 x 3 metres with boxes on the floor."""
    rng = np.random.default_rng(seed)
    built = Builder()
    built.add(box_between((-6, -5, 0), (6, 5, 3)), WALL)
    for _ in range(boxes):
        low = rng.uniform((-5, -4, 0), (5, 4, 0.4))
        built.add(box_between(low, low + rng.uniform(0.4, 1.4, 3)), WALL, built.new_object())
    return built.world(
        "room",
        lamps=(Lamp((1.0, 1.0, 1.0), position=(0.0, 0.0, 2.9)),),
        sky=Sky(),
        camera_box=((-5.5, -4.5, 0.8), (5.5, 4.5, 2.0)),
        size_m=3.0,
    )
