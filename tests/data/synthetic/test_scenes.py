# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scenes by number: repeatable, of every kind, with truth that fits."""

from dataclasses import replace

import numpy as np
import pytest

from anyview.data.synthetic import scenes
from anyview.data.synthetic.scenes import BUILDERS, make_scene, plan_scene
from anyview.data.synthetic.world_settings import KINDS, WorldSettings

pytest.importorskip("embreex")
pytest.importorskip("numba")
SMALL = WorldSettings(width=56, height=42, views=2)


def only(kind: str) -> WorldSettings:
    return replace(SMALL, **{**dict.fromkeys(KINDS, 0.0), kind: 1.0})


def test_every_kind_has_a_builder():
    assert tuple(BUILDERS) == KINDS


def test_a_scene_is_a_function_of_its_number():
    settings = only("facade")
    first, again, other = (make_scene(n, settings, None) for n in (3, 3, 4))
    assert first.path == again.path
    for one, two in zip(first.views, again.views, strict=True):
        np.testing.assert_array_equal(one.image, two.image)
        np.testing.assert_array_equal(one.depth, two.depth)
        np.testing.assert_array_equal(one.camera.cam_from_world, two.camera.cam_from_world)
    assert not np.array_equal(first.views[0].image, other.views[0].image)


def test_depth_of_two_views_agrees():
    """Points of a view land, in the other, on the depth seen there or are hidden by less."""
    agreeing = []
    for number in range(3):
        a, b = make_scene(number, only("square"), None).views
        known = a.depth > 0
        y, x = np.nonzero(known)
        pixels = np.stack((x + 0.5, y + 0.5, np.ones(len(x))))
        cam = np.linalg.inv(a.camera.intrinsics) @ pixels * a.depth[known]
        world = np.linalg.inv(a.camera.cam_from_world) @ np.vstack((cam, np.ones(len(x))))
        there = (b.camera.cam_from_world @ world)[:3]
        u, v = (b.camera.intrinsics @ there)[:2] / there[2]
        inside = (there[2] > 0.1) & (u >= 0) & (v >= 0) & (u < 56) & (v < 42)
        seen = b.depth[v[inside].astype(int), u[inside].astype(int)]
        agreeing.append(np.mean(np.abs(seen / there[2][inside] - 1) < 0.05))
    assert np.mean(agreeing) > 0.6


def test_kinds_come_as_often_as_asked():
    rng = [np.random.default_rng((scenes.SEED_STREAM, n)) for n in range(400)]
    kinds = [str(r.choice(KINDS, p=SMALL.shares)) for r in rng]
    assert 0.38 < kinds.count("room") / 400 < 0.52


def test_a_world_without_room_gives_way(monkeypatch):
    from .small_world import box_room

    def cramped(rng, share):
        world = box_room(1)
        return replace(
            world, camera_low=world.camera_low * 0 + 50, camera_high=world.camera_high * 0 + 50
        )

    monkeypatch.setitem(scenes.BUILDERS, "room", cramped)
    monkeypatch.setattr(scenes, "WORLDS_TRIED", 1)
    _, world, _, plan = plan_scene(0, only("room"))
    assert world.kind == "street"
    assert len(plan.cameras) == 2
