# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A run of seconds that goes through every kind of step: for tests and for trying things out."""

from anyview.data.synthetic.world_settings import WorldSettings
from anyview.model.config import NetworkConfig
from anyview.model.registry import VARIANTS
from anyview.training.plan import Phase
from anyview.training.recipe import Recipe
from anyview.training.recipes.steps import full, pose_only, single_views
from anyview.training.world_source import WindowConfig


def nano() -> Recipe:
    """60 steps of a nano network at 56 x 42."""
    network = VARIANTS["nano"].config
    assert isinstance(network, NetworkConfig)
    return Recipe(
        name="nano",
        summary="A network of a second on 64 scenes: every kind of step, nothing learned.",
        network=network,
        phases=(
            Phase(0.5, ((2.0, single_views(4, 56, 42)), (1.0, pose_only(2, 2, 56, 42)))),
            Phase(1.0, ((1.0, full(2, 2, 56, 42)), (1.0, full(2, 3, 56, 42)))),
        ),
        num_steps=60,
        worlds=WorldSettings(width=56, height=42, views=4),
        window=WindowConfig(window=32, fresh=0.5),
        validate_every=30,
        save_every=20,
        validation_scenes=4,
    )
