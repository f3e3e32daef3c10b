# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Masks of images: COLMAP's convention, black (0) is left out, everything else counts.

Inside the package a mask is True where a pixel is left out; the turn is made here.
"""

import os
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from anyview.core.errors import InputError
from anyview.io.exif import orientation_from_exif, turn_upright
from anyview.io.formats import load_pixels, open_image, quiet
from anyview.io.images import DEFAULT_MAX_PIXELS
from anyview.io.pixels import check_size

SUFFIX = ".png"
"""Masks are PNG files: lossy formats have no black."""

OPAQUE_FROM = 128
"""Alpha below this is background."""

_DEEPEST = 4
"""Of the path of an image so many parts are looked for below the folder of masks."""


def read_mask(
    path: str | os.PathLike[str], *, max_pixels: int = DEFAULT_MAX_PIXELS
) -> Bool[Tensor, "H W"]:
    """Read a mask file, EXIF orientation applied.

    Args:
        path: An image of any kind; a pixel is left out if it is black, 0 in all channels. Alpha
            is ignored.
        max_pixels: Refuse files with more pixels than this.

    Returns:
        True where a pixel is left out.

    Raises:
        InputError: If there is no such file, or it is no readable image.
    """
    path = Path(path)
    with open_image(path) as image:
        check_size(image.height, image.width, what=str(path), max_pixels=max_pixels)
        load_pixels(image, what=str(path))
        if image.mode in {"P", "PA", "CMYK", "YCbCr", "LAB", "HSV", "RGBA", "LA"}:
            with quiet():
                values = np.asarray(image.convert("RGB"))
        else:
            values = np.asarray(image)
        black = values == 0
        if black.ndim == 3:
            black = black.all(axis=-1)
        return _upright(black, image)


def mask_from_alpha(image: Image.Image, *, what: str) -> Bool[Tensor, "H W"] | None:
    """The background of a cut-out, EXIF orientation applied.

    Args:
        image: Opened, loaded or made in memory.
        what: Path or description of the image, which starts messages.

    Returns:
        True where alpha is below half; None if the image has no alpha.

    Raises:
        InputError: If the pixels cannot be decoded.
    """
    load_pixels(image, what=what)
    if "A" not in image.getbands() and "transparency" not in image.info:
        return None
    with quiet():
        alpha = np.asarray(image.convert("RGBA").getchannel("A"))
    return _upright(alpha < OPAQUE_FROM, image)


def find_mask(folder: Path, image: str) -> Path | None:
    """The mask of an image: ``<name of the file>.png``, or its stem with ``.png``.

    Below the folder masks may lie as images do: of ``images/left/7.jpg`` the mask may be
    ``left/7.jpg.png``, ``left/7.png``, ``7.jpg.png`` or ``7.png``, looked for in this order. An
    image is never its own mask.

    Args:
        folder: Of masks.
        image: Path of the image, or the name of a view that is no file.
    """
    path = Path(image)
    parts = path.parts[1:] if path.is_absolute() else path.parts
    for count in range(min(len(parts), _DEEPEST), 0, -1):
        if ".." in parts[-count:]:
            continue
        below = folder.joinpath(*parts[-count:])
        for name in (below.name + SUFFIX, below.stem + SUFFIX):
            found = below.with_name(name)
            if found.is_file() and not _same_file(found, path):
                return found
    return None


def check_mask_folder(folder: str | os.PathLike[str]) -> Path:
    """The folder, if masks can be in it.

    Raises:
        InputError: If there is no such folder, or no PNG file in or below it.
    """
    path = Path(folder)
    try:
        path = path.expanduser()
        is_folder, is_there = path.is_dir(), path.exists()
        has_masks = is_folder and next(path.rglob("*" + SUFFIX), None) is not None
    except (OSError, RuntimeError, ValueError) as error:  # no home, a null byte, no permission
        raise InputError(f"{folder}: cannot be opened ({error}).") from error
    if not is_folder:
        cause = "is a file" if is_there else "no such folder"
        raise InputError(f"{path}: {cause}; masks are a folder of PNG files.")
    if not has_masks:
        raise InputError(
            f"{path}: holds no {SUFFIX} files. The mask of photo.jpg is photo.jpg{SUFFIX} or "
            f"photo{SUFFIX}, black where pixels are to be left out."
        )
    return path


def _same_file(mask: Path, image: Path) -> bool:
    try:
        return mask.samefile(image)
    except OSError:  # a name that is no file
        return False


def _upright(flags: NDArray[np.bool_], image: Image.Image) -> Bool[Tensor, "H W"]:
    with quiet():
        orientation = orientation_from_exif(image)
    planes = torch.from_numpy(flags.astype(np.uint8)).expand(3, -1, -1)
    return turn_upright(planes, orientation)[0].bool()
