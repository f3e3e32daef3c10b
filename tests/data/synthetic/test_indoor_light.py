# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from anyview.data.synthetic.indoor_light import indoor_sky, lamp_colour, room_lamp, sun_through
from anyview.data.synthetic.room_shell import draw_shell


def test_colours_have_their_strength():
    rng = np.random.default_rng(0)
    for _ in range(20):
        assert max(lamp_colour(rng, 0.7)) == pytest.approx(0.7)
    lamp = room_lamp(rng, (1.0, 2.0, 2.3))
    assert lamp.position == (1.0, 2.0, 2.3)
    assert 0.3 < max(lamp.colour) < 1.2


def test_dim_rooms_have_less_ambient_light():
    rng = np.random.default_rng(0)
    dim = np.mean([indoor_sky(rng, dim=True).zenith for _ in range(40)])
    bright = np.mean([indoor_sky(rng).zenith for _ in range(40)])
    assert 2 * dim < bright
    assert indoor_sky(rng).haze_m is None


def test_the_sun_shines_in_through_one_of_the_walls():
    walls = draw_shell(np.random.default_rng(0), 4.0, 4.0, 2.5, may_notch=False).walls
    for seed in range(20):
        sun = sun_through(np.random.default_rng(seed), walls[:1])
        assert sun is not None
        assert sun.position is None
        direction = np.array(sun.direction)
        assert np.linalg.norm(direction) == pytest.approx(1.0, abs=1e-5)
        assert direction[2] > 0.1
        assert direction[:2] @ walls[0].world_from_wall[:2, 1] > 0.2
    assert sun_through(np.random.default_rng(0), []) is None
