# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One process from inside: orders are put into the pipe before it starts."""

import logging
import multiprocessing
import signal

import pytest
import torch

from anyview.core.errors import CheckpointError, InputError
from anyview.evaluation.benchmark.task import Scored
from anyview.evaluation.benchmark.worker import Order, Ready, Recipe, Refused, Setup, serve

from .fakes import error_of_two, method_recipe, no_weights, suite_recipe


@pytest.fixture
def served():
    """``served(orders, methods...)`` gives what came back."""
    handler, threads = signal.getsignal(signal.SIGINT), torch.get_num_threads()
    handlers = list(logging.getLogger("anyview").handlers)

    def call(orders, *methods):
        ours, theirs = multiprocessing.Pipe()
        for order in orders:
            ours.send(order)
        ours.send(None)
        suites = {"fake": suite_recipe("good", "refused", "unreadable")}
        serve(theirs, Setup({m.name: m for m in methods}, suites, error_of_two, threads=1))
        said = []
        while ours.poll():
            said.append(ours.recv())
        return said

    yield call
    signal.signal(signal.SIGINT, handler)
    torch.set_num_threads(threads)
    logging.getLogger("anyview").handlers[:] = handlers


def test_orders_are_fulfilled_in_turn(served):
    said = served(
        [Order("two", "fake", "good"), Order("b", "fake", "refused"), Order("two", "fake", "good")],
        method_recipe(),
        method_recipe(name="b", weights="b"),
    )
    ready, scored = said[::2], said[1::2]
    assert [r.description["weights"] for r in ready] == ["a", "b", "a"]
    assert all(isinstance(r, Ready) for r in ready)
    assert [(s.task, s.outcome) for s in scored] == [
        ("good", "ok"),
        ("refused", "failed"),
        ("good", "ok"),
    ]


def test_a_failure_is_scored_without_its_method(served):
    orders = [
        Order("none", "fake", "good", failed="too slow", seconds=3.0, claims_metres=True),
        Order("none", "fake", "unreadable", failed="too slow"),
    ]
    begun, known, begun_again, unknown = served(orders, Recipe("none", no_weights))
    assert begun == begun_again == Ready(None)
    assert isinstance(known, Scored)
    assert (known.outcome, known.reason, known.seconds) == ("failed", "too slow", 3.0)
    assert known.numbers == {"error": 99.0, "claims": 1.0}
    assert (unknown.reason, unknown.numbers) == ("too slow", {})


def test_what_the_user_has_to_mend_is_sent_back(served):
    (said,) = served([Order("none", "fake", "good")], Recipe("none", no_weights))
    assert isinstance(said, Refused)
    with pytest.raises(CheckpointError, match=r"w.safetensors does not fit.*\n.*a\.b"):
        raise said.error()
    assert isinstance(Refused("InputError", "x").error(), InputError)
