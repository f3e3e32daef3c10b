# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every knob of streaming, once, with its default."""

from dataclasses import dataclass

from anyview.core.errors import OptionError
from anyview.core.options import option


@dataclass(frozen=True)
class StreamOptions:
    """How a long video is cut into chunks that are joined again."""

    chunk: int = option(16, "Frames of a chunk: what the network sees at a time.")
    overlap: int = option(4, "Frames that a chunk shares with the one before.")
    cut: float = option(
        0.1,
        "Share of points that must agree for two chunks to be one scene; below it a new segment "
        "starts.",
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        if not 1 <= self.overlap < self.chunk:
            raise OptionError(
                f"chunk is {self.chunk} and overlap {self.overlap}; a chunk shares at least 1 "
                "frame with the one before and has more frames than that."
            )
        if not 0 <= self.cut < 1:
            raise OptionError(f"cut is {self.cut}; give a share, at least 0 and below 1.")

    @property
    def step(self) -> int:
        """Frames from the start of a chunk to the start of the next."""
        return self.chunk - self.overlap
