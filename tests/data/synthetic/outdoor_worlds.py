# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What every outdoor world must satisfy; used by the tests beside it."""

from collections.abc import Callable

import numpy as np

from anyview.data.synthetic.world import World

from .sound_worlds import assert_sound_material, assert_sound_mesh, same_world


def assert_good_builder(
    build: Callable[[np.random.Generator, float], World], kind: str, seeds: range = range(4)
) -> list[World]:
    """Sound, repeatable, of a bearable size, different by seed; the worlds for further checks."""
    from anyview.data.synthetic.parts import Mesh

    worlds = [build(np.random.default_rng(seed), 0.3) for seed in seeds]
    assert same_world(worlds[0], build(np.random.default_rng(seeds[0]), 0.3))
    assert not same_world(worlds[0], worlds[1])
    for world in worlds:
        assert world.kind == kind
        assert_sound_mesh(Mesh(world.vertices, world.faces))
        assert 1_000 < len(world.faces) < 200_000
        assert world.face_material.max() < len(world.materials)
        assert world.face_object.max() > 0
        assert world.face_object.min() == 0
        for material in world.materials:
            assert_sound_material(material)
        assert (world.camera_low < world.camera_high).all()
        assert np.isfinite(world.focus).all()
        assert len(world.lamps) == 1
        assert np.abs(world.vertices[:, :2]).max() > 100  # the ground goes on
    assert len({len(world.faces) for world in worlds}) > 1
    return worlds
