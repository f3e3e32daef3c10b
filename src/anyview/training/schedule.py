# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Learning-rate schedules: pure functions from the step to a factor in (0, 1]."""

import math
from dataclasses import dataclass
from typing import Literal

from anyview.core.errors import OptionError
from anyview.core.options import check_choices, option


@dataclass(frozen=True)
class ScheduleConfig:
    """How the learning rate changes in a run; fractions are of all steps.

    Attributes:
        kind: ``"constant_cosine"`` stays at the peak for a while, ``"cosine"`` falls at once.
        warmup: Fraction in which the factor rises linearly to 1.
        constant_until: Fraction at which the fall starts (``"constant_cosine"`` only).
        floor: Factor at the end.
    """

    kind: Literal["constant_cosine", "cosine"] = option(
        "constant_cosine", "Shape after the warm-up: constant then cosine, or cosine at once."
    )
    warmup: float = option(0.04, "Fraction of the steps in which the rate rises.")
    constant_until: float = option(0.74, "Fraction of the steps after which the rate falls.")
    floor: float = option(0.01, "Factor of the rate at the end.")

    def __post_init__(self) -> None:
        check_choices(self)
        for name in ("warmup", "constant_until", "floor"):
            if not 0 <= getattr(self, name) <= 1:
                raise OptionError(f"{name} is {getattr(self, name)}; accepted: 0 to 1.")
        if self.kind == "constant_cosine" and self.warmup > self.constant_until:
            raise OptionError(
                f"warmup ({self.warmup}) ends after constant_until ({self.constant_until}); "
                "the rate cannot fall before it has risen."
            )


def learning_rate_factor(config: ScheduleConfig, step: int, num_steps: int) -> float:
    """The factor of a step.

    Args:
        config: The schedule.
        step: From 0; steps past the end keep the last factor.
        num_steps: Steps of the whole run.
    """
    if config.kind == "cosine":
        return warmup_cosine(step, num_steps, warmup=config.warmup, floor=config.floor)
    return warmup_constant_cosine(
        step,
        num_steps,
        warmup=config.warmup,
        constant_until=config.constant_until,
        floor=config.floor,
    )


def warmup_cosine(step: int, num_steps: int, *, warmup: float, floor: float = 0.0) -> float:
    """Linear rise, then half a cosine down to the floor.

    Args:
        step: From 0.
        num_steps: Steps of the whole run.
        warmup: Fraction of the steps in which the factor rises.
        floor: Factor of the last step.
    """
    return warmup_constant_cosine(
        step, num_steps, warmup=warmup, constant_until=warmup, floor=floor
    )


def warmup_constant_cosine(
    step: int, num_steps: int, *, warmup: float, constant_until: float, floor: float = 0.0
) -> float:
    """Linear rise, then 1, then half a cosine down to the floor.

    The first step of a warm-up of n steps has factor 1 / n: a step with factor 0 would be wasted.

    Args:
        step: From 0.
        num_steps: Steps of the whole run.
        warmup: Fraction of the steps in which the factor rises.
        constant_until: Fraction of the steps after which it falls.
        floor: Factor of the last step.
    """
    if step < 0 or num_steps < 1:
        raise ValueError(f"step {step} of {num_steps}: the first step is 0, and there is one.")
    rising = round(warmup * num_steps)
    if step < rising:
        return (step + 1) / rising
    falling_from = round(constant_until * num_steps)
    if step < falling_from:
        return 1.0
    last = max(num_steps - 1, falling_from)
    progress = (
        1.0 if last == falling_from else min((step - falling_from) / (last - falling_from), 1.0)
    )
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress))
