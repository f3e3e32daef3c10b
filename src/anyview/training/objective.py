# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which module computes the loss of a recipe: a network with its losses around it."""

from torch import nn

from anyview.core.errors import OptionError
from anyview.model.network import Network
from anyview.training.recipe import Recipe
from anyview.training.student import Student


def build_objective(recipe: Recipe, network: Network) -> nn.Module:
    """The module whose forward pass turns a batch and a step's plan into a loss.

    Raises:
        OptionError: If the network is not of the kind that the recipe's objective trains.
    """
    needs_any_view = recipe.objective == "student"
    if network.config.is_any_view != needs_any_view:
        kinds = ("a monocular", "an any-view")
        raise OptionError(
            f"Recipe {recipe.name!r} ({recipe.objective}) trains {kinds[needs_any_view]} network, "
            f"and was given {kinds[not needs_any_view]} one."
        )
    return Student(network)
