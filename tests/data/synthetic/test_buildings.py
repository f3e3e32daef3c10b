# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Houses: their size, their openings, their roofs."""

import numpy as np
import pytest

from anyview.data.synthetic.buildings import HousePlan, house, roof_material

from .sound_worlds import assert_sound_material, assert_sound_mesh


@pytest.mark.parametrize("painted", [False, True])
def test_a_house_has_the_size_of_its_plan(painted):
    plan = HousePlan(9.0, 8.0, 3, (0, 1, 3), painted=painted)
    tops = set()
    for seed in range(12):
        built = house(np.random.default_rng(seed), plan, 0.2)
        assert_sound_mesh(built.mesh())
        low, high = built.bounds()
        assert low[2] == pytest.approx(0, abs=1e-4)
        assert 7 < high[2] < 25
        # Eaves, balconies and awnings reach out a little.
        assert (low[:2] > (-7, -3.5)).all()
        assert (high[:2] < (7, 11)).all()
        tops.add(round(float(high[2]), 2))
        assert len(built.object_centres()) == 1
    assert len(tops) > 8


def test_painted_houses_are_cheap_and_windows_are_not():
    painted = house(np.random.default_rng(0), HousePlan(9.0, 8.0, 3, painted=True), 0.0)
    real = house(np.random.default_rng(0), HousePlan(9.0, 8.0, 3), 0.0)
    assert len(painted.mesh().faces) < 120 < len(real.mesh().faces)


def test_roofs_are_sound():
    for seed in range(20):
        assert_sound_material(roof_material(np.random.default_rng(seed), 0.3))
