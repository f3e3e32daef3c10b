# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.core.errors import OptionError
from anyview.model.build import build
from anyview.model.registry import VARIANTS
from anyview.training.objective import build_objective
from anyview.training.recipes import get_recipe
from anyview.training.recipes.finetune import (
    LORA_RATE,
    MOST_VIEWS,
    TOKENS_A_STEP,
    VIEWS_A_STEP,
    FinetuneSettings,
    finetune,
)

FROM_NOTHING = ("log_depth", "angle", "direction", "match", "flow", "global_local", "normal", "sky")


def kinds(settings):
    [phase] = finetune(settings).phases
    return [kind for _, kind in phase.kinds]


@pytest.mark.parametrize("size", [(112, 84), (504, 378), (504, 504), (896, 504)])
@pytest.mark.parametrize("views", [2, 5, 30])
def test_steps_have_two_views_or_more_within_the_budget(size, views):
    found = kinds(FinetuneSettings(width=size[0], height=size[1], views=views))
    tokens = size[0] // 14 * (size[1] // 14)
    counts = [kind.views for kind in found]
    assert counts == list(range(2, counts[-1] + 1))
    assert counts[-1] == min(views, MOST_VIEWS, TOKENS_A_STEP // tokens)
    for kind in found:
        assert kind.num_views <= VIEWS_A_STEP
        assert kind.num_views * tokens <= TOKENS_A_STEP
        more = (kind.scenes + 1) * kind.views
        assert more > VIEWS_A_STEP or more * tokens > TOKENS_A_STEP
        assert kind.given_cameras == 0.2


def test_every_process_has_a_scene_of_every_step():
    one, three = (kinds(FinetuneSettings(processes=count, views=8)) for count in (1, 3))
    assert [kind.scenes for kind in three] == [3 * kind.scenes for kind in one]


def test_the_losses_are_the_papers_and_no_more():
    [kind, *_] = kinds(FinetuneSettings())
    weights = vars(kind.weights)
    assert [weights[name] for name in FROM_NOTHING] == [0] * len(FROM_NOTHING)
    assert {value for name, value in weights.items() if name not in (*FROM_NOTHING, "objects")} == {
        1
    }
    [points, *_] = kinds(FinetuneSettings(has_dense_depth=False))
    assert points.weights.used == kind.weights.used - {"gradient"}
    assert get_recipe("finetune").leak_until == 0


def test_the_backbone_is_slower_than_heads_and_adapters_faster():
    full, heads, lora = (
        finetune(FinetuneSettings(part=part)).optimizer for part in ("full", "heads", "lora")
    )
    assert full.learning_rate * full.backbone_factor == pytest.approx(1e-5)
    assert full.learning_rate == full.heads_factor * heads.learning_rate == 1e-4
    assert lora.learning_rate * lora.backbone_factor == LORA_RATE > heads.learning_rate


@pytest.mark.parametrize("name", ["small", "nano", "nano-gaussians", "nano-mono", "nano-metric"])
@pytest.mark.parametrize("has_dense_depth", [True, False])
def test_there_is_an_objective_for_every_kind_of_weights(name, has_dense_depth):
    variant = VARIANTS[name]
    settings = FinetuneSettings(
        network=variant.config, metric=variant.metric, has_dense_depth=has_dense_depth
    )
    recipe = finetune(settings)
    assert recipe.network == variant.config
    build_objective(recipe, build(variant.config, device="meta"))
    if not variant.config.is_any_view:
        assert [kind.views for kind in kinds(settings)] == [1]


def test_pictures_that_are_too_large_are_refused():
    with pytest.raises(OptionError, match="smaller size"):
        finetune(FinetuneSettings(width=1708, height=1708))
