# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import pytest

from anyview.core.errors import InputError, OutputError
from anyview.evaluation.benchmark.comparison import compare
from anyview.evaluation.benchmark.report import write_comparison, write_report
from tests.evaluation.benchmark.made_results import rich


def test_files_are_written(tmp_path):
    paths = write_report([rich("a"), rich("b")], tmp_path / "new")
    assert [path.name for path in paths] == ["report.html", "report.md"]
    assert paths[0].read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert paths[1].read_text(encoding="utf-8").startswith("# Benchmark report")
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["report.html", "report.md"]


def test_the_same_results_give_the_same_report(tmp_path):
    first, second = (write_report([rich("a"), rich("b")], tmp_path / name) for name in "xy")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_comparisons_are_written(tmp_path):
    paths = write_comparison(compare([rich("a")], [rich("a", 2.0)]), tmp_path)
    assert [path.name for path in paths] == ["comparison.html", "comparison.md"]


def test_nothing_to_report_is_refused(tmp_path):
    with pytest.raises(InputError, match="no results"):
        write_report([], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_told(tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(OutputError):
        write_report([rich("a")], tmp_path / "out")
