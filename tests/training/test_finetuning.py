# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Fine-tuning of random weights on a miniature that COLMAP's own library wrote."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

import anyview
from anyview.core.errors import CheckpointError, InputError, OptionError
from anyview.data.overlap import Overlap
from anyview.data.own_scenes import hold_out, read_usable
from anyview.data.scene import Frame, Held, Origin, Scene
from anyview.model.build import build
from anyview.model.checkpoint import load_checkpoint, load_model, save_checkpoint
from anyview.model.registry import NON_COMMERCIAL, VARIANTS
from anyview.model.weights_info import info_of_variant
from anyview.training.finetuning import (
    SCORES_FILE,
    FinetuneOptions,
    FinetuneResult,
    fine_tune,
    image_size,
    most_views,
    recipe_for,
)
from anyview.training.lora import load_adapters, merge_lora
from anyview.training.parameter_groups import role_of
from anyview.training.prefetch import PrefetchOptions
from anyview.training.trainer import TrainOptions
from tests.data.test_own_scenes import line

pytest.importorskip("pycolmap")
from tests.colmap_room import write_scenes

NO_OVERLAP = Overlap(torch.eye(1), "none")
OPTIONS = TrainOptions(prefetch=PrefetchOptions(workers=0))


@pytest.fixture(scope="module")
def scenes(tmp_path_factory) -> Path:
    return write_scenes(tmp_path_factory.mktemp("scenes"))


def random_weights(name: str, folder: Path) -> Path:
    """A file as it would be published, with a licence that must not be lost."""
    network = build(VARIANTS[name].config, seed=5)
    info = replace(info_of_variant(VARIANTS[name]), licence=NON_COMMERCIAL, notes="Once upon.")
    path = folder / f"{name}.safetensors"
    save_checkpoint(path, network, info)
    return path


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    return random_weights("nano", tmp_path_factory.mktemp("weights"))


def options(folder: Path, weights: Path, scenes: Path, **changes: object) -> FinetuneOptions:
    values = {"num_steps": 2, "size": 42} | changes
    return FinetuneOptions(folder / "run", str(weights), scenes, **values)


def changed(before: Path, after: Path) -> set[str]:
    """Names of the tensors that are not bit for bit the same."""
    old = load_checkpoint(before).network.state_dict()
    new = load_checkpoint(after).network.state_dict()
    assert old.keys() == new.keys()
    return {name for name in old if not torch.equal(old[name], new[name])}


@pytest.fixture(scope="module")
def tuned(scenes, weights, tmp_path_factory) -> dict[str, FinetuneResult]:
    """By part: two steps from the same weights."""
    found = {}
    for part in ("full", "heads", "lora"):
        wanted = options(tmp_path_factory.mktemp(part), weights, scenes, part=part, rank=2)
        found[part] = fine_tune(wanted, OPTIONS)
    return found


@pytest.mark.parametrize(
    ("part", "roles"),
    [
        ("full", {"backbone", "heads", "camera"}),
        ("heads", {"heads", "camera"}),
        ("lora", {"backbone"}),  # the camera encoder's attention when cameras were told
    ],
)
def test_only_the_chosen_part_changes(weights, tuned, part, roles):
    done = tuned[part]
    assert (done.step, done.num_steps) == (2, 2)
    names = changed(weights, done.weights)
    assert {role_of(name) for name in names} - {"camera"} == roles - {"camera"}
    assert ("camera" in roles) <= any(role_of(name) == "camera" for name in names)
    if part == "lora":
        assert all(".attention." in name and name.endswith("weight") for name in names)
    assert (done.adapters is None) == (part != "lora")


def test_what_the_weights_say_of_themselves_stays_but_for_what_was_done(tuned):
    info = load_checkpoint(tuned["full"].weights).info
    assert info.licence == NON_COMMERCIAL
    assert info.name == "nano-finetuned"
    assert "Once upon." in info.notes
    assert "(all of it) for 2 steps on 1 scene" in info.notes
    assert info.default_resolution == 42


def test_adapters_alone_make_the_same_weights(weights, tuned):
    done = tuned["lora"]
    network = load_checkpoint(weights).network
    config = load_adapters(network, done.adapters)
    assert (config.rank, config.alpha) == (2, 4.0)
    merge_lora(network)
    whole = load_checkpoint(done.weights).network.state_dict()
    for name, value in network.state_dict().items():
        assert torch.equal(value, whole[name]), name
    assert done.adapters.stat().st_size < 0.1 * done.weights.stat().st_size


