# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which frames of a video to take."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from anyview.core.errors import OptionError

DEFAULT_COUNT = 16


@dataclass(frozen=True)
class FrameChoice:
    """At most one of three ways to thin out a video; by default 16 frames, evenly spread.

    Attributes:
        fps: The first frame of each interval of 1 / fps seconds.
        count: The middle frame of each of this many equal parts; all frames if there are fewer.
        every: Every n-th frame, beginning with the first.

    Raises:
        OptionError: If more than one is given, or one is not positive.
    """

    fps: float | None = None
    count: int | None = None
    every: int | None = None

    def __post_init__(self) -> None:
        """Check the values."""
        given = {n: v for n, v in vars(self).items() if v is not None}
        if len(given) > 1:
            raise OptionError(
                f"Video frames are chosen by fps, count or every; got {' and '.join(given)}."
            )
        for name, value in given.items():
            if not (math.isfinite(value) and value > 0):
                raise OptionError(f"Video frames by {name}: it must be positive, got {value}.")

    def indices(self, times_s: Sequence[float]) -> list[int]:
        """Indices of the chosen frames, ascending.

        Args:
            times_s: Time of each frame of the video, ascending.
        """
        total = len(times_s)
        if self.every is not None:
            return list(range(0, total, self.every))
        if self.fps is not None:
            # A thousandth of an interval is slack for times that containers round.
            intervals = [math.floor((t - times_s[0]) * self.fps + 1e-3) for t in times_s]
            return [i for i in range(total) if i == 0 or intervals[i] > intervals[i - 1]]
        count = min(self.count or DEFAULT_COUNT, total)
        return [(2 * part + 1) * total // (2 * count) for part in range(count)]
