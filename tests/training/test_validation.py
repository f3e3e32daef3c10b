# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.model.build import build
from anyview.model.registry import VARIANTS
from anyview.training.plan import LossWeights, StepKind, StepPlan
from anyview.training.validation import Validation
from tests.training.runs import Planes

_KIND = StepKind("v", 3, 5, 42, 28, LossWeights())


def test_measures_single_views_pairs_and_whole_scenes(tmp_path):
    batch = Planes().batch(StepPlan(0, _KIND, False, 1))
    network = build(VARIANTS["nano"].config, seed=0).train()
    numbers = Validation(batch).measure(network, 99, tmp_path)
    for views in (1, 2, 3):
        assert 0 <= numbers[f"{views}view/delta1"] <= 1
    assert {"2view/auc30_camera", "3view/auc30_rays", "3view/delta1_given_cameras"} <= set(numbers)
    assert "1view/auc30_camera" not in numbers
    assert numbers["1view/fov_deg"] > 0
    assert network.training, "its mode stays"
    assert (tmp_path / "sheets" / "validation-00000100.png").stat().st_size > 1000


def _saying(depth: torch.Tensor):
    """A network that gives this depth of single views."""
    network = build(VARIANTS["nano-mono"].config, seed=0)
    own, seen = network.forward, [0]

    def forward(images, *arguments, **options):
        out = own(images, *arguments, **options)
        out.depth = depth[seen[0] : seen[0] + len(images), :1]
        seen[0] += len(images)
        return out

    network.forward = forward
    return network


def test_perfect_depth_scores_one(tmp_path):
    batch = Planes().batch(StepPlan(0, _KIND, False, 1))
    numbers = Validation(batch).measure(_saying(3.0 * batch.depth), 0, tmp_path)
    torch.testing.assert_close(numbers["1view/delta1"], 1.0)
    assert numbers["1view/abs_rel"] < 1e-5


def test_a_teacher_is_measured_up_to_a_scale_and_a_shift_of_each_view(tmp_path):
    batch = Planes().batch(StepPlan(0, _KIND, False, 1))
    scale = torch.arange(1.0, 6.0)[:, None, None, None]
    depth = (batch.depth - 1.5) / scale
    numbers = Validation(batch, "teacher").measure(_saying(depth), 0, tmp_path)
    assert numbers["1view/abs_rel"] < 1e-4
    assert Validation(batch).measure(_saying(depth), 0, tmp_path)["1view/abs_rel"] > 0.01


def test_a_metric_network_is_also_measured_in_metres(tmp_path):
    """Planes have a focal length of 40 pixels."""
    batch = Planes().batch(StepPlan(0, _KIND, False, 1))
    for factor in (1.0, 1.3):
        depth = factor * batch.depth * 300 / 40
        numbers = Validation(batch, "metric").measure(_saying(depth), 0, tmp_path)
        assert numbers["1view/abs_rel"] < 1e-5
        assert abs(numbers["1view/abs_rel_metres"] - (factor - 1)) < 1e-4
