# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Everything that decides what a training run computes: one frozen dataclass."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from anyview.core.errors import OptionError
from anyview.data.synthetic.world_settings import WorldSettings
from anyview.model.config import NetworkConfig
from anyview.training.augmentation import Augmentation
from anyview.training.label_schedule import LabelSchedule
from anyview.training.optimizers import OptimizerConfig
from anyview.training.plan import Phase
from anyview.training.schedule import ScheduleConfig
from anyview.training.world_source import WindowConfig

Objective = Literal["student", "teacher", "metric"]
"""What is trained: the any-view student; the monocular teacher (or a monocular student on its
labels); the metric student."""

Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True)
class Recipe:
    """A training run.

    Attributes:
        name: As the command line knows it.
        summary: One line.
        network: What is trained.
        phases: Mixtures of kinds of steps, in order.
        num_steps: Steps of the optimiser.
        objective: Which losses.
        worlds: What the synthetic scenes look like.
        window: Which synthetic scenes a step sees.
        real_share: Share of the scenes of a step that are real ones, where a folder is given.
        labels: Whether and when real scenes are learnt from a teacher's labels.
        augmentation: Changes of the batches.
        optimizer: Optimiser and rates.
        schedule: Learning rate over the run.
        clip_norm: Largest norm of the gradient.
        average_decay: Decay of the averaged weights, which are the result.
        leak_until: Fraction of the run in which the camera decoder's ReLUs leak (from 0.1 to 0).
        accumulate: Parts that a step's batch is worked on in, one after the other.
        checkpoint_blocks: Compute activations of blocks again instead of keeping them.
        precision: Number type of products; ``"auto"`` is bfloat16 where it is fast.
        seed: Of weights, plans and data order.
        validate_every: Steps between validations.
        save_every: Steps between saved states.
        validation_scenes: Scenes of a validation; they come from numbers that no run trains on.
    """

    name: str
    summary: str
    network: NetworkConfig
    phases: tuple[Phase, ...]
    num_steps: int
    objective: Objective = "student"
    worlds: WorldSettings = field(default_factory=WorldSettings)
    window: WindowConfig = field(default_factory=WindowConfig)
    real_share: float = 0.5
    labels: LabelSchedule = field(default_factory=LabelSchedule)
    augmentation: Augmentation = field(default_factory=Augmentation)
    optimizer: OptimizerConfig = field(default_factory=OptimizerConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    clip_norm: float = 1.0
    average_decay: float = 0.999
    leak_until: float = 0.5
    accumulate: int = 1
    checkpoint_blocks: bool = False
    precision: Precision = "auto"
    seed: int = 0
    validate_every: int = 500
    save_every: int = 500
    validation_scenes: int = 48

    def __post_init__(self) -> None:
        if self.num_steps < 1 or self.accumulate < 1 or not self.phases:
            raise OptionError(
                f"Recipe {self.name!r} has {self.num_steps} steps, {len(self.phases)} phases and "
                f"accumulate {self.accumulate}; accepted: at least 1 of each."
            )
        if not 0 <= self.real_share <= 1:
            raise OptionError(f"real_share is {self.real_share}; accepted: 0 to 1.")
        uneven = [
            kind.name
            for phase in self.phases
            for _, kind in phase.kinds
            if kind.scenes % self.accumulate
        ]
        if uneven:
            raise OptionError(
                f"accumulate is {self.accumulate} and does not divide the scenes of {uneven}."
            )

    @property
    def last_size(self) -> tuple[int, int]:
        """Width and height of the views that the run ends with."""
        last = self.phases[-1].kinds[-1][1]
        return last.width, last.height

    def to_document(self) -> dict[str, Any]:
        """Every number of the recipe, for the record of a run."""
        return asdict(self)


RecipeFunction = Callable[[], Recipe]
