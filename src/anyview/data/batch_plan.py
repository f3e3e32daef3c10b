# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How large training batches are: image size, views and scenes under one budget of tokens.

DA3 trains on 2 to 18 views at 504 x 504 and on other shapes, with about equally many tokens in
every batch (section 4).
"""

from dataclasses import dataclass

from anyview.core.errors import OptionError
from anyview.core.options import option

PATCH = 14

PAPER_SIZES: tuple[tuple[int, int], ...] = (
    (504, 504), (378, 504), (336, 504), (280, 504), (504, 336), (504, 896), (504, 756), (504, 672),
)  # fmt: skip
"""Height and width. The paper writes 504x504, 504x378, 504x336, 504x280, 336x504, 896x504, 756x504
and 672x504; taken as width x height, by which most are landscape (4:3, 3:2, 16:9) as photos are."""


@dataclass(frozen=True)
class BatchPlan:
    """The shape of one batch.

    Attributes:
        height: Of the images in pixels, a multiple of 14.
        width: Likewise.
        views: In each scene.
        scenes: In the batch.
    """

    height: int
    width: int
    views: int
    scenes: int

    @property
    def num_tokens(self) -> int:
        """Patch tokens of the whole batch."""
        return self.scenes * self.views * tokens_of(self.height, self.width)


@dataclass(frozen=True)
class BudgetOptions:
    """What plans are drawn from."""

    max_tokens: int = option(18 * 36 * 36, "Most patch tokens in a batch (18 views of 504 x 504).")
    sizes: tuple[tuple[int, int], ...] = option(
        PAPER_SIZES, "Heights and widths to draw from, multiples of 14."
    )
    min_views: int = option(2, "Fewest views of a scene.")
    max_views: int = option(18, "Most views of a scene; fewer where the budget is less.")

    def __post_init__(self) -> None:
        if not 1 <= self.min_views <= self.max_views:
            raise OptionError(
                f"Views must obey 1 <= min_views <= max_views, got {self.min_views} and "
                f"{self.max_views}."
            )
        if not self.sizes:
            raise OptionError("sizes is empty; give at least one (height, width).")
        for height, width in self.sizes:
            if height % PATCH or width % PATCH or min(height, width) < PATCH:
                raise OptionError(f"Sizes must be multiples of {PATCH}, got {height} x {width}.")
            least = self.min_views * tokens_of(height, width)
            if least > self.max_tokens:
                raise OptionError(
                    f"{self.min_views} views of {height} x {width} are {least} tokens, more than "
                    f"max_tokens = {self.max_tokens}; raise it or leave that size out."
                )


def tokens_of(height: int, width: int) -> int:
    """Patch tokens of one image."""
    return (height // PATCH) * (width // PATCH)


def scaled_sizes(base: int) -> tuple[tuple[int, int], ...]:
    """The paper's shapes at another base side than 504, rounded to multiples of 14.

    Raises:
        OptionError: If the base is no multiple of 14.
    """
    if base < PATCH or base % PATCH:
        raise OptionError(f"The base side must be a multiple of {PATCH}, got {base}.")

    def side(at_504: int) -> int:
        return max(PATCH, round(at_504 * base / 504 / PATCH) * PATCH)

    return tuple(dict.fromkeys((side(height), side(width)) for height, width in PAPER_SIZES))


def batch_shapes(
    options: BudgetOptions | None = None, multiple: int = 1
) -> list[tuple[float, BatchPlan]]:
    """Every shape of batch under a budget, with its share: sizes evenly, views evenly in each.

    There are as many scenes as the budget takes, so a batch fills more than half of it.

    Args:
        options: None for the paper's.
        multiple: Scenes are a multiple of this, so that processes and accumulated parts get
            equally many.

    Raises:
        OptionError: If the budget does not hold ``multiple`` scenes of the fewest views.
    """
    options = options or BudgetOptions()
    shapes = []
    for height, width in options.sizes:
        tokens = tokens_of(height, width)
        most = min(options.max_views, options.max_tokens // (tokens * multiple))
        if most < options.min_views:
            raise OptionError(
                f"max_tokens = {options.max_tokens} does not hold {multiple} scenes of "
                f"{options.min_views} views of {height} x {width}; raise it to "
                f"{multiple * options.min_views * tokens} or leave that size out."
            )
        counts = range(options.min_views, most + 1)
        share = 1 / (len(options.sizes) * len(counts))
        for views in counts:
            scenes = options.max_tokens // (views * tokens) // multiple * multiple
            shapes.append((share, BatchPlan(height, width, views, scenes)))
    return shapes
