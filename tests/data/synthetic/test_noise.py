# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np

from anyview.data.synthetic import noise


def _points(x, blur=0.0):
    x = np.asarray(x, dtype=np.float32)
    return np.stack((x, 0.3 * x + 1, -x, np.full_like(x, blur)))


def test_noise_is_in_range_uneven_and_repeatable():
    points = _points(np.random.default_rng(0).normal(0, 100, 20_000))
    values = noise.octaves(points, 4)
    assert values.dtype == np.float32
    assert 0 <= values.min() < 0.2
    assert 0.8 < values.max() <= 1
    assert abs(values.mean() - 0.5) < 0.01
    np.testing.assert_array_equal(values, noise.octaves(points, 4))


def test_noise_is_continuous_across_cells_and_differs_between_them():
    edge = np.array([-1.0, 0.0, 1.0, 7.0])
    left = noise.octaves(_points(edge - 1e-5), 1)
    right = noise.octaves(_points(edge + 1e-5), 1)
    np.testing.assert_allclose(left, right, atol=1e-3)
    assert np.ptp(noise.octaves(_points(np.arange(20) + 0.0), 1)) > 0.2


def test_detail_below_the_footprint_fades_to_the_mean():
    x = np.random.default_rng(1).normal(0, 10, 5000)
    spread = [noise.octaves(_points(x, blur), 3).std() for blur in (0.0, 0.4, 0.8, 1.0)]
    assert spread[0] > spread[1] > spread[2] > spread[3] == 0


def test_points_are_not_changed():
    points = _points([0.1, 0.7])
    before = points.copy()
    noise.octaves(points, 3)
    np.testing.assert_array_equal(points, before)
