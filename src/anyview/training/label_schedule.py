# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""When a scene is learnt from its own depth, and when from a teacher's (DA3, sections 3.3, 4.3).

The any-view student has ground truth until step 120 k of 200 k and aligned teacher labels from
there on; the metric student keeps raw ground truth for a fifth of its scenes throughout; the
monocular student has teacher labels alone.
"""

import random
from dataclasses import dataclass

from anyview.core.errors import OptionError
from anyview.core.options import option


@dataclass(frozen=True)
class LabelSchedule:
    """Which depth real scenes are given; synthetic ones always keep their exact depth.

    Attributes:
        teacher: Name of the labels in the scenes' folders; None: always their own depth.
        begins: Fraction of the run at which labels take over (paper, any-view: 0.6).
        truth_share: Share of the scenes that keep their own depth after that (paper, metric: 0.2).
    """

    teacher: str | None = option(None, "Name of the teacher's labels (none: own depth only).")
    begins: float = option(0.6, "Fraction of the run at which the teacher's labels take over.")
    truth_share: float = option(0.0, "Share of the scenes that keep their own depth after that.")

    def __post_init__(self) -> None:
        for name in ("begins", "truth_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise OptionError(f"{name} is {getattr(self, name)}; accepted: 0 to 1.")

    def takes_teacher(self, step: int, num_steps: int, seed: int) -> bool:
        """Whether a scene of a step is given the teacher's depth: a function of these numbers.

        Args:
            step: Index of the step.
            num_steps: Of the whole run.
            seed: Of the scene's place in the step.
        """
        if self.teacher is None or step < self.begins * num_steps:
            return False
        return random.Random(f"{seed}/labels").random() >= self.truth_share
