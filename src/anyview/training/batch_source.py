# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where batches come from: a function of the step's plan, whatever makes or stores the data."""

from typing import Protocol, runtime_checkable

from anyview.data.batch import Batch
from anyview.training.plan import StepPlan


@runtime_checkable
class BatchSource(Protocol):
    """Anything that gives the batch of a step."""

    def batch(self, plan: StepPlan, rank: int = 0, world: int = 1) -> Batch:
        """This process's share of the batch of a step: scenes rank, rank + world, ...

        The scenes of all processes together are the same whatever their number.
        """
        ...


def share(scenes: int, rank: int, world: int) -> range:
    """Which scenes of a step belong to a process."""
    return range(rank, scenes, world)
