# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
import torch

from anyview.model.build import build
from anyview.training.journal import read_journal
from anyview.training.lora import trainable
from anyview.training.losses.report import LossReport
from anyview.training.monocular import (
    MonocularObjective,
    MonocularTruth,
    ObjectHead,
    depth_terms,
)
from anyview.training.plan import LossWeights, Phase, StepKind, StepPlan
from anyview.training.prefetch import PrefetchOptions
from anyview.training.recipes import get_recipe
from anyview.training.recipes.monocular import first_depth, teacher_loss
from anyview.training.trainer import TrainOptions, train
from tests.training.small_scenes import SmallScenes, small_batch

SIZE = (42, 28)
TEACHER = LossWeights(gradient=0.5, global_local=1.0, normal=1.0)


def _objective() -> MonocularObjective:
    network = build(get_recipe("nano-teacher").network, seed=1)
    trainable(network, "full")
    return MonocularObjective(network)


def _plan(weights: LossWeights, seed: int = 3) -> StepPlan:
    return StepPlan(0, StepKind("a", 1, 2, *SIZE, weights), False, seed)


@pytest.mark.parametrize("kind", [first_depth(2, *SIZE), teacher_loss(2, *SIZE)])
def test_every_term_that_has_a_weight_is_there_and_learns(kind):
    objective = _objective()
    loss, numbers = objective(small_batch(2, 28, 42), StepPlan(0, kind, False, 3))
    loss.backward()
    assert loss.isfinite()
    parts = {"global_local": ("whole", "local")}
    for name, weight in vars(kind.weights).items():
        for part in parts.get(name, (name,)):
            assert (part in numbers) == (weight > 0), part
    for name, parameter in objective.named_parameters():
        assert parameter.grad is not None, name
        assert bool(parameter.grad.isfinite().all()), name


def test_the_loss_is_the_published_sum():
    weights = replace(TEACHER, sky=1.0, objects=1.0)
    loss, n = _objective()(small_batch(2, 28, 42), _plan(weights))
    expected = 0.5 * n["gradient"] + n["whole"] + n["local"] + n["normal"] + n["sky"] + n["objects"]
    torch.testing.assert_close(loss.detach(), expected)


def _terms(depth: torch.Tensor, batch) -> dict[str, float]:
    report, _ = depth_terms(LossReport(), TEACHER, depth, MonocularTruth(batch), 0)
    return report.numbers()


def test_depth_counts_up_to_a_scale_and_a_shift_of_each_image():
    """Perfect but for these two the loss is 0; otherwise it does not depend on them."""
    batch = small_batch(2, 28, 42)
    truth = MonocularTruth(batch).depth
    scale, shift = torch.tensor([3.0, 0.2])[:, None, None], torch.tensor([0.1, 7.0])[:, None, None]
    perfect = _terms(truth * scale + shift, batch)
    assert max(perfect.values()) < 2e-3
    wrong = truth * (1 + 0.2 * torch.rand(truth.shape, generator=torch.Generator().manual_seed(0)))
    plain, moved = _terms(wrong, batch), _terms(wrong * scale + shift, batch)
    assert min(plain.values()) > 0.02
    for name, value in plain.items():
        assert moved[name] == pytest.approx(value, rel=2e-3), name


def test_a_wrong_shift_is_seen_where_nothing_is_aligned():
    batch = small_batch(2, 28, 42)
    truth = MonocularTruth(batch)
    report, _ = depth_terms(LossReport(), LossWeights(log_depth=1.0), truth.depth + 1, truth, 0)
    assert report.numbers()["log_depth"] > 0.2


def test_no_step_is_taken_along_the_scale_and_no_pixel_outweighs_the_rest():
    """Otherwise flatter is better for wrong depth, and depth shrinks for ever."""
    batch = small_batch(2, 28, 42)
    truth = MonocularTruth(batch)
    generator = torch.Generator().manual_seed(0)
    depth = (truth.depth * (0.5 + torch.rand(truth.depth.shape, generator=generator)) + 0.1).log()
    place = tuple(truth.valid.nonzero()[100].tolist())
    depth[place] = 9.0
    depth.requires_grad_(True)
    report, _ = depth_terms(LossReport(), TEACHER, depth.exp(), truth, 0)
    (by_log,) = torch.autograd.grad(report.total, depth)
    assert bool((by_log.sum((1, 2)).abs() < 1e-5 * by_log.abs().sum((1, 2))).all())
    assert 5 < float(by_log[place] * truth.valid.sum()) < 11


