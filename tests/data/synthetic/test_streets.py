# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Worlds of kind street."""

import numpy as np

from anyview.data.synthetic.streets import build_street

from .outdoor_worlds import assert_good_builder


def test_worlds():
    for world in assert_good_builder(build_street, "street"):
        assert 1.0 < world.camera_low[2] < world.camera_high[2] < 2.0
        span = world.camera_high - world.camera_low
        assert span[0] > 4 * span[1]  # a road, along x
        road = world.vertices[np.abs(world.vertices[:, 1]) < 3]
        assert np.ptp(road[:, 0]) > 200  # depth goes far
