# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which cameras are usable, and how much of a view another one sees."""

import numpy as np
import pytest

from anyview.data.synthetic.camera_checks import (
    GRID,
    least_distance,
    look,
    overlap_with_first,
    usable,
)
from anyview.data.synthetic.camera_paths import cam_from_world
from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.raycaster import Raycaster
from anyview.data.synthetic.shapes import box_between
from anyview.data.synthetic.world import Lamp, Sky

from .small_world import WALL, box_room

pytest.importorskip("embreex")
SIZE = (64, 48)
K = np.array(((50.0, 0, 32), (0, 50, 24), (0, 0, 1)))


@pytest.fixture(scope="module")
def room():
    world = box_room(0)
    return world, Raycaster(world)


def cameras(*poses):
    made = np.stack([cam_from_world(np.array(eye, float), *angles) for eye, *angles in poses])
    return np.repeat(K[None], len(made), 0), made


def test_depth_and_points_of_a_bare_wall(room):
    _, caster = room
    intrinsics, poses = cameras(((1.0, 0.0, 1.5), 0.0, 0.0, 0.0))
    seen = look(caster, intrinsics, poses, SIZE)
    assert seen.depth.shape == (1, GRID[0] * GRID[1])
    centre = seen.depth[0].reshape(GRID[1], GRID[0])[8:10, 11:13]
    np.testing.assert_allclose(centre, 5.0, rtol=1e-4)
    np.testing.assert_allclose(seen.points[0].reshape(18, 24, 3)[9, 12, 0], 6.0, rtol=1e-4)


def test_where_a_camera_cannot_be(room):
    world, caster = room
    far = cameras(
        ((0.0, 0.0, 1.5), 0.3, 0.0, 0.0),
        ((5.97, 0.0, 1.5), 2.0, 0.0, 0.0),  # against a wall behind it
        ((5.0, 0.0, 1.5), 0.0, 0.0, 0.0),  # square on a bare wall
    )
    seen = look(caster, *far, SIZE)
    assert usable(world, caster, seen).tolist() == [True, False, False]
    assert least_distance(3.0) == pytest.approx(0.09)


def test_a_camera_within_a_thing_or_before_the_sky():
    built = Builder()
    built.add(box_between((-50, -50, -1), (50, 50, 0)), WALL)
    built.add(box_between((-4, -4, 0), (4, 4, 6)), WALL, 1)
    world = built.world(
        "test",
        lamps=(Lamp((1.0, 1.0, 1.0)),),
        sky=Sky(),
        camera_box=((0, 0, 0), (1, 1, 1)),
        size_m=5.0,
    )
    caster = Raycaster(world)
    made = cameras(
        ((0.0, 0.0, 2.0), 0.3, 0.0, 0.0),  # within
        ((-12.0, 0.0, 2.0), 0.2, 0.0, 0.0),  # looking at it
        ((-12.0, 0.0, 2.0), 0.2, 1.3, 0.0),  # looking up
    )
    assert usable(world, caster, look(caster, *made, SIZE)).tolist() == [False, True, False]


def test_overlap_agrees_with_a_plain_loop():
    world = box_room()
    caster = Raycaster(world)
    intrinsics, poses = cameras(
        ((-3.0, 0.0, 1.6), 0.2, 0.0, 0.0),
        ((-2.5, 0.8, 1.5), 0.0, 0.0, 0.1),
        ((-3.0, 0.0, 1.6), 0.2 + np.pi, 0.0, 0.0),
    )
    seen = look(caster, intrinsics, poses, SIZE)
    shares = overlap_with_first(caster, seen, intrinsics, poses, SIZE)
    assert shares[0] > 0.99
    assert shares[2] == 0
    count = 0
    for point in seen.points[1].astype(np.float64):
        x, y, z = poses[0][:3, :3] @ point + poses[0][:3, 3]
        if z <= 0 or not (0 <= 50 * x / z + 32 < 64 and 0 <= 50 * y / z + 24 < 48):
            continue
        ray = (point - seen.eyes[0]).astype(np.float32)
        distance, _ = caster.first_hits(seen.eyes[:1], ray[None])
        count += distance[0] > 0.995
    assert 0.1 < shares[1] < 1
    assert shares[1] == pytest.approx(count / seen.hit[1].sum())
