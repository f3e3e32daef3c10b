# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Results with chosen numbers, for what is made of results."""

import math

from anyview.evaluation.benchmark.results import Results
from anyview.evaluation.benchmark.task import Scored

STEPS = 20


def scored(task, numbers=None, *, failed=False, tags=("indoor",), curves=None, suite="worlds"):
    return Scored(
        task=task,
        suite=suite,
        tags=tags,
        outcome="failed" if failed else "ok",
        reason="no overlap" if failed else "",
        numbers=numbers or {},
        curves=curves or {},
        seconds=math.nan if failed else 0.5,
        peak_bytes=None if failed else 10_000_000,
    )


def results(method, tasks, suite="worlds", provenance=None):
    return Results(suite, method, provenance or {}, tuple(tasks))


def column(method, metric, values, suite="worlds", failed=()):
    """One metric; task ``t0``, ``t1`` and so on; None has no value."""
    tasks = [
        scored(f"t{i}", {} if v is None else {metric: v}, failed=i in failed, suite=suite)
        for i, v in enumerate(values)
    ]
    return results(method, tasks, suite)


def rich(method, quality=1.0, tasks=4, suite="worlds"):
    """All that a report shows: numbers of each kind, curves, confidence, a failure."""
    falls = tuple(1 - 0.5 * i / STEPS for i in range(STEPS))
    steep = tuple((1 - i / STEPS) ** 2 for i in range(STEPS))
    found = []
    for i in range(tasks):
        error = 0.05 * (i + 1) / quality
        found.append(
            scored(
                f"scene-{i}",
                {
                    "depth/delta1_full": 1 - error,
                    "depth/abs_rel": error,
                    "depth_joint/abs_rel": 1.2 * error,
                    "depth/coverage": 1.0,
                    "pose/auc30": 1 - 2 * error,
                    "reconstruction/f1": 1 - 3 * error,
                },
                tags=("indoor" if i % 2 else "outdoor",),
                suite=suite,
                curves={
                    "pose/worst_deg": (error, 10 * error, 100 * error),
                    "depth/error_quantiles": (0.0, error, 2 * error),
                    "reconstruction/f1_at": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),
                    "confidence/error_kept": falls,
                    "confidence/error_oracle": steep,
                },
            )
        )
    worst = {"depth/delta1_full": 0.0, "pose/auc30": 0.0}
    found.append(scored("broken", worst, failed=True, suite=suite))
    return results(method, found, suite, {"method": {"weights": "abc"}})
