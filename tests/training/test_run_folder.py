# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""States survive damage, read back equal, and old ones go."""

import hashlib
import os
import pickle
from pathlib import Path

import pytest
import torch

from anyview.core.errors import CheckpointError, OptionError, OutputError
from anyview.training.run_folder import RunFolder, load_state


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "run", recipe="tiny", config={"steps": 5})


def test_a_state_reads_back_equal(run: RunFolder):
    values = {
        "weights": {"a.b": torch.arange(6.0).reshape(2, 3), "half": torch.ones(2).bfloat16()},
        "rng": torch.Generator().manual_seed(1).get_state(),
        "note": "x",
        "numbers": [1, 2.5, None, True, (1, 2)],
        "by_index": {0: 1.0},
    }
    run.save_state(7, values)
    saved = run.load_newest()
    assert saved is not None
    assert (saved.step, saved.damaged) == (7, ())
    assert torch.equal(saved.values["weights"].pop("a.b"), values["weights"].pop("a.b"))  # type: ignore[union-attr]
    assert saved.values["weights"]["half"].dtype == torch.bfloat16
    assert torch.equal(saved.values["rng"], values["rng"])  # type: ignore[arg-type]
    assert saved.values["numbers"] == values["numbers"]
    assert saved.values["by_index"] == values["by_index"]


def test_the_checksum_is_sha256sums(run: RunFolder):
    path = run.save_state(1000, {"x": 1})
    assert path.name == "state-00001000.pt"
    beside = path.with_name("state-00001000.pt.sha256").read_text()
    assert beside == f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"


@pytest.mark.parametrize("damage", ["torn", "flipped", "no checksum", "empty"])
def test_a_damaged_state_is_reported_and_the_one_before_it_used(run: RunFolder, damage, caplog):
    run.save_state(1, {"x": torch.zeros(100)})
    path = run.save_state(2, {"x": torch.ones(100)})
    content = bytearray(path.read_bytes())
    if damage == "torn":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.with_name(path.name + ".sha256").unlink()
    saved = run.load_newest()
    assert saved is not None
    assert saved.step == 1
    assert len(saved.damaged) == 1
    assert "state-00000002.pt" in saved.damaged[0]
    assert "state-00000002.pt" in caplog.text


def test_all_states_damaged(run: RunFolder):
    run.save_state(1, {"x": 1}).write_bytes(b"x")
    with pytest.raises(CheckpointError, match="All states"):
        run.load_newest()


def test_no_state_yet(run: RunFolder):
    assert run.load_newest() is None


def test_a_crash_while_writing_leaves_the_state_before(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch
):
    run.save_state(1, {"x": 1})

    def torn(values, path):
        Path(path).write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(torch, "save", torn)
        with pytest.raises(KeyboardInterrupt):
            run.save_state(2, {"x": 2})
    assert run.steps() == [1]
    saved = run.load_newest()
    assert saved is not None
    assert saved.values == {"x": 1}
    assert len(list((run.path / "states").iterdir())) == 2


def test_a_state_may_be_written_again(run: RunFolder):
    run.save_state(1, {"x": 1})
    run.save_state(1, {"x": 2})
    saved = run.load_newest()
    assert saved is not None
    assert saved.values == {"x": 2}


class Evil:
    def __reduce__(self):
        return os.getpid, ()


def test_nothing_in_a_state_is_executed(run: RunFolder):
    path = run.save_state(1, {"x": 1})
    torch.save({"x": Evil()}, path)
    path.with_name(path.name + ".sha256").write_text(hashlib.sha256(path.read_bytes()).hexdigest())
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_state(path)
    path.write_bytes(pickle.dumps({"x": Evil()}, protocol=2))
    path.with_name(path.name + ".sha256").write_text(hashlib.sha256(path.read_bytes()).hexdigest())
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_state(path)


@pytest.mark.parametrize("value", [Path("x"), {1.5: 2}, [{"a": object()}], {1, 2}])
def test_values_that_could_not_be_read_back(run: RunFolder, value):
    with pytest.raises(TypeError, match=r"state\['x'\]"):
        run.save_state(1, {"x": value})
    assert run.steps() == []


def test_old_states_go_and_milestones_stay(run: RunFolder):
    for step in (100, 200, 250, 300, 350, 400):
        run.save_state(step, {})
    deleted = run.prune(keep_last=2, milestone_every=100)
    assert [p.name for p in deleted] == ["state-00000250.pt"]
    assert run.steps() == [100, 200, 300, 350, 400]
    run.prune(keep_last=2)
    assert run.steps() == [350, 400]
    assert len(list((run.path / "states").iterdir())) == 4
    with pytest.raises(OptionError, match="keep_last is 0"):
        run.prune(keep_last=0)


def test_the_record(run: RunFolder):
    again = RunFolder.open(run.path)
    again.note_session(3)
    record = again.record()
    assert (record["recipe"], record["config"]) == ("tiny", {"steps": 5})
    assert [session["step"] for session in record["sessions"]] == [0, 3]
    assert record["sessions"][0]["torch"] == torch.__version__


def test_folders_that_are_no_runs(tmp_path: Path, run: RunFolder):
    with pytest.raises(OutputError, match="not empty"):
        RunFolder.create(run.path, recipe="tiny", config={})
    with pytest.raises(CheckpointError, match=r"run\.json is missing"):
        RunFolder.open(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(CheckpointError, match="cannot be read"):
        RunFolder.open(tmp_path)
    (tmp_path / "run.json").write_text("[]")
    with pytest.raises(CheckpointError, match="not written by this version"):
        RunFolder.open(tmp_path)
