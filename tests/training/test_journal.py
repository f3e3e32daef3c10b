# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The journal survives what happens to runs."""

import json
import math
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from anyview.core.errors import InputError
from anyview.training.journal import Entry, Journal, read_journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "journal.jsonl"


def test_what_is_written_is_read(path: Path):
    with Journal(path) as journal:
        journal.write(0, {"loss": 1.5, "views": 16})
        journal.write(0, {"delta1": 0.5}, kind="validation")
        assert len(read_journal(path)) == 2  # before it is closed
    assert read_journal(path) == [
        Entry(0, "train", {"loss": 1.5, "views": 16}),
        Entry(0, "validation", {"delta1": 0.5}),
    ]
    assert read_journal(path, kind="validation")[0].numbers == {"delta1": 0.5}


def test_numbers_that_json_lacks(path: Path):
    with Journal(path) as journal:
        journal.write(0, {"a": math.nan, "b": math.inf, "c": -math.inf})
    json.loads(path.read_text(), parse_constant=lambda text: pytest.fail(text))
    numbers = read_journal(path)[0].numbers
    assert math.isnan(numbers["a"])
    assert (numbers["b"], numbers["c"]) == (math.inf, -math.inf)


def test_a_torn_last_line_is_dropped(path: Path):
    with Journal(path) as journal:
        for step in range(3):
            journal.write(step, {"loss": 1.0})
    path.write_bytes(path.read_bytes()[:-7])
    assert [e.step for e in read_journal(path)] == [0, 1]
    with Journal(path) as journal:
        journal.write(2, {"loss": 2.0})
    assert [(e.step, e.numbers["loss"]) for e in read_journal(path)] == [(0, 1), (1, 1), (2, 2)]


def test_resuming_cuts_what_will_be_written_again(path: Path):
    with Journal(path) as journal:
        for step in range(5):
            journal.write(step, {"loss": 1.0})
            journal.write(step, {"delta1": 1.0}, kind="validation")
    with Journal(path, resume_step=3) as journal:
        journal.write(3, {"loss": 2.0})
    train = [(e.step, e.numbers["loss"]) for e in read_journal(path, kind="train")]
    assert train == [(0, 1), (1, 1), (2, 1), (3, 2)]
    assert [e.step for e in read_journal(path, kind="validation")] == [0, 1, 2]


def test_damage_in_the_middle_is_left_out(path: Path, caplog):
    with Journal(path) as journal:
        journal.write(0, {"loss": 1.0})
        journal.write(1, {"loss": 1.0})
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([lines[0], b"\0\0\0", b"[1]", b'{"step": 1}', *lines[1:]]))
    assert [e.step for e in read_journal(path)] == [0, 1]
    assert "Line 2" in caplog.text


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_process_loses_nothing(path: Path):
    # Loaded by its path: the package's own imports would take a second.
    code = (
        "import os, signal, sys\n"
        "from anyview.training.journal import Journal\n"
        "journal = Journal(sys.argv[1])\n"
        "for step in range(50): journal.write(step, {'loss': step})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False, env=os.environ)
    assert done.returncode == -signal.SIGKILL
    assert [e.step for e in read_journal(path)] == list(range(50))


def test_what_is_refused(path: Path):
    with pytest.raises(InputError, match="not there"):
        read_journal(path)
    with Journal(path) as journal, pytest.raises(ValueError, match="rename"):
        journal.write(0, {"step": 1.0})
