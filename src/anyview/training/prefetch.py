# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Batches prepared ahead, in threads or processes, in an order that does not depend on them.

A batch is a function of its step alone. Whoever prepares it, and however fast, step n gets batch
n: runs with another number of workers, and resumed runs, see the same.
"""

import queue
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, TypeVar

from anyview.core.errors import OptionError, TrainingError
from anyview.training.worker_process import WorkerProcess

Item = TypeVar("Item")


@dataclass(frozen=True)
class PrefetchOptions:
    """How batches are prepared.

    Attributes:
        workers: Threads or processes; 0 prepares each batch when it is asked for.
        ahead: Batches that may be ready or in preparation at a time.
        use_processes: Processes instead of threads: for functions that hold Python's lock. They
            are started afresh ("spawn"), so function and batches must be picklable.
        timeout_s: How long a batch may take before the run is given up.
    """

    workers: int = 2
    ahead: int = 4
    use_processes: bool = False
    timeout_s: float = 600.0

    def __post_init__(self) -> None:
        if self.workers < 0 or self.ahead < 1 or not self.timeout_s > 0:
            raise OptionError(
                f"workers is {self.workers}, ahead {self.ahead}, timeout_s {self.timeout_s}; "
                "accepted: 0 or more, 1 or more, above 0."
            )


class Prefetcher(Generic[Item]):
    """Gives ``(step, make(step))`` for one step after the other. Use it in a ``with`` block.

    Args:
        make: The batch of a step; a function of the step alone. Threads call it at the same time.
        first_step: Where to start.
        stop_step: The step before which to stop.
        options: Workers and their kind.
    """

    def __init__(
        self,
        make: Callable[[int], Item],
        *,
        first_step: int,
        stop_step: int,
        options: PrefetchOptions = PrefetchOptions(),
    ) -> None:
        self._make = make
        self._options = options
        self._next, self._stop = first_step, stop_step
        self._pending: deque[tuple[int, Future[Item]]] = deque()
        self._tasks: queue.SimpleQueue[tuple[int, Future[Item]] | None] = queue.SimpleQueue()
        self._processes: list[WorkerProcess[Item]] = []
        self._threads: list[threading.Thread] = []
        self._closed = False
        for index in range(options.workers):
            prepare = make
            if options.use_processes:
                process = WorkerProcess(make, name=f"batches-{index}", timeout_s=options.timeout_s)
                self._processes.append(process)
                prepare = process.call
            # Daemons: one that hangs in ``make`` must not keep the program from ending.
            thread = threading.Thread(
                target=self._work, args=(prepare,), name=f"batches-{index}", daemon=True
            )
            self._threads.append(thread)
            thread.start()
        self._fill()

    def __iter__(self) -> Iterator[tuple[int, Item]]:
        """Steps with their batches.

        Raises:
            TrainingError: If a batch could not be prepared, its worker died, or it took too long;
                names the step and shows where it happened.
        """
        while self._pending or self._next < self._stop:
            if not self._options.workers:
                step, self._next = self._next, self._next + 1
                done: Future[Item] = Future()
                _fulfil(done, self._make, step)
                yield step, self._result(step, done)
                continue
            step, future = self._pending.popleft()
            item = self._result(step, future)
            self._fill()
            yield step, item

    def close(self) -> None:
        """Stop all workers; what they are preparing is dropped."""
        self._closed = True
        for _, future in self._pending:
            future.cancel()
        self._pending.clear()
        self._next = self._stop
        for _ in self._threads:
            self._tasks.put(None)
        for process in self._processes:
            process.stop()
        for thread in self._threads:
            thread.join(timeout=1.0)

    def __enter__(self) -> "Prefetcher[Item]":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _fill(self) -> None:
        """Hand out steps until enough are on the way."""
        while (
            self._options.workers
            and self._next < self._stop
            and len(self._pending) < self._options.ahead
        ):
            future: Future[Item] = Future()
            self._pending.append((self._next, future))
            self._tasks.put((self._next, future))
            self._next += 1

    def _work(self, prepare: Callable[[int], Item]) -> None:
        while (task := self._tasks.get()) is not None and not self._closed:
            step, future = task
            if future.set_running_or_notify_cancel():
                _fulfil(future, prepare, step)

    def _result(self, step: int, future: "Future[Item]") -> Item:
        # Processes are watched where they are called, and may take time to start.
        limit = None if self._options.use_processes else self._options.timeout_s
        try:
            return future.result(timeout=limit)
        except FutureTimeoutError as error:
            if future.done():
                raise _failure(step, error) from error
            raise TrainingError(
                f"The batch of step {step} was not ready after {self._options.timeout_s:g} s. "
                "Its function hangs or is too slow; raise timeout_s if it is slow."
            ) from error
        except Exception as error:
            raise _failure(step, error) from error


def _fulfil(future: "Future[Item]", prepare: Callable[[int], Item], step: int) -> None:
    try:
        future.set_result(prepare(step))
    except BaseException as error:  # noqa: BLE001 - raised again where the batch is asked for
        future.set_exception(error)


def _failure(step: int, error: BaseException) -> TrainingError:
    # A process sends its traceback as text; a thread's is read off the error.
    trace = getattr(error, "remote_traceback", None) or "".join(traceback.format_exception(error))
    return TrainingError(f"The batch of step {step} could not be prepared: {error}\n{trace}")
