# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json

import pytest

from anyview.core.errors import InputError, OptionError
from anyview.evaluation.benchmark.journal import Journal, file_name
from anyview.evaluation.benchmark.task import Scored

ONE = Scored("one", "s", ("a",), "ok", "", {"x": 1.0}, {}, 0.5, 10)
TWO = dataclasses.replace(ONE, task="two", outcome="failed", reason="no overlap: ü")
HEAD = {"method": {"weights": "a", "versions": {"torch": "2"}}, "machine": "m"}


def begun(folder):
    journal = Journal(folder, "s", "m:a=1")
    journal.begin(HEAD, ("method",))
    return journal


def test_what_was_done_is_there_the_next_time(tmp_path):
    journal = begun(tmp_path)
    journal.append(ONE)
    journal.append(TWO)
    again = Journal(tmp_path, "s", "m:a=1")
    assert again.scored == {"one": ONE, "two": TWO}
    assert again.provenance == HEAD
    again.begin({**HEAD, "machine": "another"}, ("method",))
    again.append(dataclasses.replace(TWO, outcome="ok", reason=""))
    assert Journal(tmp_path, "s", "m:a=1").scored["two"].outcome == "ok"
    assert Journal(tmp_path, "s", "m:a=2").scored == {}


def test_every_cut_leaves_whole_records(tmp_path):
    """A crash at any byte of the last line costs that line and nothing else."""
    journal = begun(tmp_path)
    journal.append(ONE)
    length = journal.path.stat().st_size
    journal.append(TWO)
    content = journal.path.read_bytes()
    for end in (length, length + 1, (length + len(content)) // 2, len(content) - 1):
        journal.path.write_bytes(content[:end])
        resumed = Journal(tmp_path, "s", "m:a=1")
        assert resumed.scored == {"one": ONE}
        resumed.append(TWO)
        assert journal.path.read_bytes() == content


def test_other_weights_or_options_are_refused(tmp_path):
    begun(tmp_path)
    other = {"method": {"weights": "b", "versions": {"torch": "2"}}}
    with pytest.raises(OptionError, match=r"method\.weights: 'a' there, 'b' now"):
        Journal(tmp_path, "s", "m:a=1").begin(other, ("method",))


def test_damage_is_named(tmp_path):
    journal = begun(tmp_path)
    journal.append(ONE)
    head, record, _ = journal.path.read_text().split("\n")
    for content, message in (
        (f"{head}\n{{\n{record}\n", "damaged"),
        (f"{head}\n{{}}\n", "line 2 is no scored task"),
        (f"{record}\n", "not of this suite and method"),
        (f"{json.dumps({**json.loads(head), 'suite': 't'})}\n", "not of this suite"),
        ("[]\n", "not of this suite"),
        ("", "no records"),
    ):
        journal.path.write_text(content)
        with pytest.raises(InputError, match=message):
            Journal(tmp_path, "s", "m:a=1")


def test_names_of_files_are_safe_and_differ():
    texts = ["tiny", "tiny:pose=rays", "tiny:pose_rays", "a/b", "a\\b", "../x", "x" * 300, "ü", "é"]
    names = [file_name(text) for text in texts]
    assert names[0] == "tiny"
    assert len(set(names)) == len(texts)
    assert all(len(name) < 100 and not set(name) & set("/\\:") for name in names)
    assert not any(name.startswith(".") for name in names)
