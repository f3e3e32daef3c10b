# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.evaluation.benchmark.suites import synthetic, synthetic_scenes
from anyview.evaluation.benchmark.suites.synthetic import open_synthetic
from tests.evaluation.benchmark.suites.miniatures import options


@pytest.fixture
def small(monkeypatch):
    pytest.importorskip("embreex")
    pytest.importorskip("numba")
    for name, value in (("WIDTH", 48), ("HEIGHT", 36), ("VIEWS", 2)):
        monkeypatch.setattr(synthetic_scenes, name, value)
    monkeypatch.setattr(synthetic, "VIEWS", 2)


def test_listing_makes_nothing(tmp_path):
    tasks = open_synthetic(tmp_path / "kept", options()).tasks()
    assert len(tasks) == 7 * 6 * 3
    assert tasks[0].name == "indoor-000_1"
    assert {task.tags[0] for task in tasks} >= {"outdoor", "pure-rotation", "low-texture"}
    assert not (tmp_path / "kept").exists()


def test_a_scene_has_exact_truth(small, tmp_path):
    (task,) = open_synthetic(tmp_path, options(scenes="object-001", view_counts="all")).tasks()
    views, truth = task.load()
    assert len(views) == 2
    assert views.views[0].image.shape == (3, 36, 48)
    assert truth.is_metric
    assert len(truth.points) > 500
    rotation = truth.cam_from_world[:, :3, :3]
    identity = torch.eye(3, dtype=torch.float64).expand(2, 3, 3)
    torch.testing.assert_close(rotation.mT @ rotation, identity, atol=1e-5, rtol=0)
