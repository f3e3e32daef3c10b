# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Bounds leave out no ray that meets a thing, and leave out most others."""

import math

import torch

from anyview.render.bounds import RaysOnPlane, place
from anyview.render.scene import Thing
from anyview.render.shapes import Box, Plane, sphere
from anyview.render.textures import Plain

GREY = Plain((0.5, 0.5, 0.5))


def test_placement_turns_by_the_tilt_then_the_yaw() -> None:
    thing = Thing(Box((2.0, 2.0, 2.0)), GREY, (1.0, 2.0, 3.0), yaw_deg=90.0, tilt_deg=90.0)
    placed = place((thing,), torch.zeros(1, dtype=torch.float64))
    # The tilt takes x to y; the yaw leaves y alone.
    x_axis = placed.world_from_thing[0] @ torch.tensor([1.0, 0, 0]).double()
    assert torch.allclose(x_axis, torch.tensor([0.0, 1, 0]).double(), atol=1e-12)
    # The tilt leaves z alone; the yaw, from x towards z, takes z to -x.
    z_axis = placed.world_from_thing[0] @ torch.tensor([0, 0, 1.0]).double()
    assert torch.allclose(z_axis, torch.tensor([-1.0, 0, 0]).double(), atol=1e-12)
    assert torch.allclose(placed.corners.mean(dim=-1)[0], torch.tensor([1.0, 2, 3]).double())


def test_local_coordinates_undo_the_placement() -> None:
    thing = Thing(sphere(1.0), GREY, (1.0, -2.0, 0.5), yaw_deg=33.0, tilt_deg=-71.0)
    placed = place((thing,), torch.zeros(1, dtype=torch.float64))
    local = torch.randn(3, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    world = placed.world_from_thing[0] @ local + placed.positions[0]
    assert torch.allclose(placed.to_local(0, world), local)
    rotation = placed.world_from_thing[0]
    assert torch.allclose(rotation.T @ rotation, torch.eye(3, dtype=torch.float64))
    assert math.isclose(torch.linalg.det(rotation).item(), 1.0)


def test_candidates_are_the_places_within_the_bounds() -> None:
    generator = torch.Generator().manual_seed(1)
    places = torch.rand(2, 500, generator=generator)
    corners = torch.rand(20, 2, 8, generator=generator) * 0.5 + 0.4
    rays = RaysOnPlane(places)
    found = dict(rays.candidates(corners, torch.tensor([True] * 19 + [False])))
    for index in range(19):
        (x_low, y_low), (x_high, y_high) = (
            corners[index].amin(-1).tolist(),
            corners[index].amax(-1).tolist(),
        )
        # Numbers of places at most 0.1 % outside and at least 0.1 % inside the bounds.
        outer, inner = (
            {
                number
                for number, (x, y) in enumerate(places.T.tolist())
                if x_low - margin < x < x_high + margin and y_low - margin < y < y_high + margin
            }
            for margin in (1e-3, -1e-3)
        )
        assert inner <= set(rays.order[found[index]].tolist()) <= outer
    assert sorted(rays.order[found[19]].tolist()) == list(range(500))  # unbounded: every ray


def test_things_that_no_ray_can_meet_are_left_out() -> None:
    places = torch.rand(2, 50, generator=torch.Generator().manual_seed(1))
    far_away = torch.full((1, 2, 8), 7.0)
    assert not list(RaysOnPlane(places).candidates(far_away, torch.tensor([True])))


def test_an_endless_thing_has_no_corners() -> None:
    placed = place((Thing(Plane(), GREY), Thing(sphere(1.0), GREY)), torch.zeros(1))
    assert placed.corners.isfinite().all(dim=-1).all(dim=-1).tolist() == [False, True]
