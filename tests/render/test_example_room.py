# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The room is closed but for its window, behind which there is a world."""

import torch

from anyview.render.bounds import PlacedThings, place
from anyview.render.example_room import furnishings, outside, walls

EYE = torch.tensor([[0.0], [-1.5], [0.0]])


def first_hit(placed: PlacedThings, x: float, y: float, z: float) -> float:
    """z-depth of what is seen in the direction of a point from the middle of the room."""
    aim = (torch.tensor([[x], [y], [z]]) - EYE) / z
    return min(placed.intersect(index, EYE, aim).item() for index in range(len(placed.things)))


def test_the_wall_is_closed_around_an_open_window() -> None:
    placed = place(tuple(walls()), torch.zeros(1))
    for x, y in ((-1.5, -1.5), (0.2, -1.5), (1.8, -1.5), (1.0, -0.5), (1.0, -2.5), (4.0, -2.0)):
        assert 3.9 < first_hit(placed, x, y, 4.0) < 4.1
    for x, y in ((0.7, -1.9), (1.3, -1.9), (0.7, -1.3), (1.3, -1.3)):
        assert first_hit(placed, x, y, 4.0) > 100  # between the bars


def test_there_are_hills_and_sky_behind_the_window() -> None:
    placed = place(tuple(outside()), torch.zeros(1))
    assert 10 < first_hit(placed, 1.3, -1.3, 4.0) < 60
    assert first_hit(placed, 1.5, -2.1, 4.0) > 100


def test_the_floor_carries_the_furnishings() -> None:
    rug, pouf, ball, *pictures = furnishings()
    high = place((rug, pouf, ball), torch.zeros(1)).corners.amax(dim=-1)[:, 1]
    assert torch.allclose(high[:2], torch.zeros(2), atol=1e-6)
    assert ball.position[1] == -ball.shape.half_extent[1]
    assert all(picture.position[1] < -1 for picture in pictures)