def test_depth_of_the_sky_does_not_matter():
    batch = small_batch(2, 28, 42)
    batch.depth[batch.sky] = 50.0  # a sensor's idea of the sky
    truth = MonocularTruth(batch)
    assert not bool((truth.valid & truth.sky).any())
    guess = torch.rand_like(truth.depth) + 1
    other = torch.where(truth.sky, guess * 9, guess)
    assert _terms(guess, batch) == _terms(other, batch)


def test_masks_that_mean_nothing_teach_nothing():
    batch = small_batch(2, 28, 42)
    weights = LossWeights(sky=1.0, objects=1.0)
    objective = _objective()
    _, both = objective(batch, _plan(weights))
    batch.has_masks[1] = False
    batch.sky[1] = ~batch.sky[1]
    _, first = objective(batch, _plan(weights))
    _, alone = objective(batch.select([0]), _plan(weights))
    assert first["sky"] == pytest.approx(float(alone["sky"]), rel=1e-5)
    assert first["sky"] != pytest.approx(float(both["sky"]), rel=1e-3)


def test_a_batch_without_any_truth_gives_zero():
    batch = small_batch(2, 28, 42)
    batch.depth.zero_()
    batch.has_masks[:] = False
    objective = _objective()
    loss, _ = objective(batch, _plan(replace(TEACHER, sky=1.0, objects=1.0)))
    loss.backward()
    assert float(loss.detach()) == 0
    assert all(bool(p.grad.isfinite().all()) for p in objective.parameters() if p.grad is not None)


def test_a_step_is_the_same_whenever_it_is_made():
    batch = small_batch(2, 28, 42)
    first, again, other = (
        float(_objective()(batch, _plan(TEACHER, s))[0].detach()) for s in (5, 5, 6)
    )
    assert first == again
    assert first != other


def test_pixels_of_a_patch_are_read_from_its_token():
    head = ObjectHead(8)
    with torch.no_grad():
        head.pixels.weight.normal_(generator=torch.Generator().manual_seed(0))
    tokens = torch.randn(1, 2, 3, 8, generator=torch.Generator().manual_seed(1))
    score = head(tokens)
    assert score.shape == (1, 28, 42)
    own = head.pixels(head.norm(tokens[0, 1, 2])).view(14, 14)
    torch.testing.assert_close(score[0, 14:, 28:], own)


def test_60_steps_of_the_nano_teacher_learn(tmp_path, monkeypatch):
    """End to end through the trainer; the file of the network has no trace of the object head."""
    monkeypatch.setattr("anyview.training.trainer.JOURNAL_EVERY", 1)
    phases = (
        Phase(0.3, ((1.0, first_depth(4, 28, 28)),)),
        Phase(1.0, ((1.0, teacher_loss(4, 28, 28)),)),
    )
    recipe = replace(get_recipe("nano-teacher"), phases=phases, validation_scenes=0)
    network = build(recipe.network, seed=recipe.seed)
    trainable(network, "full")
    options = TrainOptions(prefetch=PrefetchOptions(workers=0))
    result = train(recipe, network, SmallScenes(), tmp_path / "run", options=options)
    lines = [entry.numbers for entry in read_journal(tmp_path / "run" / "journal.jsonl")]
    for kind, names in (
        ("first", ("loss", "log_depth", "sky")),
        ("teacher", ("loss", "normal", "objects")),
    ):
        for name in names:
            values = [line[f"{kind}/{name}"] for line in lines if f"{kind}/{name}" in line]
            start, end = sum(values[:5]) / 5, sum(values[-5:]) / 5
            assert end < 0.9 * start, (kind, name, start, end)
    assert not any("objects" in key for key in result.network.state_dict())
