# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

from anyview.cli.eval_table import failure_lines, summary, summary_lines
from anyview.evaluation.benchmark.results import Results
from anyview.evaluation.benchmark.task import Scored


def scored(task, reason="", seconds=1.0, peak=None, **numbers):
    outcome = "failed" if reason else "ok"
    values = {name.replace("__", "/"): value for name, value in numbers.items()}
    return Scored(task, "s", (), outcome, reason, values, {}, seconds, peak)


RESULTS = [
    Results(
        "s",
        "tiny:pose=rays",
        {},
        (
            scored("a", depth__abs_rel=0.25, pose__auc30=0.5, odd=math.nan, peak=3_000_000),
            scored("b", depth__abs_rel=0.75, seconds=3.0),
            scored("c", "no overlap", pose__auc30=0.0, seconds=math.nan),
            scored("d", "no overlap", pose__auc30=0.0, seconds=math.nan),
        ),
    ),
    Results("t", "constant", {}, (scored("a", peak=None, seconds=math.nan),)),
]


def test_the_table_has_a_part_for_each_suite_and_what_it_has():
    text = "\n".join(summary_lines(RESULTS))
    row = next(line for line in text.splitlines() if "tiny:pose=rays" in line)
    cells = [cell.strip() for cell in row.split("│")[1:-1]]
    assert cells == ["tiny:pose=rays", "4", "2", "0.500", "0.167", "3.00", "3"]
    first, second = text.split("t, means over tasks")
    assert "AbsRel" in first
    assert "AbsRel" not in second
    assert "│ constant │     1 │      0 │ - │  - │" in second


def test_failures_are_told_once_with_their_reason():
    assert failure_lines(RESULTS) == ["failed: s, tiny:pose=rays: c and 1 more: no overlap"]
    many = [Results("s", "m", {}, tuple(scored(str(i), f"reason {i}") for i in range(8)))]
    assert len(failure_lines(many)) == 6
    assert failure_lines(many)[-1] == "  and 3 other reasons, see results.json"


def test_the_summary_for_programs():
    first, second = summary(RESULTS)
    assert first["means"]["depth/abs_rel"] == 0.5
    assert first["means"]["odd"] is None
    assert first["failed"][0] == {"task": "c", "reason": "no overlap"}
    assert (first["seconds"], first["peak_bytes"]) == (3.0, 3_000_000)
    assert (second["seconds"], second["peak_bytes"]) == (None, None)
