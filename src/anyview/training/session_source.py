# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a session trains on: synthetic scenes, and real ones beside them where a folder is given."""

from pathlib import Path

from anyview.core.errors import InputError, OptionError
from anyview.data.scene_folder import read_scene
from anyview.data.scene_source import FolderLibrary, SceneSource
from anyview.training.batch_source import BatchSource
from anyview.training.recipe import Recipe
from anyview.training.scene_source import SceneBatches
from anyview.training.source_mixture import SourceMixture
from anyview.training.teacher_labels import TeacherLibrary, relative_name

LOOKED_AT = 32
"""Scenes that are looked at before a run to see whether there are labels at all."""


def source_of(recipe: Recipe, worlds: BatchSource, scenes: Path | None) -> BatchSource:
    """The source of a recipe's batches.

    Args:
        recipe: Says how many scenes are real, and from when on they have a teacher's labels.
        worlds: Synthetic scenes.
        scenes: Folder of real ones; None: there are none.

    Raises:
        OptionError: If the recipe learns from labels alone and no folder is given.
        InputError: If the folder has no scenes, or none with the labels that are wanted.
    """
    labels = recipe.labels
    if scenes is None:
        if labels.teacher is not None and labels.begins == 0 and labels.truth_share == 0:
            raise OptionError(
                f"Recipe {recipe.name!r} learns from a teacher's labels of real scenes: give "
                "their folder, labelled by 'anyview data label'."
            )
        return worlds
    library = FolderLibrary(scenes)
    labelled = None
    if labels.teacher is not None:
        _check_labels(library, labels.teacher, scenes)
        # Depth up to scale and shift can be learnt from labels that are just that.
        relative = recipe.objective == "teacher"
        labelled = SceneSource(TeacherLibrary(library, labels.teacher, relative=relative))
    real = SceneBatches(
        SceneSource(library),
        recipe.augmentation,
        labelled=labelled,
        labels=labels,
        num_steps=recipe.num_steps,
    )
    return SourceMixture([(recipe.real_share, real), (1 - recipe.real_share, worlds)])


def _check_labels(library: FolderLibrary, teacher: str, folder: Path) -> None:
    """A misspelt name would quietly train on other depth, or on none."""
    wanted, found = {teacher, relative_name(teacher)}, set[str]()
    step = max(1, len(library) // LOOKED_AT)
    for path in library.folders[::step]:
        found |= set(read_scene(path).teachers)
        if found & wanted:
            return
    raise InputError(
        f"No scene in {folder} has labels called {teacher!r} (found: "
        f"{', '.join(sorted(found)) or 'none'}). Make them: anyview data label {folder} --teacher "
        f"MODEL --name {teacher}"
    )
