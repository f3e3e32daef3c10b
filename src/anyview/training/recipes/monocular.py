# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The teacher, the monocular student on its labels, and the metric student, at the size of tiny.

In order: ``teacher`` on synthetic scenes alone; ``anyview data label`` with its weights on folders
of real scenes; ``mono`` and ``metric`` with ``--scenes`` on those folders.
"""

from dataclasses import replace

from anyview.data.synthetic.world_settings import WorldSettings
from anyview.model.config import BackboneConfig, DptConfig, NetworkConfig
from anyview.model.registry import VARIANTS
from anyview.training.label_schedule import LabelSchedule
from anyview.training.optimizers import OptimizerConfig
from anyview.training.plan import LossWeights, Phase, StepKind
from anyview.training.recipe import Recipe
from anyview.training.schedule import ScheduleConfig
from anyview.training.world_source import WindowConfig

TEACHER_NAME = "teacher"
"""What labels of the recipe's own teacher are called in folders of scenes."""

_TINY_MONOCULAR = NetworkConfig(
    BackboneConfig(192, 12, 3, (2, 5, 8, 11), None, position_grid=8),
    DptConfig(32, (24, 48, 96, 192)),
)
_LOW, _HIGH = (112, 84), (168, 126)


def first_depth(scenes: int, width: int, height: int) -> StepKind:
    """From nothing: normalised depth without alignment, sky and things.

    A scale and shift for each image would let a network that says the same of every image pass
    for half right; the plain difference does not (ours).
    """
    weights = LossWeights(log_depth=1.0, gradient=0.5, sky=1.0, objects=1.0)
    return StepKind("first", 1, scenes, width, height, weights)


def teacher_loss(scenes: int, width: int, height: int, *, objects: float = 1.0) -> StepKind:
    """L_T with its published weights (DA3, section 4.1), and a hint of scale and shift.

    L_T leaves both free, and what is free wanders off. A tenth of the plain difference keeps them
    where the first phase put them (ours, see ``training.gauge``).
    """
    weights = LossWeights(
        log_depth=0.1, gradient=0.5, global_local=1.0, normal=1.0, sky=1.0, objects=objects
    )
    return StepKind("teacher", 1, scenes, width, height, weights)


def metric_loss(scenes: int, width: int, height: int) -> StepKind:
    """Canonical depth in logarithms, its gradient, and sky (DA3, section 4.3)."""
    weights = LossWeights(log_depth=1.0, gradient=0.5, sky=1.0)
    return StepKind("metric", 1, scenes, width, height, weights)


def teacher() -> Recipe:
    """From nothing, on synthetic scenes alone."""
    return Recipe(
        name=TEACHER_NAME,
        summary="A monocular teacher of the size of tiny, from nothing, on synthetic scenes.",
        network=_TINY_MONOCULAR,
        objective="teacher",
        phases=(
            Phase(0.25, ((1.0, first_depth(16, *_LOW)),)),
            Phase(0.8, ((1.0, teacher_loss(16, *_LOW)),)),
            Phase(1.0, ((1.0, teacher_loss(16, *_HIGH)),)),
        ),
        num_steps=20_000,
        worlds=WorldSettings(photo_share=0.25),
        window=WindowConfig(window=2048, fresh=0.9),
        optimizer=OptimizerConfig(learning_rate=6e-4, betas=(0.9, 0.98), weight_decay=0.05),
        schedule=ScheduleConfig(
            kind="constant_cosine", warmup=0.01, constant_until=0.7, floor=0.02
        ),
        clip_norm=5.0,
        average_decay=0.998,
        validate_every=1000,
        save_every=250,
    )


def mono() -> Recipe:
    """The same network and loss on the teacher's labels of real scenes, from its weights.

    The teacher labels depth alone: sky is learnt from scenes with masks, things not at all.
    """
    return replace(
        teacher(),
        name="mono",
        summary="A monocular student on a teacher's labels of real scenes.",
        phases=(
            Phase(0.7, ((1.0, teacher_loss(16, *_LOW, objects=0.0)),)),
            Phase(1.0, ((1.0, teacher_loss(16, *_HIGH, objects=0.0)),)),
        ),
        window=WindowConfig(first=32 * 1024, window=2048, fresh=0.5),
        real_share=0.75,
        labels=LabelSchedule(TEACHER_NAME, begins=0.0),
        optimizer=OptimizerConfig(learning_rate=2e-4, betas=(0.9, 0.98), weight_decay=0.05),
    )


def metric() -> Recipe:
    """Canonical depth, from the weights of ``teacher`` or ``mono``.

    The published rates are 5e-6 for the encoder and ten times that for the decoder, from a large
    pretrained encoder; the ratio is kept. Upright and lying pictures take turns with 5 % of the
    steps, in which the pictures are turned.
    """
    return replace(
        teacher(),
        name="metric",
        summary="A metric student: depth for a focal length of 300 pixels, and sky.",
        objective="metric",
        phases=(
            Phase(0.7, ((1.0, metric_loss(16, *_LOW)),)),
            Phase(1.0, ((1.0, metric_loss(16, *_HIGH)),)),
        ),
        num_steps=16_000,
        window=WindowConfig(first=64 * 1024, window=2048, fresh=0.5),
        labels=LabelSchedule(TEACHER_NAME, begins=0.0, truth_share=0.2),
        optimizer=OptimizerConfig(
            learning_rate=4e-4, backbone_factor=0.1, betas=(0.9, 0.98), weight_decay=0.05
        ),
    )


def nano_teacher() -> Recipe:
    """60 steps of a nano network at 56 x 42."""
    network = VARIANTS["nano-mono"].config
    assert isinstance(network, NetworkConfig)
    size = (56, 42)
    return Recipe(
        name="nano-teacher",
        summary="The teacher's losses in seconds: nothing learned that would last.",
        network=network,
        objective="teacher",
        phases=(
            Phase(0.3, ((1.0, first_depth(8, *size)),)),
            Phase(1.0, ((1.0, teacher_loss(8, *size)),)),
        ),
        num_steps=60,
        worlds=WorldSettings(width=56, height=42, views=4),
        window=WindowConfig(window=32, fresh=0.5),
        optimizer=OptimizerConfig(learning_rate=1e-3),
        clip_norm=5.0,
        average_decay=0.9,
        validate_every=30,
        save_every=20,
        validation_scenes=4,
    )


def nano_metric() -> Recipe:
    """60 steps of a nano network at 56 x 42."""
    return replace(
        nano_teacher(),
        name="nano-metric",
        summary="The metric student's losses in seconds: nothing learned that would last.",
        objective="metric",
        phases=(Phase(1.0, ((1.0, metric_loss(8, 56, 42)),)),),
    )
