# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

from anyview.evaluation.benchmark.report_data import by_suite
from anyview.evaluation.benchmark.report_markdown import facts_of
from anyview.evaluation.benchmark.report_sections import (
    calibration_section,
    chart_cards,
    failures_section,
    overview_section,
    provenance_text,
    scenes_section,
)
from tests.evaluation.benchmark.made_results import column, results, rich, scored
from tests.evaluation.benchmark.page_reader import PageReader

PLACES = {"a": 0, "b": 1}


def whole():
    return by_suite([rich("a"), rich("b", 2.0)])[0]


def test_the_overview_has_a_table_for_all_and_for_each_kind():
    read = PageReader(overview_section(whole(), PLACES, "s0"))
    assert read.count("table") == 3
    assert "95 % intervals" in " ".join(read.texts)


def test_charts_for_what_there_is():
    cards = chart_cards(whole(), PLACES)
    assert len(cards) == 6
    for one in cards:
        assert PageReader(one).count("svg") == 1
    assert chart_cards(by_suite([column("a", "lens/fov_deg", [1.0])])[0], PLACES) == []


def test_calibration_where_there_is_confidence():
    read = PageReader(calibration_section(whole(), PLACES))
    assert read.count("svg") == 4  # two charts, two signs of methods
    assert calibration_section(by_suite([column("a", "x", [1.0])])[0], PLACES) == ""


def test_every_task_under_every_metric():
    suite = whole()
    read = PageReader(scenes_section(suite, PLACES, "s0"))
    assert read.count("table") == 5
    assert read.texts.count("scene-2") == 5
    assert "failed (0.000)" in read.texts
    assert "failed" in read.texts  # a failed task without a number of the kind


def test_a_task_that_a_method_lacks_is_a_dash():
    runs = [column("a", "pose/auc30", [0.5, 0.6]), column("b", "pose/auc30", [0.7])]
    read = PageReader(scenes_section(by_suite(runs)[0], PLACES, "s0"))
    assert read.texts.count("-") == 1


def test_failures_have_reasons():
    read = PageReader(failures_section(whole(), PLACES))
    assert read.texts.count("no overlap") == 2
    assert failures_section(by_suite([column("a", "x", [1.0])])[0], PLACES) == ""


def test_everything_is_escaped():
    evil = '"><script>alert(1)</script>'
    item = scored(evil, {"pose/auc30": 0.1}, failed=True, tags=(evil, "x"), suite=evil)
    run = results(evil, [item], evil, {"method": {evil: evil}})
    suite, places = by_suite([run])[0], {evil: 0}
    parts = [
        overview_section(suite, places, "s0"),
        *chart_cards(suite, places),
        scenes_section(suite, places, "s0"),
        failures_section(suite, places),
        provenance_text(run, facts_of(run)),
    ]
    for part in parts:
        assert PageReader(part).count("script") == 0
