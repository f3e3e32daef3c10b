# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Worlds of kind garden."""

import numpy as np

from anyview.data.synthetic.gardens import build_garden

from .outdoor_worlds import assert_good_builder


def test_worlds():
    for world in assert_good_builder(build_garden, "garden"):
        assert 0.5 < world.camera_low[2] < world.camera_high[2] < 2.5
        assert np.abs(world.camera_high[:2]).max() < 15
