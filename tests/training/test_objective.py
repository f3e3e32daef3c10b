# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest

from anyview.core.errors import OptionError
from anyview.model.build import build
from anyview.model.network import Network
from anyview.training.metric import MetricObjective
from anyview.training.monocular import MonocularObjective
from anyview.training.objective import build_objective
from anyview.training.plan import LossWeights, Phase, StepKind
from anyview.training.recipe import Recipe
from anyview.training.recipes import RECIPES, get_recipe
from anyview.training.student import Student


def _network(recipe: Recipe) -> Network:
    network = build(recipe.network, device="meta")
    assert isinstance(network, Network)
    return network


@pytest.mark.parametrize(
    ("name", "kind"),
    [("nano", Student), ("nano-teacher", MonocularObjective), ("nano-metric", MetricObjective)],
)
def test_a_recipe_has_the_objective_that_it_names(name, kind):
    recipe = get_recipe(name)
    network = build(recipe.network, seed=0)
    objective = build_objective(recipe, network)
    assert type(objective) is kind
    assert objective.network is network


def test_networks_of_the_other_kind_are_refused():
    mono, any_view = get_recipe("nano-teacher"), get_recipe("nano")
    with pytest.raises(OptionError, match="a monocular network, and was given an any-view one"):
        build_objective(mono, build(any_view.network, seed=0))
    with pytest.raises(OptionError, match="an any-view network, and was given a monocular one"):
        build_objective(any_view, build(mono.network, seed=0))


@pytest.mark.parametrize("name", RECIPES)
def test_weights_that_nothing_looks_at_are_refused(name):
    recipe = get_recipe(name)
    wrong = {"student": {"normal": 1.0}, "teacher": {"rays": 1.0}, "metric": {"objects": 1.0}}
    weights = LossWeights(log_depth=1.0, **wrong[recipe.objective])
    odd = StepKind("odd", 1, 2, 28, 28, weights)
    bad = replace(recipe, phases=(Phase(1.0, ((1.0, odd),)),), accumulate=1)
    with pytest.raises(OptionError, match=f"'odd'.*weighs {next(iter(wrong[recipe.objective]))}"):
        build_objective(bad, _network(recipe))
    empty = StepKind("odd", 1, 2, 28, 28, LossWeights())
    with pytest.raises(OptionError, match="no term at all"):
        build_objective(replace(bad, phases=(Phase(1.0, ((1.0, empty),)),)), _network(recipe))
