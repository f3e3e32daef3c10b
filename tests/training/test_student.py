# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import OptionError
from anyview.data.batch import SPARSE, Batch, join
from anyview.model.build import build
from anyview.model.registry import VARIANTS
from anyview.training.objective import build_objective
from anyview.training.plan import LossWeights, StepKind, StepPlan
from anyview.training.recipes.steps import full, pose_only, single_views
from anyview.training.student import Student, cross_view_blocks
from tests.training.runs import Planes, network_of, small_recipe


def _loss(student: Student, kind: StepKind, told: bool = False):
    plan = StepPlan(0, kind, told, 3)
    return student(Planes().batch(plan), plan)


@pytest.mark.parametrize(
    "kind",
    [single_views(2, 42, 28), pose_only(2, 2, 42, 28), full(2, 3, 42, 28)],
    ids=lambda kind: kind.name,
)
def test_every_term_that_has_a_weight_reaches_the_parameters(kind):
    student = Student(network_of(small_recipe()))
    loss, numbers = _loss(student, kind)
    loss.backward()
    assert loss.isfinite()
    assert 0.5 < numbers["live_units"] <= 1
    for name, weight in vars(kind.weights).items():
        assert (name in numbers) == (weight > 0), name
    gradients = {n for n, p in student.named_parameters() if p.grad is not None}
    assert any("backbone" in name for name in gradients)
    assert any("flow" in name for name in gradients) == (kind.views > 1)
    assert any("head." in name for name in gradients) == kind.weights.needs_depth


def test_the_loss_is_the_weighted_sum_of_its_terms():
    weights = LossWeights(log_depth=2.0, gradient=0.5, fov=3.0)
    student = Student(network_of(small_recipe()))
    loss, numbers = _loss(student, StepKind("a", 1, 2, 42, 28, weights))
    expected = 2 * numbers["log_depth"] + 0.5 * numbers["gradient"] + 3 * numbers["fov"]
    torch.testing.assert_close(loss.detach(), expected)


def test_given_cameras_reach_the_camera_encoder():
    for told in (False, True):
        student = Student(network_of(small_recipe()))
        loss, _ = _loss(student, full(2, 2, 42, 28), told)
        loss.backward()
        encoder = student.network.camera_encoder.pose_mlp.expand.weight.grad
        assert (encoder is not None and bool(encoder.abs().sum() > 0)) == told


def test_the_units_of_a_scene_do_not_matter():
    plan = StepPlan(0, full(2, 2, 42, 28), False, 3)
    student = Student(network_of(small_recipe()))
    batch = Planes().batch(plan)
    loss, _ = student(batch, plan)
    batch.depth *= 7
    batch.cam_from_world[..., :3, 3] *= 7
    again, _ = student(batch, plan)
    torch.testing.assert_close(loss, again, rtol=1e-4, atol=1e-5)


def few_points(plan: StepPlan, share: float) -> Batch:
    """The planes, known at a share of their pixels only."""
    batch = Planes().batch(plan)
    chosen = torch.rand(batch.depth.shape, generator=torch.Generator().manual_seed(5)) < share
    batch.depth = batch.depth * chosen
    batch.depth_kind = torch.full_like(batch.depth_kind, SPARSE)
    return batch


@pytest.mark.parametrize("share", [0.02, 0.0])
def test_a_few_points_teach_depth_rays_and_points_but_no_steps(share):
    kind = StepKind(
        "sparse", 2, 2, 42, 28, LossWeights(depth=1.0, gradient=1.0, rays=1.0, points=1.0)
    )
    plan = StepPlan(0, kind, False, 3)
    student = Student(network_of(small_recipe()))
    loss, numbers = student(few_points(plan, share), plan)
    loss.backward()
    assert loss.isfinite()
    assert numbers["gradient"] == 0
    assert numbers["rays"] > 0
    assert (numbers["points"] > 0) == (numbers["depth"] != 0) == (share > 0)
    for name, parameter in student.named_parameters():
        assert parameter.grad is None or parameter.grad.isfinite().all(), name


def test_sparse_scenes_do_not_keep_dense_ones_from_teaching_steps():
    kind = StepKind("both", 2, 2, 42, 28, LossWeights(gradient=1.0, points=1.0))
    plan = StepPlan(0, kind, False, 3)
    student = Student(network_of(small_recipe()))
    sparse, dense = few_points(plan, 0.02), Planes().batch(plan)
    _, alone = student(dense.select([1]), plan)
    _, both = student(join([sparse.select([0]), dense.select([1])]), plan)
    torch.testing.assert_close(both["gradient"], alone["gradient"])


def test_cross_view_blocks_of_known_networks():
    assert cross_view_blocks(VARIANTS["tiny"].config) == (5, 7, 9)
    assert cross_view_blocks(VARIANTS["nano"].config) == (3,)


def test_refuses_a_network_of_the_other_kind():
    network = build(VARIANTS["nano-mono"].config, seed=0)
    with pytest.raises(OptionError, match="an any-view network"):
        build_objective(small_recipe(), network)


def test_half_precision_is_for_the_network_not_for_the_truth():
    """Under autocast the loss moves by what the network's own rounding does, a few per cent."""
    plan = StepPlan(0, full(2, 2, 42, 28), False, 3)
    student = Student(network_of(small_recipe()))
    batch = Planes().batch(plan)
    exact, terms = student(batch, plan)
    with torch.autocast("cpu", torch.bfloat16):
        rounded, others = student(batch, plan)
    assert others["flow_of_zero"] == terms["flow_of_zero"], "of the truth alone"
    assert rounded.dtype == torch.float32
    torch.testing.assert_close(rounded, exact, rtol=0.05, atol=0.0)
