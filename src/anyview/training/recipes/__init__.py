# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The recipes by name. To add one: a function that returns a ``Recipe``, and a line here."""

from anyview.core.errors import OptionError
from anyview.training.recipe import Recipe, RecipeFunction
from anyview.training.recipes.finetune import finetune
from anyview.training.recipes.monocular import metric, mono, nano_metric, nano_teacher, teacher
from anyview.training.recipes.nano import nano
from anyview.training.recipes.published import student
from anyview.training.recipes.tiny import tiny, tiny_gpu, tiny_more, tiny_sharp

RECIPES: dict[str, RecipeFunction] = {
    "tiny": tiny,
    "tiny-sharp": tiny_sharp,
    "tiny-more": tiny_more,
    "tiny-gpu": tiny_gpu,
    "teacher": teacher,
    "mono": mono,
    "metric": metric,
    "student": student,
    "finetune": finetune,
    "nano": nano,
    "nano-teacher": nano_teacher,
    "nano-metric": nano_metric,
}


def get_recipe(name: str) -> Recipe:
    """The recipe of a name.

    Raises:
        OptionError: If there is none; lists all.
    """
    if name not in RECIPES:
        raise OptionError(f"There is no recipe {name!r}; accepted: {', '.join(RECIPES)}.")
    return RECIPES[name]()
