# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import time

import numpy as np
import pytest

from anyview.data.synthetic.room_plans import ROOM_PLANS
from anyview.data.synthetic.rooms import build_room, build_room_of

from .sound_worlds import assert_sound_world, same_world

SEEDS = range(10)


@pytest.fixture(scope="module")
def rooms():
    return [build_room(np.random.default_rng(seed), 0.2) for seed in SEEDS]


def test_rooms_are_sound(rooms):
    for world in rooms:
        assert_sound_world(world)
        assert world.kind == "room"


def test_equal_seeds_give_equal_rooms(rooms):
    assert same_world(rooms[3], build_room(np.random.default_rng(3), 0.2))
    assert not same_world(rooms[3], rooms[4])


def test_cameras_have_free_space_at_eye_height(rooms):
    pytest.importorskip("embreex")
    from anyview.data.synthetic.raycaster import Raycaster

    rng = np.random.default_rng(0)
    directions = rng.normal(size=(200, 3)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    for world in rooms:
        assert world.camera_low[2] > 0.25
        assert world.camera_high[2] < 3.0
        eyes = rng.uniform(world.camera_low, world.camera_high, (200, 3)).astype(np.float32)
        distance, _ = Raycaster(world).first_hits(eyes, directions)
        assert (distance < 0.05).mean() < 0.01, "a camera stands in something"
        # Walls are near, also where nothing else is.
        assert np.median(distance) < 6.0


def test_every_kind_of_room_can_be_built():
    for number, name in enumerate(ROOM_PLANS):
        world = build_room_of(name, np.random.default_rng(number), 0.0)
        assert_sound_world(world)


def test_rooms_differ(rooms):
    sizes = [len(world.faces) for world in rooms]
    assert max(sizes) > 2 * min(sizes)
    assert max(sizes) < 80000
    things = [int(world.face_object.max()) for world in rooms]
    assert max(things) > 1.5 * min(things)
    assert max(things) > 40
    spans = [float((world.camera_high - world.camera_low)[:2].max()) for world in rooms]
    assert max(spans) > 2 * min(spans)
    photos = [any(look.pattern == "photo" for look in world.materials) for world in rooms]
    assert any(photos)
    suns = [any(lamp.position is None for lamp in world.lamps) for world in rooms]
    assert 0 < sum(suns) < len(suns)


def test_focus_is_on_things_at_the_distance_of_photographs(rooms):
    for world in rooms:
        middle = (world.camera_low + world.camera_high) / 2
        away = np.linalg.norm(world.focus - middle, axis=1)
        assert 0.3 < np.median(away) < 8.0
        assert 0.9 < world.size_m < 6.1


def test_building_takes_milliseconds():
    build_room(np.random.default_rng(0), 0.0)
    start = time.process_time()
    for seed in range(3):
        build_room(np.random.default_rng(seed), 0.0)
    assert time.process_time() - start < 3 * 0.4
