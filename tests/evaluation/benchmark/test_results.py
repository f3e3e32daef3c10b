# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json
import math

import pytest

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.results import Results, read_results, write_results
from anyview.evaluation.benchmark.task import Scored


def scored(task, outcome="ok", tags=(), **numbers):
    reason = "no overlap" if outcome == "failed" else ""
    return Scored(task, "s", tags, outcome, reason, numbers, {"c": (1.0, 2.0)}, 0.5, 10)


RESULTS = Results(
    "s",
    "m:a=1",
    {"method": {"weights_sha256": "abc"}, "machine": {"processors": 2}},
    (
        scored("one", auc=0.5, other=1.0, tags=("indoor",)),
        scored("two", "failed", auc=0.0),
        scored("three", auc=math.nan),
    ),
)


def test_round_trip(tmp_path):
    path = tmp_path / "results.json"
    write_results(path, [RESULTS, Results("t", "n", {}, ())])
    for given in (path, tmp_path):
        first, second = read_results(given)
        assert (second.suite, second.method, second.scored) == ("t", "n", ())
        assert first.provenance == RESULTS.provenance
        assert first.scored[:2] == RESULTS.scored[:2]
        assert math.isnan(first.scored[2].numbers["auc"])


def test_failures_count_in_means():
    assert RESULTS.mean("auc") == 0.25
    assert RESULTS.mean("auc", "indoor") == 0.5
    assert RESULTS.mean("other") == 1.0
    assert math.isnan(RESULTS.mean("absent"))
    assert [item.task for item in RESULTS.failed] == ["two"]


def test_what_is_no_results_file_is_refused(tmp_path):
    path = tmp_path / "results.json"
    write_results(path, [RESULTS])
    good = json.loads(path.read_text())
    run = good["runs"][0]
    for document, message in (
        ([], "no file of results"),
        ({**good, "format": "x"}, "no file of results"),
        ({**good, "version": 2}, "version 2"),
        ({**good, "runs": {}}, "no list of runs"),
        ({**good, "runs": [{**run, "suite": 1}]}, "run 0 must have suite"),
        ({**good, "runs": [{**run, "tasks": [{}]}]}, "run 0, task 0 is no scored task"),
        ({**good, "runs": [{**run, "tasks": run["tasks"][:1] * 2}]}, "a task twice"),
    ):
        path.write_text(json.dumps(document))
        with pytest.raises(InputError, match=message):
            read_results(path)
    path.write_text("{")
    with pytest.raises(InputError, match="holds no results"):
        read_results(path)
    with pytest.raises(InputError, match="holds no results"):
        read_results(tmp_path / "absent")
