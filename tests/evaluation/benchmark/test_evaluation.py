# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest

from anyview.evaluation.benchmark.evaluation import evaluate, score_by_protocol
from anyview.evaluation.benchmark.stored_answers import read_answer
from anyview.evaluation.benchmark.task import Answer, Cost, Task, Truth
from anyview.structures.views import ViewSet

from .fakes import FakeMethod, FakeSuite, error_of_two, load


def run(name, **others):
    (task,) = FakeSuite((name,)).tasks()
    return evaluate(task, FakeMethod(), others.pop("scorer", error_of_two), **others)


def test_an_answer_is_measured_and_scored():
    scored = run("good")
    assert (scored.outcome, scored.reason, scored.tags) == ("ok", "", ("g",))
    assert scored.numbers == {"error": 1.0}
    assert scored.curves == {"errors": (1.0, 1.0)}
    assert 0 < scored.seconds < 10


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("refused", "no overlap between the images"),
        ("broken", "unexpected KeyError: 'nothing'"),
        ("odd", "the answer cannot be scored: depth is NaN"),
    ],
)
def test_what_goes_wrong_has_the_worst_score(name, reason):
    scored = run(name)
    assert (scored.outcome, scored.reason) == ("failed", reason)
    assert scored.numbers == {"error": 99.0, "claims": 1.0}
    assert scored.seconds >= 0


def test_data_that_cannot_be_read_is_listed():
    scored = run("unreadable")
    assert scored.outcome == "failed"
    assert scored.reason == "the data could not be read: img.png is damaged"
    assert scored.numbers == {}


def test_a_scorer_that_fails_twice_leaves_a_bare_failure():
    def scorer(asked, answer):
        raise RuntimeError("both")

    scored = run("good", scorer=scorer)
    assert scored.reason == "the answer cannot be scored: unexpected RuntimeError: both"
    assert scored.numbers == {}


def test_answers_are_kept_with_their_cost(tmp_path):
    scored = run("good", keep=tmp_path)
    kept = read_answer(tmp_path / "fake" / "good.npz", 1)
    assert kept.depth[0].tolist() == [[2.0] * 3] * 2
    assert kept.cost == Cost(scored.seconds, scored.peak_bytes)


def test_the_cost_of_answers_made_elsewhere_is_theirs():
    class Elsewhere(FakeMethod):
        def answer(self, views, task):
            return Answer(depth=super().answer(views, task).depth, cost=Cost(77.0, 5))

    (task,) = FakeSuite(("good",)).tasks()
    scored = evaluate(task, Elsewhere(), error_of_two)
    assert (scored.seconds, scored.peak_bytes) == (77.0, 5)


def test_the_protocol_of_the_suite_scores():
    """Against the constant that the truth is, and against nothing."""

    def read() -> tuple[ViewSet, Truth]:
        return load("good")

    task = Task("good", "worlds", (), read)
    scored = evaluate(task, FakeMethod(), score_by_protocol)
    assert scored.outcome == "ok"
    assert scored.numbers["depth/delta1"] == 1.0
    assert scored.numbers["depth/abs_rel"] == pytest.approx(0)

    class Silent(FakeMethod):
        def answer(self, views, task):
            raise KeyError(task)

    failed = evaluate(task, Silent(), score_by_protocol)
    assert failed.numbers["depth/delta1"] == 0.0
    assert not any(math.isnan(value) for value in failed.numbers.values())
