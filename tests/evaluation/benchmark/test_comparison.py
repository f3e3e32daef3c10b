# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import pytest

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.comparison import compare
from tests.evaluation.benchmark.made_results import column, results, scored

METRIC = "depth/delta1_full"
BEFORE = [0.1, 0.9, 0.3, 0.7, 0.5]


def change(before, after, metric=METRIC):
    found = compare([column("a", metric, before)], [column("a", metric, after)])
    return found.suites[0].metrics[0]


def test_a_small_steady_gain_is_seen_through_hard_tasks():
    found = change(BEFORE, [v + 0.02 for v in BEFORE])
    assert found.verdict == "better"
    assert found.difference.mean == pytest.approx(0.02)
    assert found.after - found.before == pytest.approx(0.02)


def test_the_other_way_round_is_the_mirror_image():
    after = [0.2, 0.8, 0.35, 0.9, 0.6]
    one, two = change(BEFORE, after), change(after, BEFORE)
    assert one.difference.mean == pytest.approx(-two.difference.mean)
    assert [t.task for t in one.improved()] == [t.task for t in two.worsened()]


def test_less_error_is_better():
    found = change([0.3, 0.5, 0.45], [0.2, 0.3, 0.4], "depth/abs_rel")
    assert found.verdict == "better"
    assert [t.task for t in found.improved()] == ["t1", "t0", "t2"]
    assert found.worsened() == []


def test_noise_is_open():
    assert change(BEFORE, [0.2, 0.8, 0.35, 0.65, 0.5]).verdict == "open"
    assert change(BEFORE, BEFORE).verdict == "open"
    assert change([0.1], [0.9]).verdict == "open"


def test_trifles_are_no_change():
    found = change(BEFORE, [v * 1.001 for v in BEFORE])
    assert found.improved() == []


def test_tasks_that_are_not_in_both_are_listed():
    a = results("m", [scored("x", {METRIC: 0.5}), scored("y", {METRIC: 0.0}, failed=True)])
    b = results(
        "m",
        [
            scored("x", {METRIC: 0.0}, failed=True),
            scored("y", {METRIC: 1.0}),
            scored("z", {METRIC: 1.0}),
        ],
    )
    found = compare([a], [b]).suites[0]
    assert found.newly_failed == ("x",)
    assert found.newly_answered == ("y",)
    assert (found.only_before, found.only_after) == ((), ("z",))
    assert found.metrics[0].difference.count == 2
    assert found.main is found.metrics[0]


def test_metrics_of_one_run_only_are_counted():
    found = change([0.5, None, 0.2], [0.6, 0.5, 0.3])
    assert (found.difference.count, found.unmatched) == (2, 1)


def test_methods_pair_by_name_or_as_the_only_ones():
    a, b = column("a", METRIC, BEFORE), column("b", METRIC, BEFORE)
    assert (compare([a], [b]).suites[0].before, compare([a], [b]).suites[0].after) == ("a", "b")
    found = compare([a, b], [b])
    assert [s.after for s in found.suites] == ["b"]
    assert found.left_out == ("worlds: a (first run only)",)


def test_runs_without_anything_in_common_are_refused():
    a, b = column("a", METRIC, BEFORE), column("a", METRIC, BEFORE, suite="other")
    with pytest.raises(InputError, match="belongs together"):
        compare([a], [b])
