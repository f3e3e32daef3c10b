# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How a teacher's labels are made, and when their alignment is believed (no torch here)."""

from dataclasses import dataclass, fields

from anyview.core.errors import OptionError
from anyview.core.options import option


@dataclass(frozen=True)
class FitLimits:
    """When an alignment is believed."""

    min_points: int = option(20, "Fewest pixels of known depth that a frame is aligned by.")
    min_inliers: float = option(0.5, "Least share of them that must agree with the alignment.")
    max_residual: float = option(
        0.25, "Largest deviation of those that agree, as a share of their median depth."
    )

    def __post_init__(self) -> None:
        if self.min_points < 2 or not 0 <= self.min_inliers <= 1 or not self.max_residual > 0:
            raise OptionError(
                f"min_points {self.min_points}, min_inliers {self.min_inliers}, max_residual "
                f"{self.max_residual}; accepted: 2 or more, 0 to 1, above 0."
            )


@dataclass(frozen=True)
class LabelOptions(FitLimits):
    """How labels are made."""

    name: str | None = option(None, "What the labels are called (default: the model's name).")
    resolution: int | None = option(
        None, "Longest side of the labels in pixels (default: what the model was trained at)."
    )
    batch_size: int = option(8, "Frames that are predicted at once.")
    overwrite: bool = option(False, "Replace labels of that name that other weights made.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.batch_size < 1:
            raise OptionError(f"batch_size is {self.batch_size}; accepted: 1 or more.")

    @property
    def limits(self) -> FitLimits:
        """The part that says when an alignment is believed."""
        return FitLimits(**{f.name: getattr(self, f.name) for f in fields(FitLimits)})
