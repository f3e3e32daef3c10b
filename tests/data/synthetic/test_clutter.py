# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import time

import numpy as np
import pytest

from anyview.data.synthetic.clutter import build_clutter

from .sound_worlds import assert_sound_world, same_world


@pytest.fixture(scope="module")
def worlds():
    return [build_clutter(np.random.default_rng(seed), 0.2) for seed in range(10)]


def test_clutter_is_sound(worlds):
    for world in worlds:
        assert_sound_world(world)
        assert world.kind == "clutter"
        assert world.face_object.max() >= 12


def test_equal_seeds_give_equal_worlds(worlds):
    assert same_world(worlds[2], build_clutter(np.random.default_rng(2), 0.2))
    assert not same_world(worlds[2], worlds[5])


def test_cameras_are_seldom_inside_things(worlds):
    pytest.importorskip("embreex")
    from anyview.data.synthetic.raycaster import Raycaster

    rng = np.random.default_rng(0)
    directions = rng.normal(size=(200, 3)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    near = []
    for world in worlds:
        eyes = rng.uniform(world.camera_low, world.camera_high, (200, 3)).astype(np.float32)
        distance, _ = Raycaster(world).first_hits(eyes, directions)
        near.append((distance < 0.02 * world.size_m).mean())
    assert np.mean(near) < 0.01


def test_depths_span_a_large_range(worlds):
    spans = []
    for world in worlds:
        middle = (world.camera_low + world.camera_high) / 2
        corners = world.vertices[world.faces[world.face_object > 0]].reshape(-1, 3)
        away = np.linalg.norm(corners - middle, axis=1)
        spans.append(np.percentile(away, 95) / np.percentile(away, 5))
    assert np.median(spans) > 2.5
    sizes = [world.size_m for world in worlds]
    assert max(sizes) > 5 * min(sizes)


def test_building_takes_milliseconds():
    build_clutter(np.random.default_rng(0), 0.0)
    start = time.process_time()
    for seed in range(5):
        build_clutter(np.random.default_rng(seed), 0.0)
    assert time.process_time() - start < 5 * 0.2
