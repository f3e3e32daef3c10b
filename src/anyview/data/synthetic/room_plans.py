# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What belongs into which room."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anyview.data.synthetic.fittings import floor_lamp, hooks, picture, wall_shelf, whiteboard
from anyview.data.synthetic.fixtures import (
    fridge,
    kitchen_row,
    toilet,
    washbasin,
)
from anyview.data.synthetic.furniture import (
    chair,
    desk,
    sofa,
    stool,
    table,
)
from anyview.data.synthetic.furniture_groups import (
    bath_group,
    bed_group,
    big_plant,
    desk_rows,
    dining_group,
    kitchen_group,
    meeting_group,
    pillars,
    shelf_rows,
    sitting_group,
    stair_flight,
    work_group,
)
from anyview.data.synthetic.layout import Layout
from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.small_things import carton, plant, toy
from anyview.data.synthetic.storage import (
    cabinet,
    nightstand,
    shelf,
    storage_rack,
    tv_board,
    wardrobe,
)
from anyview.data.synthetic.style import Style
from anyview.data.synthetic.vessels import basket

Rng = np.random.Generator
Maker = Callable[[Rng, Style], Builder]
Group = Callable[[Layout, Rng, Style], None]


@dataclass(frozen=True)
class RoomPlan:
    """A kind of room.

    Attributes:
        weight: How often.
        width: Smallest and largest, metres.
        depth: Smallest and largest, metres.
        groups: Placed first, each once.
        by_wall: Then these against walls, until the room is full enough.
        hung: On the walls.
        floor: Small things on the floor.
        windows: Probability that a wall has any.
        tall: Largest height, metres.
    """

    weight: float
    width: tuple[float, float]
    depth: tuple[float, float]
    groups: tuple[Group, ...]
    by_wall: tuple[Maker, ...]
    hung: tuple[Maker, ...] = (picture, picture, picture, wall_shelf)
    floor: tuple[Maker, ...] = (basket, carton, plant, toy)
    windows: float = 0.4
    tall: float = 3.2


ROOM_PLANS: dict[str, RoomPlan] = {
    "living": RoomPlan(
        3.0, (3.0, 7.5), (3.0, 6.0), (sitting_group, dining_group),
        (shelf, cabinet, cabinet, tv_board, sofa, table, floor_lamp, big_plant, chair, desk),
    ),
    "bedroom": RoomPlan(
        2.0, (2.6, 5.0), (2.8, 5.0), (bed_group, work_group),
        (wardrobe, cabinet, shelf, desk, sofa, nightstand, big_plant, chair),
    ),
    "child": RoomPlan(
        0.8, (2.6, 4.5), (2.6, 4.5), (bed_group, work_group),
        (shelf, cabinet, wardrobe, storage_rack, stool),
        floor=(toy, toy, toy, carton, basket),
    ),
    "dining": RoomPlan(
        1.2, (2.8, 6.0), (2.8, 5.0), (dining_group,),
        (cabinet, shelf, cabinet, big_plant, chair, tv_board),
    ),
    "kitchen": RoomPlan(
        2.0, (2.3, 5.5), (2.3, 5.0),
        (kitchen_group, dining_group),
        (fridge, kitchen_row, cabinet, shelf, table, fridge),
    ),
    "bath": RoomPlan(
        1.0, (1.9, 3.6), (2.0, 3.6), (bath_group,),
        (washbasin, toilet, cabinet, fridge, stool), hung=(picture, wall_shelf, hooks),
        floor=(basket,), windows=0.25, tall=2.7,
    ),
    "study": RoomPlan(
        1.5, (2.4, 5.0), (2.4, 5.0), (work_group, work_group),
        (shelf, shelf, cabinet, sofa, storage_rack, table, big_plant),
        hung=(picture, whiteboard, wall_shelf),
    ),
    "office": RoomPlan(
        1.6, (4.5, 12.0), (4.0, 10.0), (pillars, desk_rows),
        (cabinet, shelf, storage_rack, big_plant, table), hung=(picture, whiteboard), windows=0.5,
    ),
    "meeting": RoomPlan(
        0.9, (3.5, 7.5), (3.2, 6.0), (meeting_group,),
        (cabinet, big_plant, shelf, chair), hung=(whiteboard, picture), windows=0.5,
    ),
    "corridor": RoomPlan(
        1.0, (1.7, 2.6), (5.0, 12.0), (), (cabinet, shelf, chair, big_plant, wardrobe, stool),
        hung=(picture, picture, hooks, whiteboard), windows=0.15,
    ),
    "hall": RoomPlan(
        0.8, (3.5, 8.0), (3.5, 9.0), (stair_flight, pillars, sitting_group),
        (cabinet, sofa, big_plant, table, chair), tall=4.0,
    ),
    "store": RoomPlan(
        1.0, (2.2, 6.0), (2.5, 7.0), (), (storage_rack, storage_rack, shelf, cabinet, fridge),
        floor=(carton, carton, carton, basket), hung=(hooks, wall_shelf), windows=0.12,
    ),
    "library": RoomPlan(
        0.8, (4.0, 9.0), (4.0, 9.0), (pillars, shelf_rows), (shelf, shelf, table, chair),
        windows=0.3,
    ),
}  # fmt: skip
"""By name."""
