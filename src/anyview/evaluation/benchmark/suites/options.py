# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which tasks are made of a data set."""

from dataclasses import dataclass
from typing import Literal

from anyview.core.errors import OptionError
from anyview.core.options import check_choices, option

Given = Literal["nothing", "intrinsics", "cameras"]


@dataclass(frozen=True)
class SuiteOptions:
    """Which tasks are made of a data set; None leaves it to its protocol."""

    view_counts: str | None = option(
        None, "Numbers of views to ask each scene with, such as '1,2,4,all'."
    )
    given: Given = option("nothing", "What of the true cameras methods are given.")
    scenes: str | None = option(None, "Pattern of the scenes to take, such as 'scan1*'.")
    max_scenes: int | None = option(None, "Take the first so many scenes only.")
    max_frames: int | None = option(None, "Most frames of a scene.")
    image_side: int | None = option(
        None, "Shrink images until their longer side has so many pixels; 0: never."
    )

    def __post_init__(self) -> None:
        """Refuse values that cannot be meant."""
        check_choices(self)
        self.counts()
        for name in ("max_scenes", "max_frames"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise OptionError(f"{name} is {value}; give 1 or more.")
        if self.image_side is not None and self.image_side != 0 and self.image_side < 14:
            raise OptionError(f"image_side is {self.image_side}; give 14 or more, or 0 for never.")

    def counts(self) -> tuple[int, ...] | None:
        """``view_counts`` as numbers, 0 for all; None if it is not set.

        Raises:
            OptionError: If it is no list of positive numbers.
        """
        if self.view_counts is None:
            return None
        words = [word.strip() for word in self.view_counts.split(",")]
        good = [word == "all" or (word.isdecimal() and int(word) > 0) for word in words]
        if not all(good):
            raise OptionError(
                f"view_counts is {self.view_counts!r}; accepted: positive numbers and 'all', with "
                "commas between, such as '1,2,4,all'."
            )
        return tuple(dict.fromkeys(0 if word == "all" else int(word) for word in words))
