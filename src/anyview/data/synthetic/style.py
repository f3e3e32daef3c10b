# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The materials that the things of one room share, so that its furniture matches."""

from dataclasses import dataclass, field

import numpy as np

from anyview.data.synthetic import materials
from anyview.data.synthetic.parts import Builder
from anyview.data.synthetic.world import Material


@dataclass(frozen=True)
class Style:
    """What a room's furniture is made of.

    Attributes:
        photo_share: Probability of a photograph on a surface that may carry one.
        wood: Most furniture.
        other_wood: Some of it.
        metal: Legs, handles, taps.
        fabric: Seats.
        soft: Cushions, blankets.
        white: Appliances, basins, frames.
        things: Looks for small things and book covers.
        stock: Small things made so far, to be used again: faster, and it makes sets of cups.
    """

    photo_share: float
    wood: Material
    other_wood: Material
    metal: Material
    fabric: Material
    soft: Material
    white: Material
    things: tuple[Material, ...]
    stock: list[Builder] = field(default_factory=list)

    def any_wood(self, rng: np.random.Generator) -> Material:
        """Mostly the first wood."""
        return self.wood if rng.random() < 0.7 else self.other_wood

    def seat(self, rng: np.random.Generator) -> Material:
        """Upholstery of one seat."""
        return self.fabric if rng.random() < 0.8 else self.soft

    def thing(self, rng: np.random.Generator) -> Material:
        """Look of one small thing."""
        return self.things[int(rng.integers(len(self.things)))]


def draw_style(rng: np.random.Generator, photo_share: float) -> Style:
    """A random style."""
    fabric = materials.leather(rng) if rng.random() < 0.2 else materials.fabric(rng, photo_share)
    return Style(
        photo_share=photo_share,
        wood=materials.wood(rng, photo_share),
        other_wood=materials.wood(rng, photo_share),
        metal=materials.metal(rng),
        fabric=fabric,
        soft=materials.fabric(rng, photo_share),
        white=materials.plain(materials.white(rng), float(rng.uniform(0.1, 0.6))),
        things=tuple(materials.thing_material(rng, photo_share) for _ in range(14)),
    )
