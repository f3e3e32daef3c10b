# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic.backdrops import add_ground, add_room, add_studio, daylight
from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.style import draw_style

from .sound_worlds import assert_sound_mesh


@pytest.mark.parametrize("maker", [add_room, add_studio, add_ground])
def test_backdrops_leave_the_middle_free(maker):
    for seed in range(6):
        rng = np.random.default_rng(seed)
        built = Builder()
        backdrop = maker(built, rng, draw_style(rng, 0.2), 1.5)
        assert_sound_mesh(built.mesh())
        assert backdrop.lamps
        assert (backdrop.low < backdrop.high).all()
        assert (backdrop.low[:2] < 0).all()
        assert (backdrop.high[:2] > 0).all()
        corners = built.mesh().vertices
        near = (np.abs(corners[:, :2]) < 0.5).all(axis=1) & (corners[:, 2] > 0.02)
        # Ceilings and lamps are above.
        assert not (near & (corners[:, 2] < 1.5)).any()


def test_cloudy_days_have_a_weak_sun():
    drawn = [daylight(np.random.default_rng(seed)) for seed in range(40)]
    for (sun,), _ in drawn:
        assert np.linalg.norm(sun.direction) == pytest.approx(1.0, abs=1e-5)
        assert sun.direction[2] > 0.2
    clouds = np.array([sky.clouds for _, sky in drawn])
    strength = np.array([lamps[0].colour[0] for lamps, _ in drawn])
    assert np.corrcoef(clouds, strength)[0, 1] < -0.7
