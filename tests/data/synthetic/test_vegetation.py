# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Plants and rocks: size, number, looks."""

import numpy as np
import pytest

from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.vegetation import (
    bush,
    flowers,
    foliage,
    grass_tufts,
    hedge,
    lawn,
    rock,
    stand,
    tree,
)
from anyview.data.synthetic.world import Material

from .sound_worlds import assert_sound_material, assert_sound_mesh

STONE = Material("plain", (0.5, 0.5, 0.5))


def planted(plant, places=((0.0, 0.0, 0.0),)):
    built = Builder()
    rng = np.random.default_rng(0)
    plant.plant(built, stand(rng, np.array(places, np.float32), (1.0, 1.0)))
    return built


@pytest.mark.parametrize("leaf_count", [40, 200])
def test_trees(leaf_count):
    faces = []
    for seed in range(16):
        built = planted(tree(np.random.default_rng(seed), 8.0, leaf_count))
        assert_sound_mesh(built.mesh())
        low, high = built.bounds()
        assert -0.2 < low[2] < 0.2
        assert 5.0 < high[2] < 12.5
        assert np.abs((low, high))[:, :2].max() < 8
        faces.append(len(built.mesh().faces))
    assert max(faces) < (1200 if leaf_count < 100 else 4500)


def test_each_copy_is_a_thing_of_its_own():
    built = planted(bush(np.random.default_rng(0), 1.0), ((0, 0, 0), (9, 0, 0), (0, 9, 0)))
    centres = built.object_centres()
    assert len(centres) == 3
    np.testing.assert_allclose(centres[1, :2] - centres[0, :2], (9, 0), atol=0.5)


def test_none_is_none():
    built = Builder()
    bush(np.random.default_rng(0), 1.0).plant(
        built, stand(np.random.default_rng(0), np.zeros((0, 3), np.float32))
    )
    assert built.new_object() == 1


def test_hedges_rocks_tufts_flowers():
    rng = np.random.default_rng(2)
    built = Builder()
    hedge(rng, 4.0, 1.2, 0.5).plant(built, np.eye(4, dtype=np.float32)[None])
    low, high = built.bounds()
    assert 3.9 < high[0] - low[0] < 4.6
    assert 1.1 < high[2] < 1.6
    low, high = planted(rock(rng, 1.0, STONE)).bounds()
    assert low[2] < 0.05 < 0.2 < high[2] < 1.5
    places = rng.uniform(-1, 1, (20, 3)).astype(np.float32) * (1, 1, 0)
    tufts = grass_tufts(rng, places, 0.3)
    assert_sound_mesh(tufts)
    assert 0.1 < tufts.vertices[:, 2].max() < 0.45
    for mesh, look in flowers(rng, places, 0.4):
        assert_sound_mesh(mesh)
        assert_sound_material(look)


def test_looks():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        assert_sound_material(foliage(rng))
        look = lawn(rng)
        assert_sound_material(look)
        assert look.first[2] == min(look.first)  # green or yellow, never blue
