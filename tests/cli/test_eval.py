# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview eval`` from words to files: one small run, and what is refused."""

import pytest

from anyview.evaluation.benchmark.results import read_results
from tests.evaluation.conftest import room, worlds_folder  # noqa: F401 - fixtures


def test_a_run_its_files_and_going_on(cli, worlds_folder, tmp_path):  # noqa: F811
    words = ["eval", f"worlds={worlds_folder}", "-o", tmp_path / "out", "-q"]
    words += ["--limit", "2", "-m", "constant"]
    done = cli(*words, "--json")
    assert done.code == 0, done.err
    (run,) = done.document["runs"]
    assert (run["suite"], run["method"], run["tasks"], run["failed"]) == (
        "worlds",
        "constant",
        2,
        [],
    )
    assert 0 < run["means"]["depth/abs_rel"] < 2
    names = [path.rsplit("/", 1)[1] for path in done.document["files"]]
    assert names == ["results.json", "report.html", "report.md"]
    assert all((tmp_path / "out" / name).stat().st_size > 500 for name in names)
    assert len(list((tmp_path / "out").glob("pictures/worlds/constant/*.png"))) == 2
    (results,) = read_results(tmp_path / "out")
    assert len(results.scored) == 2
    assert results.provenance["suite"]["protocol"]["suite"] == "worlds"

    # Nothing is left to do; the table, and what changed since the first run: nothing.
    again = cli(*words, "--compare-with", tmp_path / "out")
    assert again.code == 0
    assert "constant" in again.out
    assert "comparison.html" in again.out
    assert read_results(tmp_path / "out") == [results]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["worlds=absent"], 2, "-o DIR"),
        (["-o", "out"], 2, "at least one suite"),
        (["nyu", "-o", "out"], 2, "--data ROOT"),
        (["words=a", "-o", "out"], 2, "Unknown suite 'words'"),
        (["worlds=absent", "-o", "out"], 3, "no data of suite 'worlds'"),
        (["worlds=absent", "-o", "out", "-m", "constnt"], 2, "no method 'constnt'"),
        (["worlds=absent", "-o", "out", "--jobs", "0"], 2, "jobs is 0"),
        (["worlds=absent", "-o", "out", "--given", "all"], 2, "given"),
        (["worlds=absent", "-o", "out", "--compare-with", "no"], 3, "holds no results"),
    ],
)
def test_what_is_refused_and_leaves_nothing(cli, words, code, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = cli("eval", *words)
    assert done.code == code
    assert message in done.error
    assert list(tmp_path.iterdir()) == []


def test_a_list_needs_nothing(cli):
    done = cli("eval", "--list", "--json")
    assert done.code == 0
    assert {"worlds", "nyu"} <= {suite["name"] for suite in done.document["suites"]}
