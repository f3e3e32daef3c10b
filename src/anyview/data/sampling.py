# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Sets of views that see parts of the same place: near enough to match, far enough to teach."""

from dataclasses import dataclass
from typing import Literal

import torch

from anyview.core.errors import OptionError
from anyview.core.options import option
from anyview.data.overlap import Overlap


@dataclass(frozen=True)
class ViewSetOptions:
    """Which views may stand together."""

    min_overlap: float = option(0.2, "Least overlap of a view with another that was chosen.")
    max_overlap: float = option(0.95, "Most overlap with any other: more is the same picture.")
    anchor: Literal["any", "reference"] = option(
        "any", "Whether the least overlap is with any chosen view or with the reference view."
    )
    order: Literal["random", "time"] = option(
        "random", "Order of the views: random, or as the frames follow each other."
    )

    def __post_init__(self) -> None:
        if not 0 <= self.min_overlap <= self.max_overlap <= 1:
            raise OptionError(
                "Overlaps must obey 0 <= min_overlap <= max_overlap <= 1, got "
                f"{self.min_overlap} and {self.max_overlap}."
            )


def sample_views(
    overlap: Overlap,
    num_views: int,
    generator: torch.Generator,
    options: ViewSetOptions | None = None,
) -> tuple[int, ...] | None:
    """Frames for one training sample, the reference view first.

    A reference is drawn, then one view after another among those whose overlap with the chosen
    ones lies within the limits. A reference from which no set can be grown is replaced by another.

    Args:
        overlap: Of the scene's frames; both directions are averaged.
        num_views: How many.
        generator: What draws.
        options: Limits; None for their defaults.

    Returns:
        Different indices of frames, or None if no such set was found. With ``order="time"`` they
        ascend, so the reference is the earliest.

    Raises:
        OptionError: If ``num_views`` is not positive.
    """
    if num_views < 1:
        raise OptionError(f"num_views must be at least 1, got {num_views}.")
    options = options or ViewSetOptions()
    mutual = overlap.mutual
    for reference in torch.randperm(len(mutual), generator=generator).tolist():
        chosen = [reference]
        while len(chosen) < num_views:
            with_chosen = mutual[chosen]
            linked = with_chosen.amax(dim=0) if options.anchor == "any" else with_chosen[0]
            fits = (linked >= options.min_overlap) & (
                with_chosen.amax(dim=0) <= options.max_overlap
            )
            fits[chosen] = False
            candidates = fits.nonzero()[:, 0]
            if not len(candidates):
                break
            pick = int(torch.randint(len(candidates), (), generator=generator))
            chosen.append(int(candidates[pick]))
        if len(chosen) == num_views:
            return tuple(sorted(chosen) if options.order == "time" else chosen)
    return None
