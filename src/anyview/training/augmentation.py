# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Changes of a batch that keep its truth true: mirroring, and colours frame by frame.

Each scene has its own seed, so that a scene is changed alike in whatever process it lands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch

from anyview.core.errors import OptionError
from anyview.data.batch import Batch
from anyview.data.colour_jitter import (
    ColourOptions,
    apply_colours,
    draw_colours,
    join_draws,
)
from anyview.data.transforms import flip_horizontal


@dataclass(frozen=True)
class Augmentation:
    """How much is changed.

    Attributes:
        flip: Probability of mirroring a scene.
        colours: How the colours of each frame change.
    """

    flip: float = 0.5
    colours: ColourOptions = field(default_factory=ColourOptions)

    def __post_init__(self) -> None:
        if not 0 <= self.flip <= 1:
            raise OptionError(f"flip is {self.flip}; accepted: 0 to 1.")


def augment(batch: Batch, options: Augmentation, seeds: Sequence[int]) -> Batch:
    """A changed copy.

    Args:
        batch: Scenes.
        options: How much.
        seeds: One a scene.
    """
    flipped, draws = [], []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        flipped.append(bool(torch.rand(1, generator=generator) < options.flip))
        draws.append(draw_colours(batch.images.shape[1], generator, options.colours))
    images = apply_colours(batch.images.flatten(0, 1), join_draws(draws))
    changed = replace(batch, images=images.view_as(batch.images))
    return flip_horizontal(changed, torch.tensor(flipped))
