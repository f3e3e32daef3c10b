# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import anyview
from anyview.core.errors import InputError, OptionError, TrainingError
from anyview.training.journal import read_journal
from anyview.training.label_options import LabelOptions
from anyview.training.label_schedule import LabelSchedule
from anyview.training.nesting import nest
from anyview.training.prefetch import PrefetchOptions
from anyview.training.pseudo_labels import label_scenes
from anyview.training.recipe import Recipe
from anyview.training.recipes import get_recipe
from anyview.training.session import SessionOptions, carry_out
from anyview.training.trainer import TrainOptions
from tests.training.labelled_scenes import write_planted
from tests.training.stored_worlds import store_worlds_of

_QUIET = TrainOptions(prefetch=PrefetchOptions(workers=0))


def _recipe(**changes: object) -> Recipe:
    values = {"num_steps": 8, "validate_every": 4, "save_every": 4, "validation_scenes": 2}
    return replace(get_recipe("nano"), **(values | changes))


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored") / "worlds"
    store_worlds_of(_recipe(), folder)
    return folder


def test_from_worlds_to_weights_that_predict(worlds, tmp_path):
    session = SessionOptions(folder=tmp_path / "run", worlds=worlds, makers=0)
    result, path = carry_out(_recipe(), session, _QUIET)
    assert result.step == 8
    predictor = anyview.load(path)
    prediction = predictor.predict(torch.rand(2, 3, 42, 56))
    assert prediction.depth.shape == (2, 42, 56)
    assert "Recipe nano, step 8 of 8" in predictor.info.notes
    measured = read_journal(tmp_path / "run" / "journal.jsonl", kind="validation")
    assert [entry.step for entry in measured] == [3, 7]
    assert (tmp_path / "run" / "curves.png").exists()


def test_goes_on_from_weights_and_refuses_those_of_another_shape(worlds, tmp_path):
    first = SessionOptions(folder=tmp_path / "first", worlds=worlds, makers=0)
    _, path = carry_out(_recipe(validation_scenes=0), first, _QUIET)
    second = replace(first, folder=tmp_path / "second", weights=str(path))
    carry_out(_recipe(validation_scenes=0), second, _QUIET)
    with pytest.raises(OptionError, match="another shape"):
        carry_out(_recipe(), replace(first, folder=tmp_path / "third", weights="tiny"), _QUIET)


def test_missing_worlds_without_makers_say_how_to_make_them(worlds, tmp_path):
    session = SessionOptions(folder=tmp_path / "run", worlds=worlds, makers=0)
    window = replace(_recipe().window, first=32 * 100)
    with pytest.raises(TrainingError, match="anyview data make"):
        carry_out(_recipe(window=window), session, _QUIET)


def test_the_mono_half_from_teacher_to_nested(worlds, tmp_path):
    """Teacher on worlds, its labels on real scenes, students on those, one model in metres."""
    small = {"num_steps": 4, "validation_scenes": 2, "validate_every": 4, "save_every": 4}
    window = _recipe().window
    first = SessionOptions(folder=tmp_path / "teacher", worlds=worlds, makers=0)
    recipe = replace(get_recipe("nano-teacher"), window=window, **small)
    _, teacher = carry_out(recipe, first, _QUIET)

    scenes = write_planted(tmp_path / "scenes" / "a", anyview.load(teacher, device="cpu")).parent
    mono = replace(recipe, name="mono", labels=LabelSchedule("T", begins=0.0), real_share=0.5)
    second = replace(first, folder=tmp_path / "mono", scenes=scenes, weights=str(teacher))
    with pytest.raises(InputError, match=r"No scene in .* has labels called 'T'"):
        carry_out(mono, second, _QUIET)
    report = label_scenes(scenes, anyview.load(teacher, device="cpu"), LabelOptions(name="T"))
    assert report.frames()["aligned"] >= 1
    _, student = carry_out(mono, replace(second, folder=tmp_path / "again"), _QUIET)
    assert anyview.load(student, device="cpu").info.name == "mono"

    metric = replace(get_recipe("nano-metric"), window=window, **small)
    third = replace(first, folder=tmp_path / "metric", weights=str(student))
    _, metric_weights = carry_out(metric, third, _QUIET)
    assert anyview.load(metric_weights, device="cpu").info.metric == "canonical"
    measured = read_journal(tmp_path / "metric" / "journal.jsonl", kind="validation")
    assert measured[0].numbers["1view/abs_rel_metres"] > 0
    nest("nano", metric_weights, tmp_path / "nested.safetensors")
    nested = anyview.load(tmp_path / "nested.safetensors", device="cpu")
    assert nested.info.metric == "nested"


def test_a_recipe_of_labels_alone_needs_scenes(worlds, tmp_path):
    session = SessionOptions(folder=tmp_path / "run", worlds=worlds, makers=0)
    recipe = replace(
        get_recipe("nano-teacher"),
        labels=LabelSchedule("T", begins=0.0),
        validation_scenes=0,
    )
    with pytest.raises(OptionError, match="anyview data label"):
        carry_out(recipe, session, _QUIET)
