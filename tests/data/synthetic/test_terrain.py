# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Worlds of kind terrain."""

import numpy as np

from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.terrain import add_horizon, build_terrain, rolling
from anyview.data.synthetic.world import Sky

from .outdoor_worlds import assert_good_builder


def test_worlds():
    for world in assert_good_builder(build_terrain, "terrain"):
        # Cameras are above the ground below them.
        near = np.abs(world.vertices[:, :2]).max(axis=1) < 6
        ground = np.percentile(world.vertices[near, 2], 20)
        assert world.camera_low[2] > ground


def test_waves_are_as_high_as_asked():
    heights = rolling(np.random.default_rng(0), (20.0,), (3.0,))
    x, y = np.meshgrid(np.linspace(-50, 50, 60), np.linspace(-50, 50, 60))
    made = heights(x, y)
    assert 1.5 < made.max() <= 6.0
    assert abs(made.mean()) < 0.5
    # Smooth: neighbours 1.7 m apart differ by far less than the height.
    assert np.abs(np.diff(made, axis=0)).max() < 2.5


def test_the_horizon_closes_around():
    built = Builder()
    rng = np.random.default_rng(1)
    add_horizon(built, rng, Sky(), 100.0, 300.0)
    vertices = built.mesh().vertices
    away = np.hypot(vertices[:, 0], vertices[:, 1])
    assert away.max() > 700
    hills = vertices[(away > 299) & (away < 301)]
    assert len(hills) == 97
    np.testing.assert_allclose(hills[0], hills[-1], atol=1e-3)
