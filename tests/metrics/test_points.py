# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Point errors against scipy's tree and plain numpy; alignment takes out a similarity."""

import numpy as np
import pytest
import torch
from scipy.spatial import cKDTree

from anyview.core.errors import InputError, OptionError
from anyview.geometry.sim3 import Sim3
from anyview.metrics import points
from anyview.metrics.points import cloud_errors, nearest_distances, point_map_errors

MOVE = Sim3.exp(torch.tensor([1.0, -2, 3, 0.5, 0.2, -0.9, 0.7], dtype=torch.float64))


def cloud(*shape, seed=0):
    return torch.randn(
        *shape, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )


def test_nearest_distances_are_those_of_a_tree(monkeypatch):
    source, target = cloud(60) + 1e4, cloud(45, seed=1) + 1e4
    expected, _ = cKDTree(target.numpy()).query(source.numpy())
    np.testing.assert_allclose(nearest_distances(source, target).numpy(), expected, atol=1e-9)
    monkeypatch.setattr(points, "_DISTANCES_AT_ONCE", 100)  # blocks of two points
    np.testing.assert_allclose(nearest_distances(source, target).numpy(), expected, atol=1e-9)
    assert nearest_distances(cloud(0), target).shape == (0,)


def test_cloud_errors_are_those_of_a_tree():
    predicted, truth = cloud(50), cloud(70, seed=1)
    there, _ = cKDTree(truth.numpy()).query(predicted.numpy())
    back, _ = cKDTree(predicted.numpy()).query(truth.numpy())
    found = cloud_errors(predicted, truth, 0.5)
    precision, recall = (there < 0.5).mean(), (back < 0.5).mean()
    assert found.accuracy == pytest.approx(there.mean())
    assert found.completeness == pytest.approx(back.mean())
    assert found.chamfer == pytest.approx((there.mean() + back.mean()) / 2)
    assert found.precision == pytest.approx(precision)
    assert found.recall == pytest.approx(recall)
    assert found.f1 == pytest.approx(2 * precision * recall / (precision + recall))
    assert cloud_errors(predicted, truth + 100, 0.5).f1 == 0


def test_half_a_cloud_is_accurate_but_not_complete():
    truth = cloud(40)
    found = cloud_errors(truth[:20], truth, 1e-6)
    assert (found.accuracy, found.precision, found.recall) == (0, 1, 0.5)
    assert found.completeness > 0


@pytest.mark.parametrize("robust", [False, True])
def test_alignment_takes_out_a_similarity(robust):
    truth = cloud(2, 40)
    predicted = torch.stack([MOVE.apply(truth[0]), truth[1]])
    valid = torch.ones(2, 40, dtype=torch.bool)
    valid[:, :5] = False
    truth[:, :5] = torch.nan
    errors = point_map_errors(predicted, truth, valid, robust=robust)
    assert errors.ok.all()
    assert errors.relative.max() < 1e-9
    assert errors.distances[:, :5].isnan().all()
    assert errors.distances[:, 5:].max() < 1e-9


def test_distances_are_those_left_after_alignment():
    truth = cloud(200)
    predicted = truth.clone()
    predicted[0] += torch.tensor([30.0, 0, 0], dtype=torch.float64)
    valid = torch.ones(200, dtype=torch.bool)
    errors = point_map_errors(predicted, truth, valid, robust=True)
    assert float(errors.distances[0]) == pytest.approx(30, rel=1e-6)
    assert errors.distances[1:].max() < 1e-6
    radius = np.linalg.norm(truth.numpy() - truth.numpy().mean(0), axis=1).mean()
    assert float(errors.relative) == pytest.approx(30 / 200 / radius, rel=1e-6)


def test_points_on_a_line_say_so():
    line = torch.arange(10.0, dtype=torch.float64)[:, None] * torch.ones(3, dtype=torch.float64)
    errors = point_map_errors(line, line, torch.ones(10, dtype=torch.bool))
    assert not bool(errors.ok)
    assert errors.reasons[0]
    assert errors.relative.isnan()


def test_empty_clouds_and_thresholds_of_nothing_are_refused():
    with pytest.raises(InputError, match="no points"):
        cloud_errors(cloud(0), cloud(3), 1.0)
    with pytest.raises(InputError, match="no points"):
        cloud_errors(cloud(3), cloud(0), 1.0)
    with pytest.raises(OptionError, match="positive"):
        cloud_errors(cloud(3), cloud(3), 0.0)
