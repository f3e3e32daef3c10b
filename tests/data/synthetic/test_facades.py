# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""House fronts: openings are open, turned fronts stay in their place."""

from dataclasses import replace

import numpy as np
import pytest

from anyview.data.synthetic.facades import WallBoxes, draw_front_style, front_boxes, house_wall
from anyview.data.synthetic.parts import Builder, place

from .sound_worlds import assert_sound_material


def a_style(seed=0, **changes):
    return replace(draw_front_style(np.random.default_rng(seed), 0.2), **changes)


def front_mesh(style, transform, floors=3, detail=True):
    walls, built = WallBoxes(), Builder()
    walls.turn_to(transform)
    front_boxes(walls, np.random.default_rng(0), style, (10.0, floors), detail)
    walls.add_to(built, 1)
    return built.mesh()


def covered(mesh, x, z):
    """Whether a box of the mesh lies before the point of the plane y = 0."""
    boxes = mesh.vertices.reshape(-1, 8, 3)
    low, high = boxes.min(axis=1), boxes.max(axis=1)
    inside = (low[:, 0] < x) & (x < high[:, 0]) & (low[:, 2] < z) & (z < high[:, 2])
    return bool(inside.any())


def test_windows_are_holes_between_piers():
    style = a_style(pitch_m=2.5, floor_m=3.0, open_share=(0.4, 0.5), recess_m=0.2, has_shop=False)
    mesh = front_mesh(style, place(), detail=False)
    sill = 3.0 * 0.5 * 0.55
    for floor in range(3):
        for column in range(4):
            centre = (column + 0.5) * 2.5 - 5
            z = floor * 3.0 + sill + 0.75
            assert not covered(mesh, centre, z)
            assert covered(mesh, centre - 1.1, z)
            assert covered(mesh, centre, floor * 3.0 + 0.5 * sill)
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    np.testing.assert_allclose(low, (-5, -0.2, 0), atol=1e-5)
    np.testing.assert_allclose(high, (5, 0, 9), atol=1e-5)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_fronts_are_the_turned_mesh(quarters):
    style = a_style(3, has_balconies=True, has_shutters=True, has_shop=True)
    plain = front_mesh(style, place())
    transform = place(2.0, 3.0, 1.0, yaw=quarters * np.pi / 2)
    turned = front_mesh(style, transform)
    expected = plain.vertices @ transform[:3, :3].T + transform[:3, 3]

    def corners(vertices):
        boxes = vertices.reshape(-1, 8, 3)
        return np.concatenate((boxes.min(axis=1), boxes.max(axis=1)), axis=1)

    np.testing.assert_allclose(corners(turned.vertices), corners(expected), atol=1e-4)
    assert (
        turned.vertices.reshape(-1, 8, 3)[:, 7] >= turned.vertices.reshape(-1, 8, 3)[:, 0]
    ).all()


def test_details_add_boxes():
    style = a_style(1)
    assert len(front_mesh(style, place()).faces) > len(
        front_mesh(style, place(), detail=False).faces
    )


def test_walls_are_sound():
    patterns = set()
    for seed in range(60):
        look = house_wall(np.random.default_rng(seed), 0.4)
        assert_sound_material(look)
        patterns.add(look.pattern)
    assert {"noise", "bricks", "photo"} <= patterns
