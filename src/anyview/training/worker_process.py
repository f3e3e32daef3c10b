# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A process that calls one function, watched: it answers, raises, dies or is too slow."""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from anyview.core.errors import OptionError, TrainingError
from anyview.training.batch_pickle import pickle_parts, unpickle_parts

Result = TypeVar("Result")

START_TIMEOUT_S = 180.0
"""How long a process may take to start: it imports torch and what the function needs."""


class RemoteError(TrainingError):
    """What a worker process raised, as text.

    Attributes:
        remote_traceback: Where it happened.
    """

    def __init__(self, message: str, remote_traceback: str = "") -> None:
        super().__init__(message)
        self.remote_traceback = remote_traceback


class WorkerProcess(Generic[Result]):
    """Starts a process that calls ``function`` for one argument after the other.

    It computes with one thread, ends when this process ends in whatever way, and is not disturbed
    by Ctrl-C, which is for the parent.

    Args:
        function: Picklable; it is sent once.
        name: Shown by the system.
        timeout_s: How long an answer may take, once the process has started.
    """

    def __init__(self, function: Callable[[int], Result], *, name: str, timeout_s: float) -> None:
        try:
            pickle.dumps(function)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            raise OptionError(
                f"{function!r} cannot be sent to a process ({error}). Use threads, or a function "
                "or a dataclass with __call__ at the top of a module, made of plain values."
            ) from error
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._has_started = False
        self._process = context.Process(
            target=_serve, args=(theirs, function), name=name, daemon=True
        )
        self._process.start()
        # The child has its own; closing ours makes its death readable as the end of the pipe.
        theirs.close()

    def call(self, argument: int) -> Result:
        """The function's result, computed in the process.

        Raises:
            RemoteError: If the function raises, the process has died, or it takes too long.
        """
        with self._lock:
            try:
                if not self._has_started:
                    self._wait(START_TIMEOUT_S)
                    self._connection.recv_bytes()
                    self._has_started = True
                self._connection.send(argument)
                self._wait(self._timeout_s)
                answer = _receive_parts(self._connection)
            except (EOFError, OSError) as error:
                raise RemoteError(self._cause_of_death()) from error
        succeeded, value = answer
        if not succeeded:
            raise RemoteError(*value)
        return value

    def stop(self) -> None:
        """End the process now."""
        self._process.terminate()
        self._process.join(timeout=2.0)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        with contextlib.suppress(OSError):
            self._connection.close()

    def _wait(self, timeout_s: float) -> None:
        """Until there is something to read, if only that the process is gone."""
        ready = multiprocessing.connection.wait(
            [self._connection, self._process.sentinel], timeout=timeout_s
        )
        if not ready:
            self._process.kill()
            raise RemoteError(f"its process took more than {timeout_s:g} s and was ended")

    def _cause_of_death(self) -> str:
        self._process.join(timeout=2.0)
        code = self._process.exitcode
        if code is not None and code < 0:
            hint = " (out of memory?)" if -code == getattr(signal, "SIGKILL", 9) else ""
            return f"its process was ended by signal {-code}{hint}"
        return f"its process ended with exit code {code}"


def _serve(connection: Connection, function: Callable[[int], Any]) -> None:
    """Answer until the parent closes its end or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Workers share the machine with training: one thread each, whenever torch is imported.
    os.environ["OMP_NUM_THREADS"] = "1"
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(1)
    connection.send_bytes(b"ready")
    while True:
        try:
            argument = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer = pickle_parts((True, function(argument)))
        except Exception as error:  # noqa: BLE001 - sent to the parent, which raises it
            text = f"{type(error).__name__}: {error}"
            answer = pickle_parts((False, (text, traceback.format_exc())))
        try:
            connection.send([len(part) for part in answer])
            for part in answer:
                connection.send_bytes(part)
        except OSError:
            return


def _receive_parts(connection: Connection) -> Any:
    """What ``_serve`` sent; raises EOFError where the process died before its end."""
    parts = [bytearray(size) for size in connection.recv()]
    for part in parts:
        connection.recv_bytes_into(part)
    return unpickle_parts(parts)
