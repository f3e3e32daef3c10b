# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from anyview.training.plan import plan_step
from anyview.training.recipes.nano import nano


def test_goes_through_every_kind_of_step():
    recipe = nano()
    plans = [
        plan_step(recipe.phases, recipe.num_steps, recipe.seed, step)
        for step in range(recipe.num_steps)
    ]
    assert {plan.kind.name for plan in plans} == {"single", "pose", "full2", "full3"}
    assert any(plan.gives_cameras for plan in plans)
