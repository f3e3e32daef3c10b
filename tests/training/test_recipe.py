# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json
from dataclasses import replace

import pytest

from anyview.core.errors import OptionError
from anyview.training.recipe import Recipe
from anyview.training.recipes import RECIPES, get_recipe


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_can_be_recorded(name):
    recipe = get_recipe(name)
    assert isinstance(recipe, Recipe)
    assert recipe.name == name
    assert recipe.summary
    json.dumps(recipe.to_document())
    untils = [phase.until for phase in recipe.phases]
    assert untils == sorted(untils)
    assert untils[-1] == 1.0


def test_unknown_recipes_are_listed():
    with pytest.raises(OptionError, match="tiny-sharp"):
        get_recipe("huge")


def test_refuses_parts_that_do_not_divide_the_scenes():
    with pytest.raises(OptionError, match="accumulate is 3"):
        replace(get_recipe("nano"), accumulate=3)
    with pytest.raises(OptionError, match="0 steps"):
        replace(get_recipe("nano"), num_steps=0)


def test_ends_at_the_size_of_its_last_step():
    assert get_recipe("tiny").last_size == (112, 84)
    assert get_recipe("tiny-sharp").last_size == (168, 126)
