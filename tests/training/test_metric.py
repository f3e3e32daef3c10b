# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
import torch

from anyview.data.batch import join
from anyview.inference.known_focals import KnownFocals
from anyview.inference.metric_scale import to_metres
from anyview.inference.scene_output import SceneOutput
from anyview.model.build import build
from anyview.training.lora import trainable
from anyview.training.metric import MetricObjective, canonical_truth, turned
from anyview.training.monocular_pass import MonocularPass
from anyview.training.optimizers import build_optimizer
from anyview.training.plan import LossWeights, StepKind, StepPlan
from anyview.training.recipes import get_recipe
from anyview.training.recipes.monocular import metric_loss
from tests.training.small_scenes import small_batch

SIZE = (42, 28)


def _objective(**options: float) -> MetricObjective:
    network = build(get_recipe("nano-metric").network, seed=1)
    trainable(network, "full")
    return MetricObjective(network, **options)


def _plan(weights: LossWeights, seed: int = 3) -> StepPlan:
    return StepPlan(0, StepKind("a", 1, 2, *SIZE, weights), False, seed)


def test_the_truth_is_what_inference_turns_back_into_metres():
    batch = small_batch(2, 28, 42)
    batch.intrinsics[1, :, 0, 0], batch.intrinsics[1, :, 1, 1] = 70.0, 74.0
    truth, valid = canonical_truth(batch)
    for scene in range(2):
        known = KnownFocals(batch.intrinsics[scene], torch.tensor([True]), torch.tensor([False]))
        output = SceneOutput(depth=truth[scene], conf=None, sky=None)
        metres = to_metres(output, "canonical", known)
        assert metres.is_metric
        torch.testing.assert_close(metres.scene.depth, batch.depth[scene])
    assert torch.equal(valid, ~batch.sky)


def test_a_longer_lens_and_a_farther_thing_are_one():
    """Zooming in by two halves what is predicted for the same metres."""
    batch = small_batch(1, 28, 42)
    truth, _ = canonical_truth(batch)
    zoomed = replace(batch, intrinsics=batch.intrinsics.clone())
    zoomed.intrinsics[..., :2, :] *= 2
    torch.testing.assert_close(canonical_truth(zoomed)[0], truth / 2)


@pytest.mark.parametrize("norm", ["log_depth", "depth"])
def test_the_loss_is_the_weighted_sum_and_learns(norm):
    weights = LossWeights(**{norm: 2.0, "gradient": 0.5, "sky": 1.0})
    objective = _objective()
    batch = small_batch(2, 28, 42)
    loss, n = objective(batch, _plan(weights))
    torch.testing.assert_close(loss.detach(), 2 * n[norm] + 0.5 * n["gradient"] + n["sky"])
    optimizer = build_optimizer(objective, get_recipe("nano-metric").optimizer)
    for _ in range(8):
        optimizer.zero_grad()
        last, _ = objective(batch, _plan(weights))
        last.backward()
        torch.nn.utils.clip_grad_norm_(optimizer.parameters, 5.0)
        optimizer.step()
    assert float(last.detach()) < 0.8 * float(loss.detach())


def test_a_perfect_network_has_no_loss_and_a_scaled_one_has(monkeypatch):
    batch = small_batch(2, 28, 42)
    truth, _ = canonical_truth(batch)
    objective, plan = _objective(turned_share=0.0), _plan(LossWeights(log_depth=1.0, gradient=1.0))
    for factor, expected in ((1.0, 0.0), (1.5, 0.405)):
        depth = (truth * factor)[:, 0].clamp_min(1e-3)
        seen = MonocularPass(depth, torch.zeros_like(depth), torch.zeros(2, 2, 3, 1))
        monkeypatch.setattr("anyview.training.metric.look_at", lambda *_, seen=seen: seen)
        loss, numbers = objective(batch, plan)
        assert float(loss) == pytest.approx(expected, abs=1e-3)
        assert float(numbers["abs_rel"]) == pytest.approx(factor - 1, abs=1e-4)


def test_scenes_without_metres_teach_sky_alone():
    metric, relative = small_batch(1, 28, 42), small_batch(1, 28, 42, seed=5)
    relative.is_metric[:] = False
    objective, plan = _objective(turned_share=0.0), _plan(metric_loss(2, *SIZE).weights)
    _, both = objective(join([metric, relative]), plan)
    _, alone = objective(metric, plan)
    assert float(both["log_depth"]) == pytest.approx(float(alone["log_depth"]), rel=1e-5)
    assert float(both["sky"]) != pytest.approx(float(alone["sky"]), rel=1e-3)


def test_five_steps_of_a_hundred_are_turned_with_their_cameras():
    batch = small_batch(1, 28, 42)
    batch.intrinsics[..., 0, 0] = 60.0
    shapes = [turned(batch, seed, 0.05).images.shape[-2:] for seed in range(1000)]
    assert sum(shape == (42, 28) for shape in shapes) / 1000 == pytest.approx(0.05, abs=0.02)
    seed = shapes.index((42, 28))
    one, truth = turned(batch, seed, 0.05), canonical_truth(batch)[0]
    assert float(one.intrinsics[0, 0, 1, 1]) == 60.0
    turns = {1: truth.rot90(1, (-2, -1)), 3: truth.rot90(3, (-2, -1))}
    assert any(torch.equal(canonical_truth(one)[0], t) for t in turns.values())
    batch.intrinsics[..., 0, 1] = 0.5  # skew
    assert turned(batch, seed, 1.0) is batch


def test_turned_steps_run():
    loss, _ = _objective(turned_share=1.0)(
        small_batch(2, 28, 42), _plan(metric_loss(2, 42, 28).weights)
    )
    assert bool(loss.isfinite())
