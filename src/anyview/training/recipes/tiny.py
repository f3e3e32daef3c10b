# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The model that ships: from nothing on two CPU cores, on synthetic scenes alone."""

from dataclasses import replace

from anyview.data.synthetic.world_settings import WorldSettings
from anyview.model.config import NetworkConfig
from anyview.model.registry import VARIANTS
from anyview.training.optimizers import OptimizerConfig
from anyview.training.plan import Phase
from anyview.training.recipe import Recipe
from anyview.training.recipes.steps import full, pose_only, single_views, weighing
from anyview.training.schedule import ScheduleConfig
from anyview.training.world_source import WindowConfig


def _network() -> NetworkConfig:
    network = VARIANTS["tiny"].config
    assert isinstance(network, NetworkConfig)
    return replace(network, backbone=replace(network.backbone, stem_channels=24))


def tiny() -> Recipe:
    """112 x 84, many small steps, from nothing; ``tiny_sharp`` follows."""
    low = (112, 84)
    return Recipe(
        name="tiny",
        summary="The model that ships, first part: from nothing at 112 x 84 on a CPU.",
        network=_network(),
        phases=(
            Phase(
                0.2,
                (
                    (0.55, single_views(16, *low)),
                    (0.30, pose_only(8, 2, *low)),
                    (0.15, full(8, 2, *low)),
                ),
            ),
            Phase(
                1.0,
                (
                    (0.25, single_views(16, *low)),
                    (0.30, pose_only(8, 2, *low)),
                    (0.25, full(8, 2, *low)),
                    (0.20, full(4, 4, *low)),
                ),
            ),
        ),
        num_steps=20_000,
        worlds=WorldSettings(photo_share=0.25),
        # Drawing a view costs as much as training on one: each is seen about five times.
        window=WindowConfig(window=1024, fresh=0.5),
        optimizer=OptimizerConfig(learning_rate=6e-4, betas=(0.9, 0.98), weight_decay=0.05),
        schedule=ScheduleConfig(
            kind="constant_cosine", warmup=0.01, constant_until=0.74, floor=0.02
        ),
        clip_norm=5.0,
        average_decay=0.998,
        validate_every=1000,
        save_every=250,
    )


def tiny_sharp() -> Recipe:
    """The last part: 168 x 126, starting from the weights of ``tiny``."""
    high = (168, 126)
    return replace(
        tiny(),
        name="tiny-sharp",
        summary="The model that ships, second part: 168 x 126 from the weights of the first.",
        phases=(
            Phase(
                1.0,
                (
                    (0.30, single_views(16, *high)),
                    (0.25, pose_only(8, 2, *high)),
                    (0.25, full(8, 2, *high)),
                    (0.20, full(4, 4, *high)),
                ),
            ),
        ),
        num_steps=6_000,
        window=WindowConfig(first=32 * 1024, window=2048, fresh=0.9),
        optimizer=OptimizerConfig(learning_rate=4e-4, betas=(0.9, 0.98), weight_decay=0.05),
        schedule=ScheduleConfig(
            kind="constant_cosine", warmup=0.02, constant_until=0.3, floor=0.02
        ),
        leak_until=0.0,
    )


def tiny_more() -> Recipe:
    """Goes on from the weights of ``VARIANTS["tiny"]``: more views of new scenes, pose above all.

    Field of view and direction of translation, which those weights have hardly learnt, weigh more.
    """
    low = (112, 84)
    network = VARIANTS["tiny"].config
    assert isinstance(network, NetworkConfig)
    more = {"fov": 2.0, "direction": 1.0}
    kinds = (
        (0.20, single_views(16, *low)),
        (0.25, pose_only(8, 2, *low)),
        (0.25, full(8, 2, *low)),
        (0.30, full(4, 4, *low)),
    )
    return replace(
        tiny(),
        name="tiny-more",
        summary="More of the same for the model that ships, from its own weights, on a CPU.",
        network=network,
        phases=(Phase(1.0, tuple((share, weighing(kind, more)) for share, kind in kinds)),),
        num_steps=4_400,
        window=WindowConfig(first=33 * 32, window=1024, fresh=0.5),
        optimizer=OptimizerConfig(learning_rate=5e-4, betas=(0.9, 0.98), weight_decay=0.05),
        schedule=ScheduleConfig(
            kind="constant_cosine", warmup=0.02, constant_until=0.6, floor=0.02
        ),
        leak_until=0.0,
        validate_every=2000,
    )


def tiny_gpu() -> Recipe:
    """The same model on one GPU with 16 cores that make worlds beside it."""
    low, high = (112, 84), (168, 126)
    return replace(
        tiny(),
        name="tiny-gpu",
        summary="The model that ships on one GPU: larger steps, 25 minutes on an H100.",
        phases=(
            Phase(
                0.25,
                (
                    (0.60, single_views(128, *low)),
                    (0.30, pose_only(64, 2, *low)),
                    (0.10, full(64, 2, *low)),
                ),
            ),
            Phase(
                0.7,
                (
                    (0.30, single_views(128, *low)),
                    (0.20, pose_only(64, 2, *low)),
                    (0.25, full(64, 2, *low)),
                    (0.25, full(32, 4, *low)),
                ),
            ),
            Phase(
                1.0,
                (
                    (0.30, single_views(128, *high)),
                    (0.35, full(64, 2, *high)),
                    (0.35, full(24, 6, *high)),
                ),
            ),
        ),
        num_steps=24_000,
        window=WindowConfig(window=16_384, fresh=8.0),
        optimizer=OptimizerConfig(learning_rate=1.2e-3, betas=(0.9, 0.98), weight_decay=0.05),
        schedule=ScheduleConfig(
            kind="constant_cosine", warmup=0.02, constant_until=0.6, floor=0.01
        ),
        clip_norm=2.0,
        average_decay=0.9995,
    )
