# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Several sources of batches as one: each scene of a step comes from one of them, by weight."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from anyview.core.errors import OptionError
from anyview.data.batch import Batch, join
from anyview.training.batch_source import BatchSource, share
from anyview.training.plan import StepPlan


class SourceMixture:
    """A ``BatchSource`` of several.

    Which source a scene of a step comes from depends on the step's plan alone, so a run can be
    resumed anywhere, and processes share a step whatever their number.

    Args:
        parts: Weight and source; weights need not add up to 1. A part of weight 0 is never asked.

    Raises:
        OptionError: If a weight is negative, or none is positive.
    """

    def __init__(self, parts: Sequence[tuple[float, BatchSource]]) -> None:
        weights = [weight for weight, _ in parts]
        if not weights or min(weights) < 0 or not sum(weights) > 0:
            raise OptionError(f"Weights of sources are {weights}; accepted: 0 or more, not all 0.")
        self._sources = [source for _, source in parts]
        self._shares = np.array(weights) / sum(weights)

    def parts_of(self, plan: StepPlan) -> list[int]:
        """The place in ``parts`` of each scene's source."""
        drawn = np.random.default_rng((plan.seed, 0x313)).choice(
            len(self._sources), size=plan.kind.scenes, p=self._shares
        )
        return [int(part) for part in drawn]

    def batch(self, plan: StepPlan, rank: int = 0, world: int = 1) -> Batch:
        """See ``BatchSource``."""
        parts = self.parts_of(plan)
        scenes = []
        for place in share(plan.kind.scenes, rank, world):
            part = parts[place]
            # As if each scene of a part were asked for by a process of its own.
            before, count = parts[:place].count(part), parts.count(part)
            own = replace(plan, kind=replace(plan.kind, scenes=count))
            scenes.append(self._sources[part].batch(own, before, count))
        return join(scenes)
