# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""From names to recipes; a whole run is in tests/cli/test_eval.py."""

import json
import pickle
from dataclasses import asdict
from pathlib import Path

import pytest

from anyview.core.errors import MissingDependencyError, OptionError
from anyview.evaluation.benchmark import standard_run
from anyview.evaluation.benchmark.options import RunOptions
from anyview.evaluation.benchmark.protocol_table import PROTOCOLS
from anyview.evaluation.benchmark.results import Results, read_results
from anyview.evaluation.benchmark.standard_run import plain, run_standard, suite_folders
from anyview.evaluation.benchmark.suites.options import SuiteOptions


def test_folders_of_suites(tmp_path):
    (tmp_path / "nyu").mkdir()
    found = suite_folders(["nyu", "worlds", "kitti=/a=b"], tmp_path)
    assert found == {"nyu": tmp_path / "nyu", "worlds": tmp_path, "kitti": Path("/a=b")}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "at least one suite"),
        (["nyu"], "nyu=FOLDER or --data ROOT"),
        (["nyuu=a"], "Unknown suite 'nyuu'"),
        (["nyu=a", "nyu=b"], "'nyu' is given twice"),
    ],
)
def test_what_names_no_folder(words, message):
    with pytest.raises(OptionError, match=message):
        suite_folders(words, None)


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=lambda p: p.suite)
def test_protocols_are_strict_json(protocol):
    document = plain(asdict(protocol))
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_everything_crosses_to_other_processes(tmp_path, monkeypatch):
    seen = {}

    def fake(suites, methods, scorer, folder, options, **others):
        seen.update(others, scorer=scorer)
        for recipe in (*suites, *methods, scorer):
            pickle.loads(pickle.dumps(recipe))  # noqa: S301 - our own bytes
        assert methods[1].build().name == "ramp:fov_deg=50"
        assert suites[0].build().name == "worlds"
        return [Results("worlds", "constant", {}, ())]

    monkeypatch.setattr(standard_run, "run_benchmark", fake)
    run_standard(
        {"worlds": tmp_path},
        ["constant", "ramp:fov_deg=50"],
        tmp_path,
        RunOptions(),
        SuiteOptions(given="cameras", max_scenes=3),
    )
    about = seen["about_suites"]["worlds"]
    assert about["options"]["given"] == "cameras"
    assert "max_scenes" not in about["options"]  # more scenes may be added later
    assert about["protocol"]["suite"] == "worlds"
    assert [r.method for r in read_results(tmp_path)] == ["constant"]


def test_methods_are_checked_before_data_is_looked_for(tmp_path, monkeypatch):
    def run(method):
        run_standard({"worlds": tmp_path}, [method], tmp_path, RunOptions(), SuiteOptions())

    with pytest.raises(OptionError, match="no method 'constnt'"):
        run("constnt")
    monkeypatch.setattr(
        "anyview.evaluation.benchmark.methods.catalogue.importlib.util.find_spec", lambda _: None
    )
    with pytest.raises(MissingDependencyError):
        run("colmap")
