# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Given weights on scenes of one's own: the paper's losses at a low rate, no more.

What helps a network from nothing (matches, flow, leaking ReLUs, single views first) is left out:
weights that know something already would only be disturbed.
"""

from dataclasses import dataclass

from anyview.core.errors import OptionError
from anyview.data.batch_plan import tokens_of
from anyview.model.config import NetworkConfig
from anyview.model.registry import VARIANTS, MetricKind
from anyview.training.lora import TrainedPart
from anyview.training.optimizers import OptimizerConfig
from anyview.training.plan import LossWeights, Phase, StepKind
from anyview.training.recipe import Objective, Recipe
from anyview.training.schedule import ScheduleConfig

VIEWS_A_STEP = 16
"""Most views of a step in one process, all scenes together."""

TOKENS_A_STEP = 8 * 36 * 36
"""Most patch tokens of a step in one process: 8 views of 504 x 504."""

MOST_VIEWS = 8
"""Most views of a scene."""

RATE = 1e-4
"""Of heads and camera parts."""

LORA_RATE = 5e-4
"""Of adapters, which begin at zero: at 1e-4 they are hardly anywhere after 300 steps."""

LEAST_BETWEEN_VALIDATIONS = 20
"""Steps; scores before and after are measured in any case."""


@dataclass(frozen=True)
class FinetuneSettings:
    """What the recipe is made for.

    Attributes:
        network: Shape of the weights; None: that of ``tiny``.
        metric: What the unit of their depth is.
        part: What is trained; decides the rate of the backbone.
        width: Of the images in pixels, a multiple of 14.
        height: Likewise.
        views: Most views of a scene that overlap.
        has_dense_depth: Whether depth is known at more than points anywhere.
        num_steps: Of the whole run.
        processes: That share a step; it grows with their number.
    """

    network: NetworkConfig | None = None
    metric: MetricKind = "relative"
    part: TrainedPart = "full"
    width: int = 112
    height: int = 84
    views: int = 4
    has_dense_depth: bool = True
    num_steps: int = 300
    processes: int = 1


def finetune(settings: FinetuneSettings = FinetuneSettings()) -> Recipe:
    """A few hundred steps at a low rate.

    Args:
        settings: What it is made for.

    Raises:
        OptionError: If one view of that size is more than a step may hold.
    """
    network = settings.network or _tiny()
    views = _views_a_step(settings)
    if network.is_any_view:
        most = min(settings.views, views, MOST_VIEWS)
        counts = range(min(2, most), most + 1)
        kinds = tuple((1.0, _any_view(count, views // count, settings)) for count in counts)
        objective: Objective = "student"
    else:
        objective = "metric" if settings.metric == "canonical" else "teacher"
        kinds = ((1.0, _monocular(views, settings)),)
    return Recipe(
        name="finetune",
        summary="Weights that are there already, on scenes of your own.",
        network=network,
        objective=objective,
        phases=(Phase(1.0, kinds),),
        num_steps=settings.num_steps,
        real_share=1.0,
        # Adapters count as backbone; without them it moves a tenth as fast as the heads.
        optimizer=OptimizerConfig(learning_rate=LORA_RATE)
        if settings.part == "lora"
        else OptimizerConfig(learning_rate=RATE, backbone_factor=0.1),
        schedule=ScheduleConfig(kind="cosine", warmup=0.05, floor=0.05),
        average_decay=0.98,
        leak_until=0.0,
        validate_every=max(LEAST_BETWEEN_VALIDATIONS, settings.num_steps // 4),
        save_every=50,
        validation_scenes=0,
    )


def _views_a_step(settings: FinetuneSettings) -> int:
    tokens = tokens_of(settings.height, settings.width)
    if tokens > TOKENS_A_STEP:
        raise OptionError(
            f"One view of {settings.width} x {settings.height} has {tokens} patches; a step holds "
            f"up to {TOKENS_A_STEP}. Give a smaller size."
        )
    return min(VIEWS_A_STEP, TOKENS_A_STEP // tokens)


def _any_view(views: int, scenes: int, settings: FinetuneSettings) -> StepKind:
    """The paper's loss, alpha and beta 1 (DA3, section 3.3); cameras told in a fifth of steps."""
    weights = LossWeights(
        depth=1.0,
        gradient=float(settings.has_dense_depth),
        rays=1.0,
        points=1.0,
        translation=1.0,
        rotation=1.0,
        fov=1.0,
    )
    size = settings.width, settings.height
    scenes *= settings.processes
    return StepKind(f"views{views}", views, scenes, *size, weights, given_cameras=0.2)


def _monocular(scenes: int, settings: FinetuneSettings) -> StepKind:
    """Each image by itself; what needs neighbouring pixels only where there are some."""
    dense = float(settings.has_dense_depth)
    if settings.metric == "canonical":
        weights = LossWeights(log_depth=1.0, gradient=0.5 * dense)
    else:
        weights = LossWeights(global_local=1.0, gradient=0.5 * dense, normal=dense)
    scenes *= settings.processes
    return StepKind("single", 1, scenes, settings.width, settings.height, weights)


def _tiny() -> NetworkConfig:
    config = VARIANTS["tiny"].config
    assert isinstance(config, NetworkConfig)
    return config
