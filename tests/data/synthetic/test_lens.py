# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Intrinsics: within the range that was asked for, mostly ordinary, mostly shared."""

import numpy as np
import pytest

from anyview.data.synthetic.lens import sample_intrinsics


def fov_deg(matrix, size):
    return np.rad2deg(2 * np.arctan(0.5 * max(size) / matrix[0, 0]))


@pytest.mark.parametrize("size", [(168, 126), (126, 168)])
def test_angles_of_view(size):
    rng = np.random.default_rng(0)
    made = [sample_intrinsics(size, (30.0, 120.0), 4, rng) for _ in range(300)]
    angles = np.array([fov_deg(k, size) for scene in made for k in scene])
    assert angles.min() >= 29.9
    assert angles.max() <= 120.1
    assert 0.7 < ((angles > 40) & (angles < 85)).mean() < 0.97
    shared = [np.ptp(scene[:, 0, 0]) == 0 for scene in made]
    assert 0.8 < np.mean(shared) < 1
    for scene in made:
        assert np.abs(scene[:, 1, 1] / scene[:, 0, 0] - 1).max() < 0.06
        assert np.abs(scene[0, :2, 2] / size - 0.5).max() < 0.1
        np.testing.assert_array_equal(scene[:, 2], np.tile((0, 0, 1), (4, 1)))
    centred = [np.allclose(scene[0, :2, 2], np.array(size) / 2) for scene in made]
    assert 0.6 < np.mean(centred) < 0.9


def test_a_narrow_range_is_kept():
    made = sample_intrinsics((64, 48), (90.0, 91.0), 3, np.random.default_rng(1))
    for matrix in made:
        assert 89.9 <= fov_deg(matrix, (64, 48)) <= 91.1
