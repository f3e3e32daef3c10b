# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview train finetune``."""

import pytest

from anyview.cli.finetuning_run import SHOWN, score_table
from anyview.model.checkpoint import load_checkpoint

pytest.importorskip("pycolmap")
from tests.colmap_room import write_scenes

SMALL = ("--weights", "nano", "--steps", 2, "--size", 42, "--workers", 0, "--device", "cpu")


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    return write_scenes(tmp_path_factory.mktemp("finetuning"))


def test_from_scenes_to_weights_and_scores(cli, scenes, tmp_path):
    words = ("train", "finetune", "-o", tmp_path / "run", "--scenes", scenes, "--part", "lora")
    done = cli(*words, *SMALL, "--rank", 2, "--stop-after", 1)
    assert done.code == 0
    assert "Stopped at step 1 of 2; go on with --resume." in done.err
    lines = done.out.splitlines()
    assert lines[0].split() == ["before", "after"]
    assert lines[1].startswith("1 view: depth within a factor of 1.25")
    assert lines[-3] == "2 of 9 frames held out: 2 sets of 2 views"
    assert lines[-2:] == [
        str(tmp_path / "run" / "adapters.safetensors"),
        str(tmp_path / "run" / "anyview-finetune.safetensors"),
    ]
    assert load_checkpoint(lines[-1]).info.name == "nano-finetuned"
    document = cli(*words, *SMALL, "--rank", 2, "--resume", "--json").document
    assert (document["step"], document["num_steps"]) == (2, 2)
    assert document["before"].keys() == document["after"].keys()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["finetune", "--weights", "nano"], 2, "needs --scenes FOLDER"),
        (["finetune", "--scenes", "SCENES"], 2, "needs --weights"),
        (["finetune", "--scenes", "EMPTY", "--weights", "nano"], 3, "no scene at or below"),
        (["finetune", "--scenes", "SCENES", "--weights", "nan"], 2, "Unknown model"),
        (["finetune", "--scenes", "SCENES", "--weights", "nano-nested"], 2, "two networks in one"),
        (["finetune", "--scenes", "SCENES", "--weights", "nano-metric"], 3, "in metres"),
        (["finetune", "--scenes", "SCENES", "--weights", "nano", "--rank", 0], 2, "0 is not in"),
        (
            ["finetune", "--scenes", "SCENES", "--weights", "nano", "--size", 9000],
            2,
            "smaller size",
        ),
    ],
)
def test_bad_input(cli, scenes, tmp_path, words, code, message):
    (tmp_path / "empty").mkdir()
    paths = {"SCENES": scenes, "EMPTY": tmp_path / "empty"}
    done = cli("train", *(paths.get(word, word) for word in words), "-o", tmp_path / "run")
    assert (done.code, done.out) == (code, "")
    assert message in done.err
    assert not (tmp_path / "run").exists()


def test_only_numbers_that_say_something_are_in_the_table():
    before = {"1view/delta1": 0.5, "1view/spread": 0.1, "12view/abs_rel": 0.25}
    lines = score_table(before, {name: 2 * value for name, value in before.items()})
    assert [line.split()[-2:] for line in lines] == [
        ["before", "after"],
        ["0.500", "1.000"],
        ["0.250", "0.500"],
    ]
    assert lines[1].startswith(f"1 view: {SHOWN['delta1']}")
    assert lines[2].startswith(f"12 views: {SHOWN['abs_rel']}")
    assert len({len(line) for line in lines}) == 1
