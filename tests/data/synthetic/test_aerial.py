# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Worlds of kind aerial."""

from anyview.data.synthetic.aerial import build_aerial

from .outdoor_worlds import assert_good_builder


def test_worlds():
    for world in assert_good_builder(build_aerial, "aerial"):
        assert world.camera_low[2] > 15
        assert world.focus[:, 2].max() < world.camera_low[2]  # cameras look down
