# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which module computes the loss of a recipe: a network with its losses around it."""

from torch import nn

from anyview.core.errors import OptionError
from anyview.model.network import Network
from anyview.training.metric import MetricObjective
from anyview.training.monocular import MonocularObjective
from anyview.training.plan import LossWeights
from anyview.training.recipe import Recipe
from anyview.training.student import Student

_OF_MONOCULAR: dict[str, type[MonocularObjective] | type[MetricObjective]] = {
    "teacher": MonocularObjective,
    "metric": MetricObjective,
}
_NOT_OF_STUDENT = {"global_local", "normal", "sky", "objects"}


def build_objective(recipe: Recipe, network: Network) -> nn.Module:
    """The module whose forward pass turns a batch and a step's plan into a loss.

    Raises:
        OptionError: If the network is not of the kind that the recipe's objective trains, or a
            step weighs a term that the objective does not have.
    """
    needs_any_view = recipe.objective == "student"
    if network.config.is_any_view != needs_any_view:
        kinds = ("a monocular", "an any-view")
        raise OptionError(
            f"Recipe {recipe.name!r} ({recipe.objective}) trains {kinds[needs_any_view]} network, "
            f"and was given {kinds[not needs_any_view]} one."
        )
    if recipe.objective == "student":
        _check_terms(recipe, frozenset(vars(LossWeights())) - _NOT_OF_STUDENT)
        return Student(network)
    objective = _OF_MONOCULAR[recipe.objective]
    _check_terms(recipe, objective.TERMS)
    return objective(network)


def _check_terms(recipe: Recipe, known: frozenset[str]) -> None:
    """A weight that nothing looks at would be a mistake that nobody notices."""
    for phase in recipe.phases:
        for _, kind in phase.kinds:
            unknown = sorted(kind.weights.used - known)
            if unknown or not kind.weights.used:
                raise OptionError(
                    f"Step {kind.name!r} of recipe {recipe.name!r} ({recipe.objective}) weighs "
                    f"{', '.join(unknown) or 'no term at all'}; accepted: "
                    f"{', '.join(sorted(known))}."
                )
