# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a piece of work takes: wall time, and the memory above what was there before it."""

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from anyview.evaluation.benchmark.task import Cost

Result = TypeVar("Result")

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
_SAMPLE_S = 0.005


def measured(work: Callable[[], Result]) -> tuple[Result, Cost]:
    """Do something and say what it took.

    Memory is that of this whole process, so nothing else should run in it. On Linux the kernel's
    own high-water mark is used, or where that cannot be reset, samples every 5 ms; elsewhere it is
    not known.

    Args:
        work: What to do.
    """
    with _memory_watched() as peak:
        started = time.perf_counter()
        result = work()
        seconds = time.perf_counter() - started
    return result, Cost(seconds, peak())


def resident_bytes(field: str = "VmRSS") -> int | None:
    """Resident memory of this process, or None where it cannot be read.

    Args:
        field: ``"VmRSS"``, what it is now, or ``"VmHWM"``, the most it has been.
    """
    try:
        text = _STATUS.read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    lines = [line for line in text.splitlines() if line.startswith(f"{field}:")]
    return int(lines[0].split()[1]) * 1024 if lines else None


@contextmanager
def _memory_watched() -> Iterator[Callable[[], int | None]]:
    """Watch memory; what is yielded gives the peak above the start, after the block."""
    _give_back_free_memory()
    before = resident_bytes()
    if before is None:
        yield lambda: None
        return
    if _reset_peak():
        found: list[int | None] = []
        yield lambda: found[0]
        most = resident_bytes("VmHWM")
        found.append(None if most is None else max(0, most - before))
        return
    with _sampled() as samples:
        yield lambda: max(0, max(samples, default=before) - before)


def _give_back_free_memory() -> None:
    """Hand freed memory back to the system: re-use of it would hide what the work takes."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
        if trim is not None:
            trim(0)


def _reset_peak() -> bool:
    try:
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    except OSError:
        return False
    return True


@contextmanager
def _sampled() -> Iterator[list[int]]:
    samples: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while True:
            now = resident_bytes()
            if now is not None:
                samples.append(now)
            if done.wait(_SAMPLE_S):
                return

    thread = threading.Thread(target=watch, name="anyview-memory", daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        done.set()
        thread.join()
