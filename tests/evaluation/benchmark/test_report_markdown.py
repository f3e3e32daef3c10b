# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import math

import pytest

from anyview.evaluation.benchmark.comparison import compare
from anyview.evaluation.benchmark.report_data import by_suite, overview
from anyview.evaluation.benchmark.report_markdown import (
    comparison_markdown,
    facts_of,
    megabytes,
    number,
    overview_markdown,
    plain,
    report_markdown,
)
from tests.evaluation.benchmark.made_results import column, results, rich, scored

METRIC = "depth/delta1_full"


def cells(text):
    return [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines()]


def test_an_overview_says_it_all():
    good = column("good", METRIC, [0.9, 0.8, 0.7])
    bad = column("bad", METRIC, [0.0, 0.2, None], failed=(0,))
    other = column("other", METRIC, [0.3, 0.2, 0.2])
    table = cells(overview_markdown(overview(by_suite([good, bad, other])[0])))
    assert table[0] == ["method", "tasks", "failed", "depth δ1 ↑", "s", "MB"]
    assert table[2] == ["good", "3", "0", "**0.800**", "0.50", "10"]
    assert table[3] == ["bad", "3", "1", "0.100 (2/3)", "0.50", "10"]


def test_a_report_has_every_part():
    text = report_markdown(by_suite([rich("a"), rich("b", 2.0)]))
    for part in ("## worlds", "worlds: indoor", "predict error", "Failed tasks: 2", "no overlap"):
        assert part in text
    assert "method.weights: abc" in text
    widths = [len(row) for row in cells(text) if len(row) > 1]
    assert widths


def test_names_cannot_break_the_page():
    evil = "<script>|a*b`\n# x"
    run = results(evil, [scored(evil, {METRIC: 0.5}, failed=True)], suite=evil)
    text = report_markdown(by_suite([run]))
    assert "<script>" not in text
    assert "\n# x" not in text
    assert plain("a|b") == "a\\|b"


def test_a_comparison_tells_what_changed():
    before = column("a", METRIC, [0.1, 0.9, 0.35])
    after = column("b", METRIC, [0.2, 0.99, 0.4])
    text = comparison_markdown(compare([before], [after]))
    assert "a → b" in text
    assert "**better**" in text
    assert "Most better by depth δ1: t0 (0.100 → 0.200)" in text
    assert "Most worse" not in text


def test_facts_are_flat():
    run = results(
        "a", [], provenance={"method": {"options": {"x": 1}}, "program": "p", "run": {"n": None}}
    )
    assert facts_of(run) == [("method.options", "x=1"), ("program", "p")]


@pytest.mark.parametrize(("value", "text"), [(1.234, "1.23"), (math.nan, "-"), (math.inf, "-")])
def test_numbers(value, text):
    assert number(value, 2) == text


def test_megabytes():
    assert (megabytes(None), megabytes(12_400_000)) == ("-", "12")
