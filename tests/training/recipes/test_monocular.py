# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import itertools

import pytest

from anyview.model.config_check import check_config
from anyview.training.plan import LossWeights
from anyview.training.recipes import get_recipe
from anyview.training.recipes.monocular import TEACHER_NAME, teacher_loss

NAMES = ("teacher", "mono", "metric")


def _weights(name: str) -> set[LossWeights]:
    return {kind.weights for phase in get_recipe(name).phases for _, kind in phase.kinds}


def test_the_teacher_s_loss_is_the_published_one_but_for_the_hint():
    weights = teacher_loss(4, 28, 28).weights
    published = {"gradient": 0.5, "global_local": 1.0, "normal": 1.0, "sky": 1.0, "objects": 1.0}
    assert {name: getattr(weights, name) for name in weights.used} == published | {"log_depth": 0.1}


def test_students_go_on_from_the_teacher_s_weights():
    """One shape, so that weights of one are a start of the next."""
    networks = {get_recipe(name).network for name in NAMES}
    assert len(networks) == 1
    (network,) = networks
    assert not network.is_any_view
    check_config(network, tensors=10**6)


def test_what_each_learns_from():
    teacher, mono, metric = (get_recipe(name) for name in NAMES)
    assert teacher.labels.teacher is None
    assert all(mono.labels.takes_teacher(0, mono.num_steps, seed) for seed in range(50))
    taken = [metric.labels.takes_teacher(0, metric.num_steps, seed) for seed in range(2000)]
    assert sum(taken) / 2000 == pytest.approx(0.8, abs=0.04)
    assert mono.labels.teacher == metric.labels.teacher == TEACHER_NAME == teacher.name
    assert not any(weights.objects for weights in _weights("mono")), "the teacher labels depth"


def test_their_synthetic_scenes_do_not_overlap():
    """What a student sees must not be what its teacher saw."""
    spans = []
    for name in NAMES:
        recipe = get_recipe(name)
        spans.append((recipe.window.first, recipe.window.last_needed(recipe.num_steps)))
    spans.sort()
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


def test_the_metric_student_s_encoder_is_ten_times_slower():
    factors = get_recipe("metric").optimizer.factors
    assert factors["heads"] == 10 * factors["backbone"]


@pytest.mark.parametrize("name", ["nano-teacher", "nano-metric"])
def test_nano_recipes_take_seconds(name):
    recipe = get_recipe(name)
    assert recipe.num_steps == 60
    assert recipe.last_size == (56, 42)
    assert recipe.network.backbone.width == 32
