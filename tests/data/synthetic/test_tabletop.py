# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import time

import numpy as np
import pytest

from anyview.data.synthetic.tabletop import build_tabletop

from .sound_worlds import assert_sound_world, same_world


@pytest.fixture(scope="module")
def worlds():
    return [build_tabletop(np.random.default_rng(seed), 0.2) for seed in range(12)]


def test_tabletops_are_sound(worlds):
    for world in worlds:
        assert_sound_world(world)
        assert world.kind == "tabletop"
        assert 0.08 < world.size_m < 4.0


def test_equal_seeds_give_equal_worlds(worlds):
    assert same_world(worlds[2], build_tabletop(np.random.default_rng(2), 0.2))
    assert not same_world(worlds[2], worlds[5])


def test_things_are_within_reach_of_the_cameras(worlds):
    for world in worlds:
        middle = (world.camera_low + world.camera_high) / 2
        away = np.linalg.norm(world.focus - middle, axis=1)
        assert away.min() < 3 * world.size_m


def test_scales_and_surroundings_differ(worlds):
    sizes = [world.size_m for world in worlds]
    assert max(sizes) > 3 * min(sizes)
    extents = [float(np.ptp(world.vertices[:, 0])) for world in worlds]
    assert min(extents) < 8
    assert max(extents) > 25


def test_building_takes_milliseconds():
    build_tabletop(np.random.default_rng(0), 0.0)
    start = time.process_time()
    for seed in range(5):
        build_tabletop(np.random.default_rng(seed), 0.0)
    assert time.process_time() - start < 5 * 0.3
