# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Sizes and limits of matching and of what is made of it."""

from dataclasses import dataclass

import torch

from anyview.core.errors import OptionError


@dataclass(frozen=True)
class MatchSettings:
    """How images are matched.

    Attributes:
        max_side: Longer images are made smaller before features are sought, pixels.
        max_features: Features of an image, the largest are kept.
        doubled_up_to: Up to this many views, small images are doubled before features are sought:
            two to four times the features, four times the time.
        exhaustive_up_to: Video frames up to this many are matched all with all, as photos are at
            any number; of longer videos each frame with those near it in time.
        overlap: Frames that a frame of a long video is matched with, and as many more at
            distances that double.
        seed: Of everything that draws.
        threads: Threads; None for as many as torch uses.
    """

    max_side: int = 1600
    max_features: int = 4096
    doubled_up_to: int = 32
    exhaustive_up_to: int = 48
    overlap: int = 10
    seed: int = 0
    threads: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that cannot be meant."""
        for name in ("max_side", "max_features", "overlap"):
            if getattr(self, name) < 1:
                raise OptionError(f"{name} is {getattr(self, name)}; give at least 1.")
        if self.seed < 0:
            raise OptionError(f"seed is {self.seed}; give 0 or a positive whole number.")
        if self.threads is not None and self.threads < 1:
            raise OptionError(f"threads is {self.threads}; give at least 1, or None.")

    @property
    def num_threads(self) -> int:
        """Threads that are used."""
        return self.threads or torch.get_num_threads()
