# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0

import pytest

from anyview.evaluation.benchmark.error_curves import (
    depth_recall,
    pose_recall,
    sorted_values,
    surface_f1,
)
from anyview.evaluation.benchmark.report_data import SuiteRuns
from tests.evaluation.benchmark.made_results import column, results, scored

POSE = "pose/worst_deg"


def suite(*runs):
    return SuiteRuns("worlds", runs)


def test_pose_recall_is_a_count():
    errors = [(1.0, 4.0, 20.0, 170.0), (2.0, 2.5, 3.0, 29.0)]
    run = results("a", [scored(f"t{i}", curves={POSE: e}) for i, e in enumerate(errors)])
    (found,) = pose_recall(suite(run))
    for degrees, share in found:
        counted = [sum(e <= degrees for e in own) / 4 for own in errors]
        assert share == pytest.approx(sum(counted) / 2)


def test_a_task_without_a_curve_counts_as_wrong():
    whole = results("a", [scored(t, curves={POSE: (1.0, 2.0)}) for t in "xy"])
    half = results("b", [scored("x", curves={POSE: (1.0, 2.0)}), scored("y", failed=True)])
    first, second = pose_recall(suite(whole, half))
    assert first[-1] == (30.0, 1.0)
    assert second[-1] == (30.0, 0.5)


def test_pixels_without_an_answer_are_wrong():
    quantiles = {"depth/error_quantiles": (0.0, 0.01, 0.02)}
    run = results("a", [scored("x", {"depth/coverage": 0.25}, curves=quantiles)])
    (found,) = depth_recall(suite(run))
    assert found[-1] == (pytest.approx(1.0), pytest.approx(0.25))
    assert [y for _, y in found] == sorted(y for _, y in found)


def test_f1_is_a_mean_with_failures_at_zero():
    curve = {"reconstruction/f1_at": (0.0, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)}
    run = results("a", [scored("x", curves=curve), scored("y", failed=True)])
    other = results("b", [scored("x", curves=curve), scored("y", curves=curve)])
    first, second = surface_f1(suite(run, other))
    assert first[-1] == (10.0, 0.5)
    assert second[3] == (1.0, 0.4)


def test_methods_without_curves_have_no_line():
    run = column("a", "depth/delta1_full", [0.5])
    for curves in (pose_recall, depth_recall, surface_f1):
        assert curves(suite(run)) == [()]


def test_sorted_values_stop_where_tasks_lack_them():
    """The last task has the number under no method: it is not missing."""
    part = column("a", "depth/abs_rel", [0.3, None, 0.1, 0.2, None])
    whole = column("b", "depth/abs_rel", [0.4, 0.5, 0.1, 0.2, None])
    first, second = sorted_values(suite(part, whole), "depth/abs_rel")
    assert first == ((0.25, 0.1), (0.5, 0.2), (0.75, 0.3))
    assert [x for x, _ in second] == [0.25, 0.5, 0.75, 1.0]
