# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest
import torch

from anyview.data.batch_plan import BudgetOptions
from anyview.data.synthetic.world_settings import WorldSettings
from anyview.model.build import build
from anyview.training.plan import Phase, plan_step
from anyview.training.recipes.nano import nano
from anyview.training.recipes.published import published_loss, student, under_budget
from anyview.training.schedule import learning_rate_factor
from anyview.training.student import Student
from anyview.training.world_source import WindowConfig, WorldSource
from tests.training.stored_worlds import store_planes


def test_what_the_paper_says_of_its_training():
    recipe = student()
    assert recipe.num_steps == 200_000
    assert recipe.optimizer.learning_rate == 2e-4
    factors = [learning_rate_factor(recipe.schedule, s, 200_000) for s in (0, 4_000, 7_999, 9_000)]
    assert factors == [*sorted(factors[:3]), factors[3]]
    assert factors[3] < factors[2]
    assert not recipe.labels.takes_teacher(119_999, 200_000, 0)
    assert recipe.labels.takes_teacher(120_000, 200_000, 0)
    kinds = [kind for _, kind in recipe.phases[0].kinds]
    assert {(k.width, k.height) for k in kinds} >= {(504, 504), (504, 280), (336, 504), (896, 504)}
    assert {k.views for k in kinds if (k.width, k.height) == (504, 504)} == set(range(2, 19))
    assert all(k.given_cameras == 0.2 for k in kinds)


def test_a_step_can_be_shared_by_all_processes_and_parts_and_its_scenes_are_drawn():
    recipe = student()
    for _, kind in recipe.phases[0].kinds:
        assert kind.scenes % 128 == 0
        assert kind.views <= recipe.worlds.views
        assert kind.width <= recipe.worlds.width
        assert kind.height <= recipe.worlds.height


def test_steps_of_all_shapes_run(tmp_path):
    budget = BudgetOptions(max_tokens=48, sizes=((28, 28), (28, 42), (42, 28)), max_views=3)
    recipe = replace(
        nano(),
        phases=(Phase(1.0, under_budget(budget, 2, published_loss())),),
        worlds=WorldSettings(width=56, height=42, views=4),
        window=WindowConfig(window=32, fresh=0.0),
    )
    store_planes(tmp_path, recipe.worlds, 0, 1)
    source = WorldSource(tmp_path, recipe.window)
    module = Student(build(recipe.network))
    seen = set()
    for step in range(12):
        plan = plan_step(recipe.phases, recipe.num_steps, recipe.seed, step)
        loss, numbers = module(source.batch(plan), plan)
        assert torch.isfinite(loss)
        assert {"depth", "gradient", "rays", "points", "translation", "rotation"} <= set(numbers)
        seen.add((plan.kind.width, plan.kind.height))
    assert len(seen) == 3


def test_shares_are_of_one():
    shares = under_budget(BudgetOptions(), 1, published_loss())
    assert sum(share for share, _ in shares) == pytest.approx(1)
