# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""SIGINT and SIGTERM as a wish to stop after the step, instead of in the middle of one."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Any


class Interruption:
    """While the block lasts, signals are noted; a second SIGINT ends the program at once.

    A second SIGTERM does not: torchrun answers one Ctrl-C with both, and kills half a minute later.
    """

    def __init__(self) -> None:
        self.wanted = False
        self._interrupts = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Interruption":
        # Python lets only the main thread handle signals; elsewhere they stay as they are.
        if threading.current_thread() is threading.main_thread():
            for kind in (signal.SIGINT, signal.SIGTERM):
                self._before[kind] = signal.signal(kind, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if self._interrupts and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._interrupts += number == signal.SIGINT
        self.wanted = True
