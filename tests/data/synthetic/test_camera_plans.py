# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras of a scene: good, overlapping, repeatable."""

import numpy as np
import pytest

from anyview.data.synthetic.camera_checks import look, overlap_with_first, usable
from anyview.data.synthetic.camera_paths import PATHS
from anyview.data.synthetic.camera_plans import LEAST_OVERLAP, Framing, plan_cameras
from anyview.data.synthetic.raycaster import Raycaster

from .small_world import box_room

pytest.importorskip("embreex")
FRAMING = Framing(56, 42, 5)


@pytest.fixture(scope="module")
def room():
    world = box_room()
    return world, Raycaster(world)


def test_every_view_is_usable_and_overlaps_the_first(room):
    world, caster = room
    taken = set()
    for seed in range(25):
        plan = plan_cameras(world, caster, FRAMING, np.random.default_rng(seed))
        assert plan is not None
        taken.add(plan.path)
        assert [(c.width, c.height) for c in plan.cameras] == [(56, 42)] * 5
        intrinsics = np.stack([c.intrinsics for c in plan.cameras]).astype(np.float64)
        poses = np.stack([c.cam_from_world for c in plan.cameras])
        seen = look(caster, intrinsics, poses, (56, 42))
        assert usable(world, caster, seen).all()
        shares = overlap_with_first(caster, seen, intrinsics, poses, (56, 42))
        assert shares.min() >= LEAST_OVERLAP - 0.01  # K is stored in single precision
        eyes = seen.eyes
        assert (eyes >= world.camera_low - 1e-4).all()
        assert (eyes <= world.camera_high + 1e-4).all()
    assert len(taken) > 4
    assert taken <= set(PATHS)


def test_a_plan_depends_on_the_seed_alone(room):
    world, caster = room
    first, again = (plan_cameras(world, caster, FRAMING, np.random.default_rng(7)) for _ in "ab")
    assert first.path == again.path
    for one, other in zip(first.cameras, again.cameras, strict=True):
        np.testing.assert_array_equal(one.cam_from_world, other.cam_from_world)
        np.testing.assert_array_equal(one.intrinsics, other.intrinsics)


def test_a_world_without_room_gives_none(room):
    world, _ = room
    from dataclasses import replace

    walled = replace(
        world,
        camera_low=np.array((-5.99, -4.99, 0.005), np.float32),
        camera_high=np.array((-5.98, -4.98, 0.01), np.float32),
    )
    caster = Raycaster(walled)
    assert plan_cameras(walled, caster, FRAMING, np.random.default_rng(0)) is None
