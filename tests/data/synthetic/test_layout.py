# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic import materials
from anyview.data.synthetic.layout import CameraZone, Layout, draw_zone
from anyview.data.synthetic.parts import Builder, apply
from anyview.data.synthetic.room_shell import draw_shell
from anyview.data.synthetic.shapes import box, box_between

LOOK = materials.plain((0.5, 0.5, 0.5))


def _block(width, depth, height):
    built = Builder()
    built.add(box(width, depth, height), LOOK, 1)
    return built


def _layout(floor=(1.5, 1.5, 2.5, 2.5), low=1.0):
    shell = draw_shell(np.random.default_rng(0), 4.0, 4.0, 2.5, may_notch=False)
    return Layout(Builder(), shell, CameraZone(floor, low, low + 0.5))


def test_zones_are_inside_and_at_eye_height():
    for seed in range(60):
        rng = np.random.default_rng(seed)
        width, depth = rng.uniform(1.7, 9.0, 2)
        shell = draw_shell(rng, float(width), float(depth), 2.3)
        zone = draw_zone(rng, shell)
        x0, y0, x1, y1 = zone.floor
        assert 0 < x0 < x1 < width
        assert 0 < y0 < y1 < depth
        assert 0.25 < zone.low < zone.high < 2.3
        if shell.notch is not None:
            assert x1 <= shell.notch[0] or y1 <= shell.notch[1]


def test_things_stand_with_their_backs_to_the_wall():
    layout, rng = _layout(), np.random.default_rng(1)
    for number, wall in enumerate(layout.shell.walls):
        where = layout.against_wall(_block(0.8, 0.4, 0.9), rng, wall=number, gap=0.05, tries=20)
        assert where is not None
        back = apply(where, np.array(((0, 0.2, 0),), np.float32))
        local = apply(np.linalg.inv(wall.world_from_wall), back)
        assert local[0, 1] == pytest.approx(-0.05, abs=1e-5)


def test_nothing_overlaps_and_nothing_tall_stands_before_the_cameras():
    layout, rng = _layout(), np.random.default_rng(2)
    for _ in range(40):
        thing = _block(*rng.uniform((0.2, 0.2, 0.3), (1.0, 0.8, 2.0)))
        if rng.random() < 0.5:
            layout.against_wall(thing, rng)
        else:
            layout.stand(thing, rng)
    low, high = layout.built.object_boxes()
    assert len(low) >= 8
    for a in range(len(low)):
        tall = high[a, 2] > layout.zone.low
        x0, y0, x1, y1 = layout.zone.floor
        reaches = low[a, 0] < x1 and high[a, 0] > x0 and low[a, 1] < y1 and high[a, 1] > y0
        assert not (tall and reaches)
        for b in range(a):
            apart = (low[a, :2] > high[b, :2] - 0.02) | (high[a, :2] < low[b, :2] + 0.02)
            assert apart.any()


def test_low_things_may_stand_below_cameras():
    layout = _layout((0.2, 0.2, 3.8, 3.8))
    rng = np.random.default_rng(0)
    assert layout.stand(_block(0.5, 0.5, 1.5), rng, tries=30) is None
    assert layout.stand(_block(0.5, 0.5, 0.4), rng, tries=30) is not None


def test_doors_and_windows_stay_free():
    rng = np.random.default_rng(3)
    layout = _layout()
    door, window = layout.shell.walls[0], layout.shell.walls[1]
    door.openings.append((1.5, 2.4, 0.0, 2.0))
    window.openings.append((0.5, 3.5, 1.0, 2.0))
    layout = Layout(Builder(), layout.shell, layout.zone)
    assert layout.against_wall(_block(3.9, 0.2, 0.5), rng, wall=0, tries=20) is None
    assert layout.against_wall(_block(3.0, 0.2, 1.5), rng, wall=1, tries=20) is None
    assert layout.against_wall(_block(3.0, 0.2, 0.9), rng, wall=1, tries=20) is not None


def test_hung_things_do_not_meet():
    layout, rng = _layout(), np.random.default_rng(4)
    plate = Builder()
    plate.add(box_between((-0.4, -0.02, 0), (0.4, 0, 0.5)), LOOK, 1)
    hung = sum(layout.hang(plate, rng, 1.3) for _ in range(40))
    assert 6 <= hung <= 20
    low, high = layout.built.object_boxes()
    for a in range(len(low)):
        for b in range(a):
            assert ((low[a] > high[b]) | (high[a] < low[b])).any()
    assert not layout.hang(plate, rng, 2.2), "it would reach through the ceiling"
    assert layout.is_inside(2.0, 2.0, 1.0)
    assert not layout.is_inside(3.9, 2.0, 0.5)
