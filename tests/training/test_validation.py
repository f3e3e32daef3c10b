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


def test_perfect_depth_scores_one(tmp_path):
    batch = Planes().batch(StepPlan(0, _KIND, False, 1))
    network = build(VARIANTS["nano-mono"].config, seed=0)
    own = network.forward

    def perfect(images, *arguments, **options):
        out = own(images, *arguments, **options)
        start = perfect.seen
        out.depth = 3.0 * batch.depth[start : start + len(images), :1]
        perfect.seen += len(images)
        return out

    perfect.seen = 0
    network.forward = perfect
    numbers = Validation(batch).measure(network, 0, tmp_path)
    torch.testing.assert_close(numbers["1view/delta1"], 1.0)
    assert numbers["1view/abs_rel"] < 1e-5
