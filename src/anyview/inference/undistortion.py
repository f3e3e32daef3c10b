# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Views of lenses with distortion on the way in: the network, and K, know pinhole images only.

What leads back is kept in one affine map a view: pixels "of the original" are those that the lens
would see at its own K without the distortion, so that ``original_intrinsics`` is the lens's K.
"""

from dataclasses import dataclass, replace
from typing import Literal

import torch
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.geometry.rays import directions_cam
from anyview.geometry.undistortion import (
    pinhole_image,
    pinhole_mask,
    pinhole_of,
    wide_pinhole_of,
)
from anyview.inference.preprocess import ProcessedViews
from anyview.structures.views import View, ViewSet

Undistort = Literal["crop", "keep"]


@dataclass(frozen=True)
class UndistortedViews:
    """Views that a pinhole camera might have taken.

    Attributes:
        views: Without lenses; K of those that had one is known.
        lenses: What each view was taken with; None for pinhole and unknown cameras.
        maps: From pixels at the lens's own K to those of the undistorted image, homogeneous;
            the identity where there is no lens.
        has_blanks: Whether borders of undistorted images may show nothing.
    """

    views: ViewSet
    lenses: tuple[Lens | None, ...]
    maps: Float64[Tensor, "V 3 3"]
    has_blanks: bool

    def finished(self, processed: ProcessedViews) -> ProcessedViews:
        """The processed views with maps from the original pixels, blanks marked as not valid.

        Args:
            processed: Made of ``views``.
        """
        if not any(self.lenses):
            return processed
        valid = processed.valid
        if self.has_blanks:
            height, width = processed.images.shape[-2:]
            assert processed.intrinsics is not None, "lenses are intrinsics"
            seen = torch.ones((len(self.lenses), height, width), dtype=torch.bool)
            for index, lens in enumerate(self.lenses):
                if lens is not None:
                    K = processed.intrinsics[index]
                    seen[index] = _seen(lens, K, height, width)
            valid = seen if valid is None else seen & valid
        maps = processed.processed_from_original @ self.maps
        blank = valid is None or bool(valid.all())
        return replace(processed, processed_from_original=maps, valid=None if blank else valid)


def undistorted(views: ViewSet, mode: Undistort) -> UndistortedViews:
    """Make pinhole images of all views with a lens, at their own sizes.

    Args:
        views: Of one scene.
        mode: ``"crop"`` shows no blank pixel and loses what lies outside; ``"keep"`` shows all
            that the lens saw, up to 60 degrees off its axis, with blank borders.

    Raises:
        InputError: If the distortion of a lens cannot be undone.
    """
    lenses = tuple(
        None if view.lens is None or view.lens.is_pinhole else view.lens for view in views.views
    )
    maps = torch.eye(3, dtype=torch.float64).repeat(len(views), 1, 1)
    intrinsics = views.original_intrinsics
    flat: list[View] = []
    for index, (view, lens) in enumerate(zip(views.views, lenses, strict=True)):
        if lens is None:
            flat.append(replace(view, lens=None))
            continue
        try:
            K = pinhole_of(lens) if mode == "crop" else wide_pinhole_of(lens)
        except InputError as error:
            raise InputError(f"{view.source or view.name}: {error}") from error
        maps[index] = K @ torch.linalg.inv(lens.intrinsics())
        intrinsics[index] = K
        mask = None if view.mask is None else pinhole_mask(lens, K, view.mask)
        image = pinhole_image(lens, K, view.image)
        flat.append(replace(view, image=image, mask=mask, lens=None))
    known = None if bool(intrinsics.isnan().all()) else intrinsics
    return UndistortedViews(
        ViewSet(tuple(flat), views.extrinsics, known),
        lenses,
        maps,
        has_blanks=mode == "keep" and any(lens is not None for lens in lenses),
    )


def _seen(lens: Lens, intrinsics: Float[Tensor, "3 3"], height: int, width: int) -> Tensor:
    """Which pixels of a pinhole image of any size the lens saw."""
    rays = directions_cam(intrinsics.double(), height, width)
    u, v = lens.project(rays).unbind(-1)
    inside = (u >= 0) & (u <= lens.width) & (v >= 0) & (v <= lens.height)
    return inside & lens.reaches(rays)
