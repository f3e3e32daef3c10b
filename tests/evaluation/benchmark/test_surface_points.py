# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.evaluation.benchmark import surface_points
from anyview.evaluation.benchmark.posed_depth import PosedDepth
from anyview.evaluation.benchmark.surface_points import (
    all_points,
    consistent_points,
    fused_points,
    thinned,
)
from anyview.geometry.se3 import rigid_transform

K = torch.tensor([[40.0, 0, 20], [0, 40, 16], [0, 0, 1]], dtype=torch.float64)


def wall(depth=2.0, shift=0.0):
    """A view straight at a wall, moved sideways."""
    place = torch.tensor([-shift, 0.0, 0.0], dtype=torch.float64)
    camera = rigid_transform(torch.eye(3, dtype=torch.float64), place)
    return PosedDepth(torch.full((32, 40), depth), K, camera)


def test_a_fused_wall_is_where_it_stood():
    points, voxel = fused_points([wall(), wall(shift=0.2)], 0.05, 0.2, 500)
    assert voxel == 0.05
    assert len(points) == 500
    assert float((points[:, 2] - 2).abs().max()) < 0.02


def test_voxels_grow_until_the_field_fits(monkeypatch):
    monkeypatch.setattr(surface_points, "MOST_BLOCKS", 40)
    points, voxel = fused_points([wall()], 0.02, 0.08, 100)
    assert voxel in (0.04, 0.08, 0.16)
    assert float((points[:, 2] - 2).abs().max()) < 0.1
    monkeypatch.setattr(surface_points, "MOST_BLOCKS", 1)
    assert len(fused_points([wall()], 0.001, 0.004, 100)[0]) == 0


def test_nothing_makes_nothing():
    assert len(fused_points([], 0.1, 0.4, 10)[0]) == 0
    assert len(all_points([], 10)) == 0
    assert len(consistent_points([], 0.1, 2, 10)) == 0


def test_every_pixel_is_a_point_up_to_the_most():
    points = all_points([wall(), wall(3.0)], 10_000)
    assert len(points) == 2 * 32 * 40
    assert set(points[:, 2].round(decimals=4).tolist()) == {2.0, 3.0}
    few = all_points([wall(), wall(3.0)], 100)
    assert len(few) == 100
    assert torch.equal(few, all_points([wall(), wall(3.0)], 100))


def test_only_what_views_agree_on_is_kept():
    lone = wall()
    lone.depth[5, 5] = 1.0
    views = [lone, wall(shift=0.05), wall(shift=0.1)]
    points = consistent_points(views, 0.06, 3, 10_000)
    assert len(points) > 2000
    assert float((points[:, 2] - 2).abs().max()) < 0.02
    assert len(consistent_points([wall(), wall(2.5, 0.05)], 0.06, 2, 10_000)) == 0


def test_means_of_points_in_a_voxel():
    points = torch.tensor([[0.0, 0, 0], [0.2, 0.2, 0.2], [5, 5, 5], [5.4, 5, 5], [-3, 0, 0]])
    found = thinned(points, 1.0)
    rows = {tuple(row) for row in found.round(decimals=4).tolist()}
    assert len(found) == 3
    assert (-3.0, 0.0, 0.0) in rows
    assert thinned(points, 0.0) is points
    dense = torch.rand(5000, 3, generator=torch.Generator().manual_seed(0))
    assert 900 < len(thinned(dense, 0.1)) <= 1331
    assert thinned(dense, 0.1).mean(0).tolist() == pytest.approx([0.5] * 3, abs=0.03)
