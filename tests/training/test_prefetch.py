# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Order does not depend on workers, and nothing that goes wrong in them is silent."""

import os
import threading
import time

import pytest

from anyview.core.errors import OptionError, TrainingError
from anyview.training.prefetch import Prefetcher, PrefetchOptions


def uneven(step: int) -> tuple[int, int]:
    """Later steps are ready first; the second number says which process."""
    time.sleep(0.02 if step % 3 == 0 else 0.0)
    return step**2, os.getpid()


def failing(step: int) -> int:
    if step == 3:
        raise ValueError("no depth in scene 42")
    return step


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_the_order_is_that_of_steps(workers):
    options = PrefetchOptions(workers=workers, ahead=3)
    with Prefetcher(uneven, first_step=5, stop_step=15, options=options) as batches:
        found = list(batches)
    assert [step for step, _ in found] == list(range(5, 15))
    assert all(item == (step**2, os.getpid()) for step, item in found)


def test_processes_give_the_same():
    options = PrefetchOptions(workers=2, ahead=3, use_processes=True)
    with Prefetcher(uneven, first_step=0, stop_step=6, options=options) as batches:
        found = list(batches)
    assert [(step, item[0]) for step, item in found] == [(s, s**2) for s in range(6)]
    pids = {item[1] for _, item in found}
    assert os.getpid() not in pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_batches_are_prepared_ahead_but_not_too_far():
    started: list[int] = []

    def make(step: int) -> int:
        started.append(step)
        return step

    options = PrefetchOptions(workers=2, ahead=3)
    with Prefetcher(make, first_step=0, stop_step=100, options=options) as batches:
        deadline = time.monotonic() + 5
        while len(started) < 3 and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(0.02)
        assert sorted(started) == [0, 1, 2]
        assert next(iter(batches)) == (0, 0)
    assert max(started) <= 3


@pytest.mark.parametrize("workers", [0, 2])
def test_an_error_names_the_step_and_the_place(workers):
    options = PrefetchOptions(workers=workers)
    seen = []
    with (
        Prefetcher(failing, first_step=0, stop_step=9, options=options) as batches,
        pytest.raises(TrainingError) as failed,
    ):
        seen.extend(step for step, _ in batches)
    assert seen == [0, 1, 2]
    assert "batch of step 3" in str(failed.value)
    assert "no depth in scene 42" in str(failed.value)
    assert ", in failing" in str(failed.value)
    assert isinstance(failed.value.__cause__, ValueError)


def test_an_error_in_a_process_names_the_step_and_the_place():
    options = PrefetchOptions(workers=1, use_processes=True)
    with (
        Prefetcher(failing, first_step=3, stop_step=9, options=options) as batches,
        pytest.raises(TrainingError) as failed,
    ):
        next(iter(batches))
    assert "batch of step 3" in str(failed.value)
    assert "ValueError: no depth in scene 42" in str(failed.value)
    assert ", in failing" in str(failed.value)


def test_a_function_that_hangs_is_given_up():
    before = time.monotonic()
    options = PrefetchOptions(workers=1, timeout_s=0.2)
    release = threading.Event()

    def make(step: int) -> int:
        release.wait(20)
        return step

    with Prefetcher(make, first_step=0, stop_step=3, options=options) as batches:
        with pytest.raises(TrainingError, match=r"step 0 was not ready after 0\.2 s"):
            next(iter(batches))
        release.set()
    assert time.monotonic() - before < 10


def test_leaving_early():
    with Prefetcher(uneven, first_step=0, stop_step=10**6) as batches:
        next(iter(batches))
        names = {t.name for t in batches._threads if t.is_alive()}
    assert names
    assert not any(t.is_alive() for t in batches._threads)
    assert list(batches) == []


@pytest.mark.parametrize("values", [{"workers": -1}, {"ahead": 0}, {"timeout_s": 0.0}])
def test_what_is_refused(values):
    with pytest.raises(OptionError, match=next(iter(values))):
        PrefetchOptions(**values)
