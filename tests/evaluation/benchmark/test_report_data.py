# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import math

import pytest

from anyview.evaluation.benchmark.report_data import by_suite, median, overview, worst_tasks
from tests.evaluation.benchmark.made_results import column, results, scored

METRIC = "depth/delta1_full"


def bold(*runs, metric=METRIC, tag=None):
    found = overview(by_suite(runs)[0], tag)
    place = [c.name for c in found.columns].index(metric)
    return [row.method for row in found.rows if row.cells[place].is_best]


def test_the_best_alone_is_bold_where_it_is_clear():
    good, bad = column("good", METRIC, [0.9, 0.8, 0.85]), column("bad", METRIC, [0.5, 0.4, 0.4])
    assert bold(good, bad) == ["good"]
    assert bold(bad, good) == ["good"]


def test_less_error_is_better():
    good, bad = (column(n, "depth/abs_rel", v) for n, v in (("g", [0.1, 0.2]), ("b", [0.3, 0.5])))
    assert bold(good, bad, metric="depth/abs_rel") == ["g"]


def test_those_that_are_not_told_apart_share():
    first = column("first", METRIC, [0.9, 0.5, 0.7, 0.6])
    second = column("second", METRIC, [0.5, 0.9, 0.6, 0.68])
    third = column("third", METRIC, [0.1, 0.1, 0.1, 0.1])
    assert bold(first, second, third) == ["first", "second"]


def test_pairs_tell_apart_what_means_do_not():
    """Tasks differ by far more than the methods do, but always in the same way."""
    hard = [0.1, 0.9, 0.3, 0.7]
    assert bold(column("a", METRIC, hard), column("b", METRIC, [v + 0.01 for v in hard])) == ["b"]


def test_nothing_is_bold_alone_or_among_equals():
    one = column("one", METRIC, [0.9, 0.8])
    assert bold(one) == []
    assert bold(one, column("two", METRIC, [0.9, 0.8])) == []


def test_who_lacks_values_is_not_compared():
    lucky = column("lucky", METRIC, [0.99, None, None])
    honest, poor = column("honest", METRIC, [0.9, 0.5, 0.5]), column("poor", METRIC, [0.2] * 3)
    assert bold(lucky, honest, poor) == ["honest"]
    cell = overview(by_suite([lucky, honest])[0]).rows[0].cells[0]
    assert (cell.interval.count, cell.wanted, cell.is_whole) == (1, 3, False)


def test_numbers_that_are_not_finite_do_not_count():
    run = column("a", METRIC, [0.5, math.nan, math.inf])
    cell = overview(by_suite([run])[0]).rows[0].cells[0]
    assert (cell.interval.mean, cell.interval.count) == (0.5, 1)


def test_failures_are_counted_and_tags_choose():
    run = results(
        "a",
        [
            scored("x", {METRIC: 1.0}, tags=("indoor",)),
            scored("y", {METRIC: 0.0}, tags=("outdoor",), failed=True),
        ],
    )
    suite = by_suite([run])[0]
    assert suite.tags == ("indoor", "outdoor")
    whole, part = overview(suite).rows[0], overview(suite, "outdoor").rows[0]
    assert (whole.tasks, whole.failed, whole.cells[0].interval.mean) == (2, 1, 0.5)
    assert (part.tasks, part.failed, part.cells[0].interval.mean) == (1, 1, 0.0)
    assert math.isnan(part.seconds)
    assert part.peak_bytes is None


def test_worst_tasks_begin_with_failures():
    run = column("a", METRIC, [0.5, 0.9, 0.0, 0.2, None], failed=(2,))
    assert [s.task for s, _ in worst_tasks(run, 3)] == ["t2", "t3", "t0"]
    errors = column("a", "trajectory/ate_full", [1.0, 3.0, 2.0])
    assert [s.task for s, _ in worst_tasks(errors, 2)] == ["t1", "t2"]
    assert [s.task for s, _ in worst_tasks(results("a", [scored("x")]), 2)] == ["x"]


def test_suites_are_grouped():
    runs = [column("a", METRIC, [1.0]), column("a", METRIC, [1.0], suite="other")]
    assert [suite.suite for suite in by_suite(runs)] == ["worlds", "other"]


@pytest.mark.parametrize(
    ("values", "middle"), [([3.0, 1.0, 2.0], 2.0), ([4.0, 1.0, 2.0, 3.0], 2.5)]
)
def test_median(values, middle):
    assert median(values) == middle


def test_median_of_nothing():
    assert math.isnan(median([]))
