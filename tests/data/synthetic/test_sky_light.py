# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic import noise, sky_light

SUN = np.array([3, 3, 3, 0, 0.6, 0.8, 0, 0], dtype=np.float32)


def _sky(clouds):
    row = [0.2, 0.4, 0.9, 0.7, 0.8, 0.95, 0.2, 0.2, 0.2, clouds, 0, 0]
    return np.array(row, dtype=np.float32)


def _draw(directions, clouds=0.0, sun=SUN * 0, ids=None):
    directions = np.asarray(directions, dtype=np.float32)
    if ids is None:
        ids = np.full((len(directions), 2), -1, dtype=np.int32)
    light = np.zeros((len(directions), 3), dtype=np.float32)
    samples, points, units = sky_light.cloud_points(directions, ids, clouds)
    sky_light.draw_sky(samples, units, noise.octaves(points, 4), _sky(clouds), sun, light)
    return light


def _dome(count=3000):
    directions = np.random.default_rng(0).normal(size=(count, 3))
    directions[:, 2] = np.abs(directions[:, 2])
    return directions


def test_clear_sky_goes_from_horizon_to_zenith():
    up, level = _draw([[0, 0, 3], [0, 5, 0]])
    np.testing.assert_allclose(up, _sky(0)[:3], rtol=1e-4)
    np.testing.assert_allclose(level, _sky(0)[3:6], rtol=1e-4)


def test_clouds_whiten_the_sky():
    blueness = [(c[:, 2] - c[:, 0]).mean() for c in (_draw(_dome(), x) for x in (0.0, 0.5, 1.0))]
    assert blueness[0] > 2 * blueness[2]
    assert np.isfinite(_draw(_dome(), 1.0, SUN)).all()


def test_the_sky_is_brightest_towards_the_sun():
    toward, away = _draw([[0, 0.6, 0.8], [0, -0.6, 0.8]], sun=SUN)
    assert (toward > away + 1).all()


def test_surfaces_are_left_alone():
    ids = np.array([[0, 0], [-1, 0]], dtype=np.int32)
    light = _draw([[0, 0, 1], [0, 0, 1]], ids=ids)
    assert not light[0].any()
    assert light[1].all()
