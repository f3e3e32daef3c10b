# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview train``; what a recipe does is tested where it is carried out."""

from typing import get_args

import pytest

from anyview.cli import train as module
from anyview.training.lora import LoraConfig, TrainedPart
from anyview.training.recipes import RECIPES
from anyview.training.session import SessionOptions
from anyview.training.trainer import TrainOptions, TrainResult


def test_the_choices_are_the_recipes_and_parts():
    assert tuple(RECIPES) == module.RECIPE_NAMES
    assert get_args(TrainedPart) == module.PARTS


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the command asks for, without anything being trained."""
    calls = []

    def carry_out(recipe, session: SessionOptions, options: TrainOptions):
        calls.append((recipe, session, options))
        return TrainResult(options.stop_after or recipe.num_steps, recipe.num_steps, None), tmp_path

    monkeypatch.setattr("anyview.training.session.carry_out", carry_out)
    return calls


def test_options_reach_the_session(cli, asked, tmp_path):
    words = ["--part", "lora", "--rank", 4, "--steps", 9, "--stop-after", 3, "--device", "cpu"]
    words += ["--weights", "nano", "--scenes", tmp_path / "real", "--makers", 0, "--workers", 2]
    done = cli("train", "nano", "-o", tmp_path / "run", *words, "--drop-used-worlds")
    assert done.code == 0
    assert done.out == f"{tmp_path}\n"
    assert done.err == "Stopped at step 3 of 9; go on with --resume.\n"
    [(recipe, session, options)] = asked
    assert (recipe.name, recipe.num_steps) == ("nano", 9)
    assert session == SessionOptions(
        folder=tmp_path / "run",
        worlds=tmp_path / "worlds",
        scenes=tmp_path / "real",
        makers=0,
        weights="nano",
        part="lora",
        lora=LoraConfig(rank=4, alpha=8.0),
        keeps_used_worlds=False,
    )
    assert (options.device, options.stop_after, options.prefetch.workers) == ("cpu", 3, 2)


def test_json(cli, asked, tmp_path):
    done = cli("train", "nano", "-o", tmp_path / "run", "--json", "--device", "cpu")
    assert done.document == {"step": 60, "num_steps": 60, "weights": str(tmp_path)}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["huge", "-o", "run"], "'huge' is not one of"),
        (["nano"], "Missing option '-o'"),
        (["nano", "-o", "run", "--size", 56], "--size is for the recipe 'finetune'"),
        (["nano", "-o", "run", "--steps", 0], "0 is not in the range"),
    ],
)
def test_bad_input(cli, asked, words, message):
    done = cli("train", *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.error
    assert asked == []
