# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Things in the example room rest on what carries them."""

import torch

from anyview.render.bounds import place
from anyview.render.example_objects import plant, shelves, still_life, table
from anyview.render.scene import Thing
from anyview.render.shapes import Box, Cylinder


def spans(things: list[Thing]) -> tuple[torch.Tensor, torch.Tensor]:
    """Lowest and highest x, y, z of each thing's box."""
    corners = place(tuple(things), torch.zeros(1)).corners
    return corners.amin(dim=-1), corners.amax(dim=-1)


def test_the_table_stands_on_the_floor_and_carries_the_still_life() -> None:
    low, high = spans(table((0.0, 0.0, 0.0)))
    assert torch.isclose(high[:, 1].amax(), torch.tensor(0.0), atol=1e-6)
    top = low[:, 1].amin().item()
    things = still_life((0.0, top, 0.0))
    low_things, high_things = spans(things)
    assert (high_things[:, 1] < top + 0.0101).all()  # the round vase is sunk by a centimetre
    standing = [high_things[i, 1] > top - 1e-5 for i in range(len(things))]
    assert sum(standing) >= 5
    # Everything stays above the top; leaves may reach over its edge.
    solid = torch.tensor([isinstance(thing.shape, Box | Cylinder) for thing in things])
    assert (low_things[solid, 0] > low[:, 0].amin()).all()
    assert (high_things[solid, 0] < high[:, 0].amax()).all()


def test_books_stand_on_their_boards_side_by_side() -> None:
    things = shelves((0.0, -1.0, 0.0))
    boards, books = things[:2], [t for t in things[2:] if isinstance(t.shape, Box)]
    assert len(books) == 20
    surfaces = spans(boards)[0][:, 1]
    low, high = spans(books)
    assert all((surface - high[:, 1]).abs().min() < 1e-5 for surface in surfaces)
    assert ((high[:, 1, None] - surfaces).abs().amin(dim=1) < 1e-5).all()
    for surface in surfaces:
        row = (high[:, 1] - surface).abs() < 1e-5
        assert (low[row, 0][1:] > high[row, 0][:-1]).all()
        assert high[row, 0].amax() < spans(boards)[1][0, 0]


def test_a_shelf_is_the_same_each_time() -> None:
    assert shelves((0.0, 0.0, 0.0)) == shelves((0.0, 0.0, 0.0))


def test_the_plant_stands_in_its_pot() -> None:
    low, high = spans(plant((2.0, 0.0, 1.0)))
    assert torch.isclose(high[0, 1], torch.tensor(0.0), atol=1e-6)
    assert (high[3:, 1] < low[0, 1]).all()  # leaves above the pot
    stem = (low[2] + high[2]) / 2
    assert torch.allclose(stem[[0, 2]], torch.tensor([2.0, 1.0]))
