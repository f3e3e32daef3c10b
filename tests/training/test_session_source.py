# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import numpy as np
import pytest

from anyview.core.errors import InputError, OptionError
from anyview.data.batch import EXACT, MEASURED, TEACHER
from anyview.data.scene import Held, TeacherLabels
from anyview.data.scene_folder import write_scene, write_teacher_labels
from anyview.training.label_schedule import LabelSchedule
from anyview.training.plan import StepPlan, plan_step
from anyview.training.recipes import get_recipe
from anyview.training.session_source import source_of
from tests.training.labelled_scenes import frame_of, scene_of
from tests.training.small_scenes import SmallScenes

LABELS = LabelSchedule("T", begins=0.5)


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenes")
    raw = Held(np.full((48, 64), 3.0, np.float32))
    write_scene(scene_of([frame_of(i, read_depth=raw) for i in range(2)]), folder / "a")
    readers = {f"frame {i}": Held(np.full((48, 64), 5.0, np.float32)) for i in range(2)}
    write_teacher_labels(folder / "a", TeacherLabels("T", "abc", True, readers))
    return folder


def _recipe(**changes: object):
    return replace(get_recipe("nano-teacher"), **({"real_share": 0.5, "labels": LABELS} | changes))


def _plan(recipe, step: int) -> StepPlan:
    return plan_step(recipe.phases, recipe.num_steps, recipe.seed, step)


def test_real_and_synthetic_scenes_stand_side_by_side(scenes):
    recipe = _recipe()
    source = source_of(recipe, SmallScenes(), scenes)
    kinds = [set(source.batch(_plan(recipe, s)).depth_kind.tolist()) for s in (0, 10, 29)]
    assert all(kind == {EXACT, MEASURED} for kind in kinds)
    batch = source.batch(_plan(recipe, 0))
    assert batch.images.shape == (8, 1, 3, 42, 56)


def test_labels_take_over_at_their_step(scenes):
    recipe = _recipe(real_share=1.0)
    source = source_of(recipe, SmallScenes(), scenes)
    for step, kind, depth in ((29, MEASURED, 3.0), (30, TEACHER, 5.0)):
        batch = source.batch(_plan(recipe, step))
        assert set(batch.depth_kind.tolist()) == {kind}
        assert set(batch.depth.unique().tolist()) == {depth}


def test_without_a_folder_there_are_worlds_alone():
    worlds = SmallScenes()
    assert source_of(_recipe(), worlds, None) is worlds
    metric = _recipe(labels=LabelSchedule("T", begins=0.0, truth_share=0.2))
    assert source_of(metric, worlds, None) is worlds
    with pytest.raises(OptionError, match="learns from a teacher's labels"):
        source_of(_recipe(labels=LabelSchedule("T", begins=0.0)), worlds, None)


def test_labels_that_no_scene_has_are_refused(scenes):
    with pytest.raises(InputError, match=r"labels called 'U' \(found: T\)"):
        source_of(_recipe(labels=LabelSchedule("U")), SmallScenes(), scenes)
