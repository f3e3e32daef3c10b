# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How well a run uses the machine: rates, waiting for data, arithmetic against what is possible."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch.utils.flop_counter import FlopCounterMode

Clock = Callable[[], float]


@dataclass
class EfficiencyMeter:
    """Adds up steps since it was last read.

    A step is: ``data_arrived`` when its batch is there, ``step_done`` when its update is made. On
    a GPU, call ``step_done`` where the program waits for the device anyway (numbers are read), or
    the rates are those of launching work.

    Attributes:
        peak_flops: Matrix-product rate of the machine, see ``matrix_rate``; None if not measured.
        clock: Seconds.
    """

    peak_flops: float | None = None
    clock: Clock = time.perf_counter
    _started: float = field(init=False)
    _last: float = field(init=False)
    _waited: float = field(init=False, default=0.0)
    _steps: int = field(init=False, default=0)
    _views: int = field(init=False, default=0)
    _flops: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget everything: after a pause (validation, saving) that is not part of a step."""
        self._started = self._last = self.clock()
        self._waited, self._steps, self._views, self._flops = 0.0, 0, 0, 0.0

    def data_arrived(self) -> None:
        """The batch of the next step is there."""
        now = self.clock()
        self._waited += now - self._last
        self._last = now

    def step_done(self, num_views: int, flops: float = 0.0) -> None:
        """A step is over.

        Args:
            num_views: Views that it saw.
            flops: Its floating-point operations, see ``count_flops``; 0 if not known.
        """
        self._last = self.clock()
        self._steps += 1
        self._views += num_views
        self._flops += flops

    def read(self) -> dict[str, float]:
        """Numbers of the steps since the last reading, for the journal; then starts anew.

        Returns:
            ``steps_per_s``, ``views_per_s``, ``data_wait`` (share of the time, 0 to 1); where
            operations are known ``gflops_per_s``, and where the machine's rate is known too
            ``of_peak`` (0 to 1). Empty if there was no step.
        """
        elapsed = self._last - self._started
        if not self._steps or elapsed <= 0:
            return {}
        numbers = {
            "steps_per_s": self._steps / elapsed,
            "views_per_s": self._views / elapsed,
            "data_wait": self._waited / elapsed,
        }
        if self._flops:
            numbers["gflops_per_s"] = self._flops / elapsed / 1e9
            if self.peak_flops:
                numbers["of_peak"] = self._flops / elapsed / self.peak_flops
        self.restart()
        return numbers


def count_flops(step: Callable[[], object]) -> int:
    """Floating-point operations of matrix products, convolutions and attention in a call.

    Counts forward and, if the call makes one, backward; a multiplication with its addition is 2.

    Args:
        step: Runs once, really: with side effects.
    """
    with FlopCounterMode(display=False) as counter:
        step()
    return int(counter.get_total_flops())


def matrix_rate(
    device: torch.device, dtype: torch.dtype = torch.float32, *, seconds: float = 0.3
) -> float:
    """Matrix-product rate of a device in floating-point operations a second, measured.

    The best of several products, so that other programs on the machine disturb little. Of one
    process, with the threads that torch is set to.

    Args:
        device: Where to multiply.
        dtype: What to multiply.
        seconds: About how long to measure, at least 3 products.
    """
    side = 8192 if device.type == "cuda" else 1024
    a = torch.ones(side, side, device=device, dtype=dtype)
    (a @ a).sum().item()  # allocates, warms up
    best, end, runs = float("inf"), time.perf_counter() + seconds, 0
    while runs < 3 or time.perf_counter() < end:
        before = time.perf_counter()
        (a @ a)[0, 0].item()  # waits for the device
        best = min(best, time.perf_counter() - before)
        runs += 1
    return 2 * side**3 / best


def seconds_left(steps_left: int, steps_per_s: float) -> float:
    """Time to the end of a run at the present rate.

    Args:
        steps_left: Steps that are still to be made.
        steps_per_s: 0 gives infinity.
    """
    return steps_left / steps_per_s if steps_per_s > 0 else float("inf")


def format_duration(seconds: float) -> str:
    """Such as ``"45 s"``, ``"12 min"``, ``"3 h 05 min"``, ``"2 d 4 h"``; ``"?"`` if infinite."""
    if not seconds < float("inf"):
        return "?"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"
