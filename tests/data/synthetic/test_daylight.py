# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Sun and sky."""

import numpy as np

from anyview.data.synthetic.daylight import draw_daylight


def test_the_sun_is_up_and_weak_below_clouds():
    bright, dull = [], []
    for seed in range(80):
        sun, sky = draw_daylight(np.random.default_rng(seed))
        assert np.isclose(np.linalg.norm(sun.direction), 1)
        assert sun.direction[2] > 0.15
        assert sun.position is None
        assert min(*sun.colour, *sky.zenith, *sky.horizon, *sky.ground_bounce) > 0
        assert 0 <= sky.clouds <= 1
        assert sky.haze_m is None or 70 < sky.haze_m < 1000
        (dull if sky.clouds > 0.95 else bright if sky.clouds < 0.6 else []).append(sun.colour[0])
    assert np.mean(bright) > 4 * np.mean(dull)


def test_haze_comes_as_often_as_asked():
    hazy = [draw_daylight(np.random.default_rng(s), 0.5)[1].haze_m is not None for s in range(100)]
    assert 30 < sum(hazy) < 70
    assert all(draw_daylight(np.random.default_rng(s), 0.0)[1].haze_m is None for s in range(20))
