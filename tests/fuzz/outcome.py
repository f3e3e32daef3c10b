# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What reading a damaged input may come to: success or an error of our own, soon and in bounds."""

import contextlib
import signal
import stat
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from anyview.core.errors import AnyViewError

CPU_SECONDS = 5.0
"""A case that computes longer hangs. CPU time, as test machines are busy ..."""

WALL_SECONDS = 20.0
"""... and wall time for a case that waits for something, such as a pipe."""

MEMORY_BYTES = 2 << 30
"""More address space than this, beyond what the process has, is out of bounds."""

MOST_LETTERS = 20_000
"""A message longer than this is no message."""


class HungError(BaseException):
    """Not an ``Exception``: nothing may catch it on its way out."""


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    def stop(number: int, _frame: FrameType | None) -> None:
        raise HungError("CPU" if number == signal.SIGPROF else "wall")

    if threading.current_thread() is not threading.main_thread() or sys.platform == "win32":
        yield
        return
    clocks = (
        (signal.SIGPROF, signal.ITIMER_PROF, CPU_SECONDS),
        (signal.SIGALRM, signal.ITIMER_REAL, WALL_SECONDS),
    )
    before = [signal.signal(number, stop) for number, _, _ in clocks]
    for _, timer, seconds in clocks:
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for (number, timer, _), handler in zip(clocks, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)


@contextlib.contextmanager
def _memory_limit() -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file at or below a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            found[str(path.relative_to(folder))] = (status.st_size, status.st_mtime_ns)
    return found


def bug_in(read: Callable[[Path], object], folder: Path) -> str | None:
    """What is wrong with the way in which an input is read; None if nothing is.

    Args:
        read: Reads the input.
        folder: Holds it; no file in it may be written, changed or removed.
    """
    before = listing(folder)
    found = fault_of(lambda: read(folder))
    changed = listing(folder).items() ^ before.items()
    if changed:
        found = f"{found or ''} files changed: {sorted({name for name, _ in changed})}"
    return found


def fault_of(call: Callable[[], object]) -> str | None:
    """What is wrong with the way in which a call ends; None if nothing is."""
    found = None
    try:
        with _time_limit(), _memory_limit():
            call()
    except AnyViewError as error:
        text = str(error)
        if not text or len(text) > MOST_LETTERS or "Traceback" in text:
            found = f"a message of {len(text)} letters: {text[:200]!r}"
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - panics of other languages derive from it
        where = [f for f in traceback.extract_tb(error.__traceback__) if "anyview" in f.filename]
        at = f"{Path(where[-1].filename).name}:{where[-1].lineno} {where[-1].name}" if where else ""
        found = f"{type(error).__name__}: {str(error)[:300]} [{at}]"
    return found
