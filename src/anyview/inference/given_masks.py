# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Masks that come with the images: arrays or a folder, non-zero where a pixel counts.

Callers and files say what to keep, as COLMAP's masks do; ``View.mask`` says what is left out.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool
from torch import Tensor

from anyview.core.errors import InputError, OptionError
from anyview.io.masks import check_mask_folder, find_mask, read_mask
from anyview.structures.views import View

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class GivenMasks:
    """Masks of all inputs, those of images that are skipped later included.

    Attributes:
        left_out: True where a pixel is left out, for each input; None where all count. Empty if
            none are given.
        folder: Where masks lie as files, looked for when the images are there.
        max_pixels: Of a mask file.
    """

    left_out: tuple[Bool[Tensor, "_ _"] | None, ...]
    folder: Path | None
    max_pixels: int

    @classmethod
    def checked(
        cls, masks: Any, folder: str | None, num_views: int, *, max_pixels: int
    ) -> "GivenMasks":
        """Masks from what a caller may give.

        Args:
            masks: [V, H, W], for a single view without V too, or a list with one [H, W] or None
                for each view; bool or numbers, 0 or False is left out. Or None.
            folder: Of mask files; see ``find_mask``.
            num_views: V.
            max_pixels: Refuse mask files with more pixels than this.

        Raises:
            InputError: If shapes or counts are wrong, or the folder holds no masks.
            OptionError: If both are given.
        """
        if masks is not None and folder is not None:
            raise OptionError("Masks are given as arrays and as a folder; give one of them.")
        found = None if folder is None else check_mask_folder(folder)
        if masks is None:
            return cls((), found, max_pixels)
        if isinstance(masks, np.ndarray | Tensor) and masks.ndim == 2 and num_views == 1:
            masks = masks[None]
        if not isinstance(masks, np.ndarray | Tensor | list | tuple):
            raise InputError(
                f"masks is a {type(masks).__name__}; give an array [V, H, W], or a list with an "
                "array [H, W] or None for each image. For files, use the option masks of reading."
            )
        if len(masks) != num_views:
            raise InputError(
                f"masks has {len(masks)} entries for {num_views} images; give one for each image, "
                "in the same order, None where every pixel counts."
            )
        left_out = tuple(_left_out(mask, index) for index, mask in enumerate(masks))
        return cls(left_out, None, max_pixels)

    def of(self, kept: Sequence[int], views: tuple[View, ...]) -> tuple[View, ...]:
        """The views with their masks; what a view leaves out already stays out.

        Args:
            kept: Number of each view among all inputs.
            views: The views that could be read.

        Raises:
            InputError: If a mask has another size than its image, a file cannot be read, the
                folder has a mask for none of the views, or no pixel is left.
        """
        if self.folder is not None:
            views = self._from_folder(self.folder, views)
        elif self.left_out:
            views = tuple(
                _with_mask(view, self.left_out[index], f"masks[{index}]")
                for index, view in zip(kept, views, strict=True)
            )
        if all(view.mask is not None and bool(view.mask.all()) for view in views):
            raise InputError(
                "The masks leave out every pixel of every image; 0 (black, False, transparent) is "
                "left out, anything else counts. Turn the masks over."
            )
        return views

    def _from_folder(self, folder: Path, views: tuple[View, ...]) -> tuple[View, ...]:
        files = [_file_for(folder, view) for view in views]
        lacking = [view.name for view, file in zip(views, files, strict=True) if file is None]
        if len(lacking) == len(views):
            example = Path(views[0].source or views[0].name).name
            raise InputError(
                f"{folder}: holds a mask for none of the images. That of {example} would be "
                f"{example}.png, black where pixels are to be left out."
            )
        if lacking:
            logger.warning(
                "%s holds no mask for %d of %d images, such as %s: all of their pixels count.",
                folder,
                len(lacking),
                len(views),
                lacking[0],
            )
        return tuple(
            view
            if file is None
            else _with_mask(view, read_mask(file, max_pixels=self.max_pixels), str(file))
            for view, file in zip(views, files, strict=True)
        )


def _file_for(folder: Path, view: View) -> Path | None:
    """By the path of an image file, else by the name: frames of videos, arrays."""
    found = None if view.source is None else find_mask(folder, view.source)
    return found or find_mask(folder, view.name)


def _with_mask(view: View, mask: Tensor | None, what: str) -> View:
    if mask is None:
        return view
    size = (view.height, view.width)
    if tuple(mask.shape) != size:
        height, width = mask.shape
        turned = " It seems to be turned: images are read upright." * (size == (width, height))
        raise InputError(
            f"{what}: the mask has {width}x{height} pixels, the image {view.name!r} has "
            f"{view.width}x{view.height}; give masks of the size of their images.{turned}"
        )
    return replace(view, mask=mask if view.mask is None else mask | view.mask)


def _left_out(mask: Any, index: int) -> Bool[Tensor, "H W"] | None:
    if mask is None:
        return None
    if isinstance(mask, Tensor):
        values = mask.detach().cpu()
    else:
        try:
            values = torch.from_numpy(np.array(mask))
        except (ValueError, TypeError) as error:
            raise InputError(f"masks[{index}] is no array of numbers: {error}.") from error
    if values.ndim != 2:
        raise InputError(
            f"masks[{index}] has shape {tuple(values.shape)}; give [H, W], the size of the image."
        )
    return values == 0
