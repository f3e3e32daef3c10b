# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import pytest
from PIL import Image

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.case_pictures import case_file
from anyview.evaluation.benchmark.comparison import compare
from anyview.evaluation.benchmark.report_data import by_suite
from anyview.evaluation.benchmark.report_page import comparison_page, report_page
from tests.evaluation.benchmark.made_results import column, rich
from tests.evaluation.benchmark.page_reader import PageReader


def test_the_report_is_one_page_that_needs_nothing(tmp_path):
    path = case_file(tmp_path, "a", "worlds", "broken")
    path.parent.mkdir(parents=True)
    Image.new("RGB", (30, 20), (200, 10, 10)).save(path)
    text = report_page(by_suite([rich("a"), rich("b", 2.0), rich("a", suite="other")]), tmp_path)
    read = PageReader(text)
    assert all(a.startswith(("#", "data:image/jpeg;base64,")) for a in read.addresses)
    assert sum(a.startswith("data:") for a in read.addresses) == 1
    assert len(set(read.ids)) == len(read.ids)
    targets = {a["data-chooses"] for tag, a in read.tags if "data-chooses" in a}
    targets |= {a["data-filters"] for tag, a in read.tags if "data-filters" in a}
    targets |= {a[1:] for a in read.addresses if a.startswith("#")}
    assert targets <= set(read.ids)
    assert all(a.get("alt") for tag, a in read.tags if tag == "img")
    boxes = [a for tag, a in read.tags if a.get("data-method")]
    assert [a["data-method"] for a in boxes] == ["m0", "m1"]


def test_one_method_one_task_is_enough():
    read = PageReader(report_page(by_suite([column("a", "pose/auc30", [0.5])]), None))
    assert "0.500" in read.texts
    assert "1" in read.texts


def test_nothing_but_failures_is_a_report():
    read = PageReader(report_page(by_suite([column("a", "x", [None, None], failed=(0, 1))]), None))
    assert "Failed tasks: 2" in read.texts


def test_a_damaged_picture_is_named(tmp_path):
    path = case_file(tmp_path, "a", "worlds", "broken")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no picture")
    with pytest.raises(InputError, match="is no picture"):
        report_page(by_suite([rich("a")]), tmp_path)


def test_a_comparison_lists_what_moved():
    before = column("<a>", "pose/auc30", [0.1, 0.9, 0.3, 0.5])
    after = column("b", "pose/auc30", [0.2, 0.5, 0.3, 0.6])
    other = column("b", "pose/auc30", [0.5], suite="other")
    read = PageReader(comparison_page(compare([before], [after, other])))
    assert "worlds: <a> → b" in read.texts
    assert "2 tasks got better by AUC30" in read.texts
    assert "1 tasks got worse by AUC30" in read.texts
    assert "other: b (second run only)" in read.texts
