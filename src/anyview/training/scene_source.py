# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Scenes on disk, or in memory, as batches of a training run.

Ground truth is learnt until a step, and a teacher's labels from there on (see ``LabelSchedule``).
"""

from anyview.core.errors import OptionError
from anyview.data.batch import Batch, join
from anyview.data.scene_seed import seed_for
from anyview.data.scene_source import Source
from anyview.training.augmentation import Augmentation, augment
from anyview.training.batch_source import share
from anyview.training.label_schedule import LabelSchedule
from anyview.training.plan import StepPlan


class SceneBatches:
    """A ``BatchSource`` over a ``Source``.

    Args:
        source: Gives scenes with their own depth.
        augmentation: Changes that keep the truth true; None: none.
        labelled: Gives the same scenes with a teacher's labels for depth.
        labels: When those are taken; None: never.
        num_steps: Of the whole run, by which ``labels`` reckons.

    Raises:
        OptionError: If labels are to be taken and nothing gives them.
    """

    def __init__(
        self,
        source: Source,
        augmentation: Augmentation | None = None,
        *,
        labelled: Source | None = None,
        labels: LabelSchedule | None = None,
        num_steps: int = 1,
    ) -> None:
        labels = labels or LabelSchedule()
        if labels.teacher is not None and labelled is None:
            raise OptionError(
                f"Labels of {labels.teacher!r} are to be taken; give a source of them."
            )
        self._source, self._labelled = source, labelled
        self._labels, self._num_steps = labels, num_steps
        self._augmentation = augmentation

    def batch(self, plan: StepPlan, rank: int = 0, world: int = 1) -> Batch:
        """See ``BatchSource``."""
        kind = plan.kind
        seeds = [seed_for(plan.seed, plan.step, place) for place in share(kind.scenes, rank, world)]
        size = kind.height, kind.width
        batch = join(
            [self._chosen(plan.step, seed).batch(seed, 1, kind.views, size) for seed in seeds]
        )
        return batch if self._augmentation is None else augment(batch, self._augmentation, seeds)

    def _chosen(self, step: int, seed: int) -> Source:
        takes = self._labels.takes_teacher(step, self._num_steps, seed)
        return self._labelled if takes and self._labelled is not None else self._source
