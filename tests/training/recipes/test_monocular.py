# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.training.recipes.monocular import (
    TEACHER_NAME,
    first_depth,
    metric,
    mono,
    nano_metric,
    nano_teacher,
    teacher,
    teacher_loss,
)


@pytest.mark.parametrize("function", [teacher, mono, metric, nano_teacher, nano_metric])
def test_all_train_networks_of_single_views(function):
    recipe = function()
    assert not recipe.network.is_any_view
    assert {kind.views for phase in recipe.phases for _, kind in phase.kinds} == {1}


def test_the_teacher_ends_with_the_published_loss():
    weights = teacher().phases[-1].kinds[-1][1].weights
    assert weights == teacher_loss(1, 112, 84).weights
    assert weights.gradient == 0.5, "L_T = 0.5 L_grad + L_gl + L_N + L_sky + L_obj"
    for name in ("global_local", "normal", "sky", "objects"):
        assert getattr(weights, name) == 1.0, name


def test_from_nothing_depth_is_learned_without_alignment_first():
    assert first_depth(1, 112, 84).weights.log_depth > 0
    assert first_depth(1, 112, 84).weights.global_local == 0


def test_students_of_labels_have_labels_and_metres_their_objective():
    assert teacher().labels.teacher is None, "synthetic truth alone"
    assert mono().labels.teacher == metric().labels.teacher == TEACHER_NAME
    assert metric().labels.truth_share == 0.2, "DA3, metric student: 20 % raw truth"
    assert metric().objective == "metric"
