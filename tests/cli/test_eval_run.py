# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest

from anyview.cli import eval_run
from anyview.cli.eval_run import run_evaluation
from anyview.core.errors import InputError
from anyview.evaluation.benchmark.options import RunOptions
from anyview.evaluation.benchmark.results import Results, write_results
from anyview.evaluation.benchmark.suites.options import SuiteOptions
from anyview.evaluation.benchmark.task import Scored

OPTIONS = (RunOptions(), SuiteOptions())


def results(error):
    numbers = {"depth/abs_rel": error}
    tasks = tuple(
        Scored(name, "worlds", ("room",), "ok", "", numbers, {}, 1.0, None) for name in "ab"
    )
    return [Results("worlds", "constant", {"method": {}}, tasks)]


def test_report_and_comparison_beside_the_results(tmp_path, monkeypatch):
    def fake(suites, methods, folder, *options, on_start, on_progress):
        on_start(0, 2)
        for scored in results(0.2)[0].scored:
            on_progress(scored, "constant")
        assert (list(suites), methods, options) == (["worlds"], ["constant"], OPTIONS)
        return results(0.2)

    monkeypatch.setattr(eval_run, "run_standard", fake)
    write_results(tmp_path / "before.json", results(0.3))
    run = run_evaluation(
        ["worlds=x"],
        ["constant"],
        tmp_path / "out",
        None,
        OPTIONS,
        compare_with=tmp_path / "before.json",
    )
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["comparison.html", "comparison.md", "report.html", "report.md"]
    assert {path.rsplit("/", 1)[1] for path in run.document["files"]} == {
        *written,
        "results.json",
    }
    assert run.document["runs"][0]["means"] == {"depth/abs_rel": pytest.approx(0.2)}
    assert any("0.200" in line for line in run.lines)


def test_another_run_that_is_none_is_refused_first(tmp_path):
    with pytest.raises(InputError, match="holds no results"):
        run_evaluation(
            ["worlds=x"], ["tiny"], tmp_path / "out", None, OPTIONS, compare_with=tmp_path
        )
    assert not (tmp_path / "out").exists()
