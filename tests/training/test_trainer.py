# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from anyview.core.errors import CheckpointError, OutputError, TrainingError
from anyview.training import trainer
from anyview.training.journal import read_journal
from tests.training.runs import Planes, network_of, run, small_recipe
from tests.training.two_processes import in_two_processes

CODE = """
import sys
from pathlib import Path
import torch
from anyview.training import trainer
from tests.training.two_processes import in_two_processes
from tests.training.runs import run, small_recipe
torch.set_num_threads(1)
trainer.JOURNAL_EVERY = 1
recipe = small_recipe(int(sys.argv[2]))
run(recipe, Path(sys.argv[1]), resume=(Path(sys.argv[1]) / "run.json").exists())
"""


@pytest.fixture(autouse=True)
def _every_step_is_written(monkeypatch):
    monkeypatch.setattr(trainer, "JOURNAL_EVERY", 1)


def _losses(folder: Path) -> list[tuple[int, float]]:
    entries = read_journal(folder / "journal.jsonl", kind="train")
    return [(entry.step, entry.numbers["loss"]) for entry in entries]


def _same_weights(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
    return all(torch.equal(a, b) for a, b in pairs)


def test_a_run_learns_and_its_result_is_the_average(tmp_path):
    recipe = small_recipe(40)
    result = run(recipe, tmp_path / "run")
    assert result.step == result.num_steps == 40
    assert not result.network.training
    singles = [
        entry.numbers["single/log_depth"]
        for entry in read_journal(tmp_path / "run" / "journal.jsonl", kind="train")
        if "single/log_depth" in entry.numbers
    ]
    assert sum(singles[-3:]) < 0.8 * sum(singles[:3])


def test_stopped_and_resumed_is_bit_identical(tmp_path):
    recipe = small_recipe()
    whole = run(recipe, tmp_path / "whole")
    run(recipe, tmp_path / "parts", stop=6)
    parts = run(recipe, tmp_path / "parts", resume=True)
    assert _losses(tmp_path / "whole") == _losses(tmp_path / "parts")
    assert _same_weights(whole.network, parts.network)


def test_killed_without_notice_and_resumed_is_bit_identical(tmp_path):
    """SIGKILL at any moment; what was done since the last state is done again, the same."""
    whole = run(small_recipe(24), tmp_path / "whole")
    folder = tmp_path / "killed"
    words = [sys.executable, "-c", CODE, str(folder), "24"]
    environment = os.environ | {"PYTHONPATH": str(Path.cwd()), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(words, env=environment)
    while not list(folder.glob("states/*.sha256")) and process.poll() is None:
        time.sleep(0.01)
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it was killed before it was done"
    resumed = run(small_recipe(24), folder, resume=True)
    assert _losses(tmp_path / "whole") == _losses(folder)
    assert _same_weights(whole.network, resumed.network)


def test_a_damaged_state_is_replaced_by_the_one_before(tmp_path):
    recipe = small_recipe()
    whole = run(recipe, tmp_path / "whole")
    run(recipe, tmp_path / "run", stop=9)
    newest = max((tmp_path / "run" / "states").glob("*.pt"))
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 255
    newest.write_bytes(content)
    resumed = run(recipe, tmp_path / "run", resume=True)
    assert _losses(tmp_path / "whole") == _losses(tmp_path / "run")
    assert _same_weights(whole.network, resumed.network)


def test_a_loss_that_is_not_finite_stops_with_the_batch(tmp_path):
    class Broken(Planes):
        def batch(self, plan, rank=0, world=1):
            batch = super().batch(plan, rank, world)
            if plan.step == 3:
                batch.images[0, 0, 0, 0, 0] = float("nan")
            return batch

    recipe = small_recipe()
    with pytest.raises(TrainingError, match="Step 3 is not finite"):
        trainer.train(recipe, network_of(recipe), Broken(), tmp_path / "run")
    assert list((tmp_path / "run").glob("bad-step-00000003.safetensors"))


def test_accumulated_parts_make_the_same_step(tmp_path):
    """Losses are means over valid pixels: with equally many in each part, parts make the whole."""
    recipe = small_recipe(3)
    run(recipe, tmp_path / "whole")
    run(replace(recipe, accumulate=2), tmp_path / "parts")
    for (_, a), (_, b) in zip(
        _losses(tmp_path / "whole"), _losses(tmp_path / "parts"), strict=True
    ):
        assert b == pytest.approx(a, rel=3e-3)


def test_refuses_to_mix_runs(tmp_path):
    run(small_recipe(2), tmp_path / "run")
    with pytest.raises(OutputError, match="not empty"):
        run(small_recipe(2), tmp_path / "run")
    with pytest.raises(CheckpointError, match="clip_norm"):
        run(small_recipe(2, clip_norm=9.0), tmp_path / "run", resume=True)
    with pytest.raises(CheckpointError, match=r"run\.json is missing"):
        run(small_recipe(2), tmp_path / "nothing", resume=True)


def _run_in_one_of_two(folder: Path) -> None:
    trainer.JOURNAL_EVERY = 1
    run(small_recipe(6), folder)


def test_two_processes_compute_what_one_does(tmp_path):
    """Each has half of the scenes; the mean of their losses is the loss of the whole batch."""
    run(small_recipe(6), tmp_path / "one")
    in_two_processes(_run_in_one_of_two, tmp_path / "two")
    one, two = _losses(tmp_path / "one"), _losses(tmp_path / "two")
    assert [loss for _, loss in two] == pytest.approx([loss for _, loss in one], rel=3e-3)
    kinds = read_journal(tmp_path / "two" / "journal.jsonl", kind="train")
    assert len({name.split("/")[0] for e in kinds for name in e.numbers if "/" in name}) > 1


def test_what_only_training_needs_is_not_part_of_the_result(tmp_path):
    recipe = small_recipe(2)
    plain = run(recipe, tmp_path / "plain")
    forgetful = run(replace(recipe, checkpoint_blocks=True), tmp_path / "forgetful")
    assert all("forward" not in vars(m) for m in forgetful.network.modules())
    assert _same_weights(plain.network, forgetful.network)
