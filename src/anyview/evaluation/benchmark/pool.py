# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Processes that fulfil orders; one that hangs or dies is replaced, and its order is a failure."""

import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from multiprocessing import connection as pipes
from multiprocessing.context import SpawnProcess
from typing import Any

from anyview.evaluation.benchmark.evaluation import CLAIMS_METRES, unread
from anyview.evaluation.benchmark.task import Scored, Task
from anyview.evaluation.benchmark.worker import Order, Ready, Refused, Setup, serve

_STOP_S = 5.0

Keep = Callable[[Order, Scored, Mapping[str, object] | None], None]
"""Told of each order: what it came to, and what its method says of itself, if it was made."""


@dataclass
class _Slot:
    """One process and what it is at."""

    process: SpawnProcess
    pipe: Any
    order: Order | None = None
    description: Mapping[str, object] | None = None
    is_ready: bool = False
    began: float = 0.0


@dataclass
class Pool:
    """Processes and the orders that are left.

    Attributes:
        setup: What all processes know.
        tasks: By suite and name.
        orders: What is to be done, in this order.
        jobs: Processes.
        timeout_s: Seconds that a task may take, once its method is made ready.
        keep: Told of each order that is done.
        slots: The processes.
        broken: Methods that ended their process while they were made ready, and how.
    """

    setup: Setup
    tasks: Mapping[tuple[str, str], Task]
    orders: deque[Order]
    jobs: int
    timeout_s: float
    keep: Keep
    slots: list[_Slot] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)

    def run(self) -> None:
        """Have all orders fulfilled.

        Raises:
            AnyViewError: If a method or suite cannot be made, or a result cannot be written.
        """
        try:
            for _ in range(min(self.jobs, len(self.orders))):
                self.slots.append(self._start())
            while self.orders or any(slot.order for slot in self.slots):
                for slot in self.slots:
                    if slot.order is None and self.orders:
                        self._give(slot)
                self._wait()
        finally:
            for slot in self.slots:
                _end(slot, politely=slot.order is None)

    def _start(self) -> _Slot:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, self.setup), name="anyview-eval")
        process.start()
        theirs.close()  # so that the end of the process is the end of the pipe
        return _Slot(process, ours)

    def _give(self, slot: _Slot) -> None:
        order = self.orders.popleft()
        if order.method in self.broken and not order.failed:
            order = replace(order, failed=self.broken[order.method])
        slot.order, slot.description, slot.is_ready = order, None, False
        slot.began = time.monotonic()
        try:
            slot.pipe.send(order)
        except OSError:
            self._replace(slot)

    def _wait(self) -> None:
        """Until something comes, or the time of something runs out."""
        busy = [slot for slot in self.slots if slot.order is not None]
        now = time.monotonic()
        left = [slot.began + self.timeout_s - now for slot in busy if slot.is_ready]
        ready = pipes.wait([slot.pipe for slot in busy], max(0.0, min(left)) if left else None)
        for slot in busy:
            if slot.pipe in ready:
                self._hear(slot)
            elif slot.is_ready and time.monotonic() - slot.began > self.timeout_s:
                self._replace(slot, f"no answer within {self.timeout_s:g} seconds")

    def _hear(self, slot: _Slot) -> None:
        assert slot.order is not None
        try:
            said = slot.pipe.recv()
        except (EOFError, OSError):
            self._replace(slot)
            return
        if isinstance(said, Ready):
            slot.description, slot.is_ready = said.description, True
            slot.began = time.monotonic()
        elif isinstance(said, Refused):
            raise said.error()
        else:
            self.keep(slot.order, said, slot.description)
            slot.order = None

    def _replace(self, slot: _Slot, reason: str = "") -> None:
        """End a process that hangs or is dead; its order failed."""
        assert slot.order is not None
        _end(slot, politely=False)
        order, seconds = slot.order, time.monotonic() - slot.began
        why = reason or _cause_of_death(slot.process.exitcode)
        if order.failed:  # even reading the truth ends the process: numbers cannot be had
            task = self.tasks[order.suite, order.task]
            self.keep(order, unread(task, order.failed, order.seconds), None)
        else:
            if not slot.is_ready:
                why = f"{why} while the method was made ready"
                self.broken[order.method] = why
            claims = bool((slot.description or {}).get(CLAIMS_METRES, False))
            self.orders.appendleft(
                replace(order, failed=why, seconds=seconds, claims_metres=claims)
            )
        self.slots[self.slots.index(slot)] = self._start()


def _cause_of_death(code: int | None) -> str:
    if code is not None and code < 0:
        memory = " (out of memory, if nobody ended it)" if code == -9 else ""
        return f"the process was ended by signal {-code}{memory}"
    return f"the process ended by itself with code {code}"


def _end(slot: _Slot, *, politely: bool) -> None:
    """End a process: asked to, or at once."""
    if politely and slot.process.is_alive():
        try:
            slot.pipe.send(None)
            slot.process.join(_STOP_S)
        except OSError:
            pass
    if slot.process.is_alive():
        slot.process.kill()
    slot.process.join()
    slot.pipe.close()
