# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How a benchmark is run: the command line is made of this (no torch here)."""

import math
from dataclasses import dataclass

from anyview.core.errors import OptionError
from anyview.core.options import option


@dataclass(frozen=True)
class RunOptions:
    """Limits and what is kept."""

    limit: int | None = option(None, "Run so many tasks of each suite, evenly spread, only.")
    jobs: int = option(
        1, "Processes that answer tasks side by side; times are only comparable with 1."
    )
    timeout_s: float = option(900.0, "Seconds after which a task counts as failed.")
    retry_failed: bool = option(False, "Try again what failed in an earlier run.")
    pictures: int = option(
        3, "Draw so many of the worst tasks of each method for the report; 0 for none."
    )
    keep_answers: bool = option(
        False, "Also keep every answer, as files that 'from-disk' can score again."
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        for name in ("limit", "jobs"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(f"{name} is {value}; give at least 1.")
        if self.pictures < 0:
            raise OptionError(f"pictures is {self.pictures}; give 0 or more.")
        if not 0 < self.timeout_s < math.inf:
            raise OptionError(f"timeout_s is {self.timeout_s}; give a positive number of seconds.")
