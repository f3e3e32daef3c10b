# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One process, watched: it answers, raises, dies, exits or is too slow."""

import os
import signal
import sys
import time

import pytest

from anyview.core.errors import OptionError
from anyview.training.worker_process import RemoteError, WorkerProcess


def answer(argument: int) -> str:
    if argument == 1:
        raise KeyError("one")
    if argument == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    if argument == 3:
        time.sleep(60)
    if argument == 4:
        sys.exit(5)
    return f"{argument} with {os.environ['OMP_NUM_THREADS']} thread"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_life_and_a_violent_death():
    process = WorkerProcess(answer, name="life", timeout_s=30.0)
    assert process.call(0) == "0 with 1 thread"
    with pytest.raises(RemoteError, match="KeyError: 'one'") as raised:
        process.call(1)
    assert ", in answer" in raised.value.remote_traceback
    assert process.call(5) == "5 with 1 thread"  # an error does not end it
    for argument in (2, 0):  # at once, and whenever it is asked again
        with pytest.raises(RemoteError, match=r"ended by signal 9 \(out of memory\?\)"):
            process.call(argument)
    process.stop()


def test_an_exit():
    process = WorkerProcess(answer, name="exit", timeout_s=30.0)
    with pytest.raises(RemoteError, match="ended with exit code 5"):
        process.call(4)
    process.stop()


def test_a_function_that_cannot_be_sent():
    with pytest.raises(OptionError, match="Use threads"):
        WorkerProcess(lambda argument: argument, name="no", timeout_s=1.0)


def test_too_slow():
    process = WorkerProcess(answer, name="slow", timeout_s=0.3)
    with pytest.raises(RemoteError, match=r"more than 0\.3 s"):
        process.call(3)
    process.stop()
    assert not process._process.is_alive()
