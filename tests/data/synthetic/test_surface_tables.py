# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.core.errors import InputError
from anyview.data.synthetic.surface_tables import (
    PATTERNS,
    build_surface_tables,
    lamp_row,
    material_row,
)
from anyview.data.synthetic.world import Lamp, Material
from tests.data.synthetic.small_worlds import GREY, box, ground, world_of


def test_a_box_keeps_its_edges_and_a_ball_is_smooth():
    box_normals = build_surface_tables(
        world_of((box((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)), GREY))
    ).normals
    np.testing.assert_allclose(box_normals, np.repeat(box_normals[:, :1], 4, axis=1))
    assert np.abs(box_normals).max(axis=-1).min() == 1

    turn = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    ring = np.stack((np.cos(turn), np.sin(turn), 0 * turn), axis=1)
    vertices = np.concatenate((ring, ring + np.array((0, 0, 1)))).astype(np.float32)
    i = np.arange(32)
    j = (i + 1) % 32
    faces = np.concatenate((np.stack((i, j, j + 32), 1), np.stack((i, j + 32, i + 32), 1)))
    tube = build_surface_tables(world_of(((vertices, faces.astype(np.int32)), GREY)))
    outward = tube.corners[:, :, :2]
    np.testing.assert_allclose(tube.normals[:, 1:, :2], outward, atol=0.06)
    assert np.abs(tube.normals[:, 1:] - tube.normals[:, :1]).max() > 0.05


def test_rows_hold_what_they_say():
    material = Material("wood", (0.1, 0.2, 0.3), (0.4, 0.5, 0.6), 0.7, 0.8, 0.9, 1.0, 2)
    row = material_row(material)
    assert PATTERNS[int(row[0])] == "wood"
    assert row[1:12] == [0.7, 0.8, 0.9, 1.0, 2, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert len(row) == 16
    assert lamp_row(Lamp((1.0, 2.0, 3.0)))[6] == 0
    assert lamp_row(Lamp((1.0, 2.0, 3.0), position=(4.0, 5.0, 6.0), reach_m=3.0)) == [
        1,
        2,
        3,
        4,
        5,
        6,
        9,
        0,
    ]


def test_a_face_without_material_is_refused():
    world = world_of((ground(), GREY))
    world.face_material = world.face_material + 1
    with pytest.raises(InputError, match=r"0\.\.0"):
        build_surface_tables(world)
