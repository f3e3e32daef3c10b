# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Runs in processes of their own: what they survive, and what they do not do twice."""

import json

import pytest

from anyview.core.errors import CheckpointError, InputError, OptionError
from anyview.evaluation.benchmark.journal import Journal
from anyview.evaluation.benchmark.options import RunOptions
from anyview.evaluation.benchmark.runner import chosen_tasks, open_orders, run_benchmark
from anyview.evaluation.benchmark.task import Scored
from anyview.evaluation.benchmark.worker import Recipe

from .fakes import (
    FakeSuite,
    dies_at_once,
    error_of_two,
    method_recipe,
    no_weights,
    suite_recipe,
)

NAMES = ("good", "killed", "hanging", "fine")


def run(folder, names=NAMES, methods=None, **options):
    return run_benchmark(
        [suite_recipe(*names)],
        methods or [method_recipe()],
        error_of_two,
        folder,
        RunOptions(timeout_s=1.0, **options),
    )


def test_nothing_ends_a_run_and_nothing_is_done_twice(tmp_path):
    log = tmp_path / "log"
    seen = []

    def run_all():
        (results,) = run_benchmark(
            [suite_recipe(*NAMES)],
            [method_recipe(log=log)],
            error_of_two,
            tmp_path,
            RunOptions(timeout_s=1.0, keep_answers=True, pictures=2),
            about_suites={"fake": {"given": "nothing"}},
            on_start=lambda done, total: seen.append((done, total)),
            on_progress=lambda scored, method: seen.append((scored.task, method)),
        )
        return results

    results = run_all()
    assert [s.task for s in results.scored] == list(NAMES)
    reasons = {s.task: s.reason for s in results.failed}
    assert reasons["killed"].startswith("the process was ended by signal 9")
    assert reasons["hanging"] == "no answer within 1 seconds"
    assert {s.numbers["error"] for s in results.failed} == {99.0}
    assert {s.numbers["claims"] for s in results.failed} == {1.0}
    assert {s.numbers["error"] for s in results.scored if s.outcome == "ok"} == {1.0}
    assert seen == [(0, 4), *((name, "two") for name in NAMES)]
    provenance = json.loads(json.dumps(results.provenance, allow_nan=False))
    assert provenance["method"]["weights"] == "a"
    assert provenance["suite"] == {"given": "nothing"}
    assert provenance["run"]["threads"] >= 1
    kept = sorted(p.name for p in (tmp_path / "answers/two/fake").iterdir())
    assert kept == ["fine.npz", "good.npz"]
    assert log.read_text().splitlines() == [f"fake/{name}" for name in NAMES]
    pictures = sorted(p.stem for p in (tmp_path / "pictures/fake/two").iterdir())
    assert pictures == ["hanging", "killed"]  # the worst, answered or not

    assert run_all().scored == results.scored
    assert seen[5:] == [(4, 4)]
    assert len(log.read_text().splitlines()) == 4


@pytest.mark.slow
def test_several_processes_and_methods_and_another_try(tmp_path):
    log = tmp_path / "log"
    two = method_recipe(log=log)
    results, dead = run(tmp_path, methods=[two, Recipe("dies", dies_at_once)], jobs=2)
    assert [s.task for s in results.scored] == list(NAMES)
    assert sorted(log.read_text().splitlines()) == sorted(f"fake/{name}" for name in NAMES)
    assert [s.task for s in dead.scored] == list(NAMES)
    assert {s.reason for s in dead.scored} == {
        "the process ended by itself with code 7 while the method was made ready"
    }
    assert {s.numbers["error"] for s in dead.scored} == {99.0}
    (more,) = run(tmp_path, ("killed", "good", "other"), [two], retry_failed=True)
    assert [s.outcome for s in more.scored] == ["failed", "ok", "ok"]
    assert sorted(log.read_text().splitlines()[4:]) == ["fake/killed", "fake/other"]
    with pytest.raises(OptionError, match="made otherwise"):
        run(tmp_path, ("new",), [method_recipe(weights="b")])


def test_what_is_left_to_do(tmp_path):
    tasks = {"fake": FakeSuite(("a", "b", "c")).tasks()}
    journals = {("fake", name): Journal(tmp_path, "fake", name) for name in ("x", "y")}
    done = journals["fake", "y"]
    done.begin({}, ())
    for name, outcome in (("a", "ok"), ("b", "failed")):
        done.append(Scored(name, "fake", (), outcome, "", {}, {}, 1.0, None))

    def left(*, retry_failed):
        orders = open_orders(tasks, ("x", "y"), journals, retry_failed=retry_failed)
        return [order.method + order.task for order in orders]

    assert left(retry_failed=False) == ["xa", "xb", "xc", "yc"]
    assert left(retry_failed=True) == ["xa", "xb", "xc", "yb", "yc"]


def test_a_method_that_cannot_be_made_ends_the_run(tmp_path):
    with pytest.raises(CheckpointError, match=r"w\.safetensors does not fit"):
        run(tmp_path, ("a",), [Recipe("none", no_weights)])
    assert not list(tmp_path.glob("records/*"))


def test_what_cannot_be_meant_is_refused_before_any_work(tmp_path):
    with pytest.raises(OptionError, match="'two' is given twice"):
        run(tmp_path, methods=[method_recipe(), method_recipe()])
    with pytest.raises(OptionError, match="at least one suite"):
        run_benchmark([], [method_recipe()], error_of_two, tmp_path)
    with pytest.raises(InputError, match="no tasks"):
        run(tmp_path, ())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("period", [1, 2, 3, 4])
def test_a_limit_takes_tasks_of_all_kinds(period):
    """Tasks often come in a fixed turn: a regular step would meet one kind only."""
    tasks = FakeSuite(tuple(f"{'abcd'[i % period]}{i}" for i in range(48))).tasks()
    chosen = chosen_tasks(tasks, 12)
    assert [t.name for t in chosen] == sorted((t.name for t in chosen), key=lambda n: int(n[1:]))
    counts = [sum(t.name.startswith(kind) for t in chosen) for kind in "abcd"[:period]]
    assert sum(counts) == 12
    assert max(counts) - min(counts) <= 3
    assert chosen_tasks(tasks, 48) == chosen_tasks(tasks, None) == tasks
    assert {t.name for t in chosen_tasks(tasks, 5)} <= {t.name for t in chosen}
