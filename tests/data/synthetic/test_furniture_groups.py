# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic import furniture_groups as groups
from anyview.data.synthetic.layout import CameraZone, Layout
from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.room_shell import draw_shell
from anyview.data.synthetic.style import draw_style

from .sound_worlds import assert_sound_mesh

GROUPS = {
    "sitting_group": 3, "dining_group": 2, "bed_group": 1, "work_group": 2, "desk_rows": 8,
    "shelf_rows": 3, "meeting_group": 4, "stair_flight": 1, "kitchen_group": 2, "bath_group": 3,
}  # fmt: skip


@pytest.mark.parametrize("name", GROUPS)
def test_groups_fill_a_room_and_stay_in_it(name):
    most = 0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        shell = draw_shell(rng, 7.0, 6.0, 2.6, may_notch=False)
        layout = Layout(Builder(), shell, CameraZone((0.3, 0.3, 1.3, 1.3), 1.2, 1.6))
        getattr(groups, name)(layout, rng, draw_style(rng, 0.0))
        if not layout.built.object_boxes()[0].size:
            continue
        assert_sound_mesh(layout.built.mesh())
        low, high = layout.built.bounds()
        assert (low > -0.1).all()
        assert (high[:2] < (7.1, 6.1)).all()
        most = max(most, len(layout.built.object_centres()))
    assert most >= GROUPS[name]


def test_pillars_reach_the_ceiling():
    rng = np.random.default_rng(0)
    shell = draw_shell(rng, 7.0, 6.0, 2.6, may_notch=False)
    layout = Layout(Builder(), shell, CameraZone((0.3, 0.3, 1.3, 1.3), 1.2, 1.6))
    groups.pillars(layout, rng, draw_style(rng, 0.0))
    assert layout.built.bounds()[1][2] == pytest.approx(2.6, abs=1e-5)


def test_rugs_and_plants():
    rng = np.random.default_rng(0)
    style = draw_style(rng, 0.0)
    assert groups.rug(rng, style).bounds()[1][2] < 0.03
    assert groups.big_plant(rng, style).bounds()[1][2] > 0.4
