# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A weighted mixture of sources as a function of the step, so that a run can be resumed anywhere.

Sources are mixed scene by scene within each batch. Nothing is remembered between steps: the batch
of step 120 000 is the same whether the run got there at once or in ten pieces, on one process or
on eight.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from anyview.core.errors import OptionError
from anyview.data.batch import Batch, join
from anyview.data.batch_plan import BatchPlan, BudgetOptions, plan_batch
from anyview.data.scene_source import Source


@dataclass(frozen=True)
class Part:
    """One source of a mixture.

    Attributes:
        name: Unique in the mixture.
        source: What gives batches.
        weight: Its share of the scenes is this over the sum of all weights.
    """

    name: str
    source: Source
    weight: float = 1.0


class Mixture:
    """Batches from several sources.

    Args:
        parts: At least one with positive weight.
        seed: Of the run.
        budget: Sizes of the batch of all processes together; None for the paper's.

    Raises:
        OptionError: If names repeat, a weight is negative, or all are 0.
    """

    def __init__(
        self, parts: Sequence[Part], seed: int, *, budget: BudgetOptions | None = None
    ) -> None:
        names = [part.name for part in parts]
        weights = np.array([part.weight for part in parts], dtype=np.float64)
        if len(set(names)) < len(names):
            raise OptionError(f"Parts of a mixture need different names, got {', '.join(names)}.")
        if not len(weights) or not (weights >= 0).all() or not weights.sum() > 0:
            raise OptionError(
                f"Weights must not be negative and not all 0, got {weights.tolist()} for "
                f"{', '.join(names) or 'no parts'}."
            )
        self._parts, self._shares = tuple(parts), weights / weights.sum()
        self._seed = seed
        self._budget = budget or BudgetOptions()

    def plan(self, step: int) -> BatchPlan:
        """Shape of the batch of a step, of all processes together."""
        return plan_batch(self._seed, step, self._budget)

    def parts_of(self, step: int) -> list[Part]:
        """The part that each scene of a step comes from."""
        scenes = self.plan(step).scenes
        drawn = np.random.default_rng((self._seed, step, 0x313)).choice(
            len(self._parts), size=scenes, p=self._shares
        )
        return [self._parts[index] for index in drawn]

    def batch(self, step: int, rank: int = 0, world: int = 1) -> Batch:
        """A process's share of the batch of a step: scenes rank, rank + world, ...

        Every scene has a seed of its own, so all processes together have the same scenes whatever
        their number.

        Args:
            step: From 0.
            rank: Of this process, from 0.
            world: Number of processes.

        Raises:
            InputError: If a source cannot give a scene.
            OptionError: If there is no scene for this process: the budget is too small for so many.
        """
        plan, parts = self.plan(step), self.parts_of(step)
        own = range(len(parts))[rank::world]
        if not own:
            raise OptionError(
                f"Step {step} has {plan.scenes} scenes of {plan.views} views of {plan.height} x "
                f"{plan.width} and process {rank} of {world} gets none; raise max_tokens to "
                f"{world} times what one process holds, or lower max_views."
            )
        return join(
            [
                parts[place].source.batch(
                    seed_for(self._seed, step, place), 1, plan.views, (plan.height, plan.width)
                )
                for place in own
            ]
        )


def seed_for(seed: int, step: int, place: int) -> int:
    """A seed of its own for each scene of a run, from 0 to below 2^62."""
    state = np.random.SeedSequence((seed, step, place)).generate_state(1, np.uint64)
    return int(state[0] >> np.uint64(2))