def test_scores_before_and_after_are_kept_and_the_file_predicts(scenes, tuned, tmp_path):
    done = tuned["full"]
    assert done.held_out == "2 of 9 frames held out: 2 sets of 2 views"
    assert done.before.keys() == done.after.keys()
    assert {"1view/delta1", "2view/abs_rel", "2view/auc30_camera"} <= done.before.keys()
    assert done.before != done.after
    assert done.before == tuned["heads"].before == tuned["lora"].before
    kept = json.loads((done.weights.parent / SCORES_FILE).read_text())
    assert kept == {"held_out": done.held_out, "before": done.before, "after": done.after}
    again = fine_tune(options(tmp_path, done.weights, scenes), OPTIONS)
    assert again.before == pytest.approx(done.after)
    assert load_checkpoint(again.weights).info.name == "nano-finetuned"
    photos = sorted((scenes / "room0" / "images").iterdir())[:2]
    prediction = anyview.load(str(done.weights)).predict([str(path) for path in photos])
    assert prediction.depth.shape[0] == 2


@pytest.mark.slow
def test_a_run_goes_on_as_it_would_have(scenes, weights, tuned, tmp_path):
    wanted = options(tmp_path, weights, scenes, part="lora", rank=2)
    first = fine_tune(wanted, replace(OPTIONS, stop_after=1))
    assert (first.step, first.num_steps) == (1, 2)
    second = fine_tune(replace(wanted, resume=True), OPTIONS)
    assert second.step == 2
    assert changed(tuned["lora"].weights, second.weights) == set()
    assert second.before == first.before
    with pytest.raises(CheckpointError, match="other settings"):
        fine_tune(replace(wanted, resume=True, num_steps=5), OPTIONS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nano-gaussians", "nano-mono"])
def test_other_kinds_of_weights(scenes, tmp_path, name):
    base = random_weights(name, tmp_path)
    done = fine_tune(options(tmp_path, base, scenes), OPTIONS)
    names = changed(base, done.weights)
    assert {role_of(name) for name in names} >= {"backbone", "heads"}
    assert not any("gaussian" in name for name in names)


def test_weights_and_scenes_that_do_not_suit_each_other(scenes, tmp_path, weights):
    parts = hold_out(read_usable(scenes)).training
    for name, error, message in (
        ("nano-nested", OptionError, "two networks in one"),
        ("nano-metric", InputError, "no scene in .* is in metres"),
    ):
        with pytest.raises(error, match=message):
            recipe_for(load_model(name), parts, options(tmp_path, name, scenes))
    with pytest.raises(OptionError, match="28 pixels or more"):
        recipe_for(load_model("nano"), parts, options(tmp_path, weights, scenes, size=20))
    with pytest.raises(InputError, match="no scene"):
        fine_tune(options(tmp_path, weights, tmp_path), OPTIONS)


@pytest.mark.parametrize(
    ("sizes", "longest", "expected"),
    [
        ([(480, 640)], 504, (378, 504)),
        ([(640, 480)], 504, (504, 378)),
        ([(100, 100), (100, 100), (10, 100)], 500, (504, 504)),
        ([(10, 1000)], 112, (14, 112)),
    ],
)
def test_images_have_the_aspect_of_the_scenes(sizes, longest, expected):
    frames = tuple(Frame(str(i), size, Held(None)) for i, size in enumerate(sizes))
    assert image_size([(Scene("a", frames, Origin("made up")), NO_OVERLAP)], longest) == expected


def test_as_many_views_are_asked_for_as_overlap():
    assert most_views([line(5)]) == 5
    assert most_views([line(3), line(30)]) == 8
    with pytest.raises(InputError, match="No two frames of any scene overlap"):
        most_views([line(6, reach=1)])


@pytest.mark.slow
def test_a_network_of_published_shape_is_tuned_by_adapters(scenes, tmp_path):
    base = random_weights("small", tmp_path)
    wanted = options(tmp_path, base, scenes, part="lora", size=56)
    done = fine_tune(wanted, OPTIONS)
    names = changed(base, done.weights)
    assert len(names) > 20
    assert all(".attention." in name for name in names)
    assert anyview.load(str(done.weights)).info.config == VARIANTS["small"].config
