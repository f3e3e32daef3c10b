# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What is known of lenses before images are matched, and which images share one."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.structures.views import View

DEFAULT_FOCAL = 1.2
"""Focal length over the longer side where nothing is known, COLMAP's guess (45 degrees of view)."""


@dataclass(frozen=True)
class LensPriors:
    """K of each view as far as it is known.

    Attributes:
        intrinsics: In pixels of each view's image, centres at +0.5; NaN where nothing is known.
        is_fixed: Where K was measured and is not to be changed.

    Raises:
        InputError: If K is not known where it is not to be changed.
    """

    intrinsics: Float64[Tensor, "V 3 3"]
    is_fixed: Bool[Tensor, " V"]

    def __post_init__(self) -> None:
        """Check that what is fixed is known."""
        if bool((self.is_fixed & ~self.is_known).any()):
            raise InputError("An unknown K (NaN) cannot be fixed; set is_fixed to False there.")

    @property
    def is_known(self) -> Bool[Tensor, " V"]:
        """Where there is a K at all."""
        return self.intrinsics.isfinite().flatten(1).all(-1)


@dataclass(frozen=True)
class SharedLens:
    """A lens that some views have in common.

    Attributes:
        views: Their positions.
        height: Of their images, pixels.
        width: Of their images, pixels.
        intrinsics: K to start from.
        is_fixed: Whether K is not to be changed.
        is_guess: Whether nothing is known and K is a guess.
    """

    views: tuple[int, ...]
    height: int
    width: int
    intrinsics: Float64[Tensor, "3 3"]
    is_fixed: bool
    is_guess: bool


def shared_lenses(views: Sequence[View], priors: LensPriors) -> list[SharedLens]:
    """Group views that were taken with one lens, by what their files say.

    Views with a fixed K share a lens if size and K are equal; others if size and the focal length
    from EXIF are equal, or are both absent. Their K is the median of the members'.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for index, view in enumerate(views):
        if bool(priors.is_fixed[index]):
            own = ("fixed", *priors.intrinsics[index].flatten().tolist())
        else:
            own = ("free", view.focal_px)
        groups.setdefault((view.height, view.width, *own), []).append(index)
    lenses = []
    for members in groups.values():
        first = views[members[0]]
        known = [index for index in members if bool(priors.is_known[index])]
        if known:
            K = priors.intrinsics[known].quantile(0.5, dim=0)
        else:
            focal = DEFAULT_FOCAL * max(first.height, first.width)
            rows = [[focal, 0, first.width / 2], [0, focal, first.height / 2], [0, 0, 1]]
            K = torch.tensor(rows, dtype=torch.float64)
        lenses.append(
            SharedLens(
                views=tuple(members),
                height=first.height,
                width=first.width,
                intrinsics=K,
                is_fixed=bool(priors.is_fixed[members[0]]),
                is_guess=not known,
            )
        )
    return lenses
