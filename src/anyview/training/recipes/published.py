# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The paper's own any-view training, as far as it is published, for those who have the GPUs."""

from anyview.data.batch_plan import BudgetOptions, batch_shapes
from anyview.data.synthetic.world_settings import WorldSettings
from anyview.model.config import NetworkConfig
from anyview.model.registry import VARIANTS
from anyview.training.label_schedule import LabelSchedule
from anyview.training.optimizers import OptimizerConfig
from anyview.training.plan import LossWeights, Phase, StepKind
from anyview.training.recipe import Recipe
from anyview.training.recipes.monocular import TEACHER_NAME
from anyview.training.schedule import ScheduleConfig
from anyview.training.world_source import WindowConfig

LARGEST_SCENE = 18 * 36 * 36
"""Tokens of 18 views of 504 x 504."""

SCENES_A_STEP = 128
"""Of the largest kind, as in the paper's ablations; more of the smaller ones."""


def published_loss() -> LossWeights:
    """L = L_D + L_M + L_P + L_C + L_grad, all weights 1 (DA3, section 3.3)."""
    return LossWeights(
        depth=1.0, gradient=1.0, rays=1.0, points=1.0, translation=1.0, rotation=1.0, fov=1.0
    )


def under_budget(
    budget: BudgetOptions, multiple: int, weights: LossWeights, *, given_cameras: float = 0.2
) -> tuple[tuple[float, StepKind], ...]:
    """A kind of step for each image size and number of views, with about equally many tokens.

    Args:
        budget: Sizes, views and the tokens of a step, all processes together.
        multiple: What the scenes of a step are divided by: processes times accumulated parts.
        weights: Of the losses.
        given_cameras: See ``StepKind``.
    """
    return tuple(
        (
            share,
            StepKind(
                f"{plan.views}x{plan.width}x{plan.height}",
                plan.views,
                plan.scenes,
                plan.width,
                plan.height,
                weights,
                given_cameras,
            ),
        )
        for share, plan in batch_shapes(budget, multiple)
    )


def student() -> Recipe:
    """200 k steps of a ViT-L: 2 to 18 views, eight shapes, labels of the teacher from 120 k on.

    Published are the learning rate and its warm-up, steps, sizes, numbers of views, losses, labels
    and given cameras. Optimiser, decay, clipping and fall of the rate are ours, after VGGT.
    """
    network = VARIANTS["large"].config
    assert isinstance(network, NetworkConfig)
    budget = BudgetOptions(max_tokens=SCENES_A_STEP * LARGEST_SCENE)
    return Recipe(
        name="student",
        summary="The paper's any-view ViT-L, for many GPUs; never run here.",
        network=network,
        phases=(Phase(1.0, under_budget(budget, SCENES_A_STEP, published_loss())),),
        num_steps=200_000,
        worlds=WorldSettings(width=896, height=504, views=18, photo_share=0.25),
        window=WindowConfig(window=65_536, fresh=1.0),
        real_share=0.8,
        labels=LabelSchedule(teacher=TEACHER_NAME, begins=0.6),
        optimizer=OptimizerConfig(learning_rate=2e-4, weight_decay=0.05),
        schedule=ScheduleConfig(kind="cosine", warmup=0.04, floor=0.01),
        clip_norm=1.0,
        leak_until=0.0,
        # 16 processes hold one of the largest scenes each at a time, 128 of them all at once.
        accumulate=8,
        checkpoint_blocks=True,
        validate_every=5_000,
        save_every=1_000,
    )
