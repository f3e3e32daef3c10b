# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Image files: read as upright 8-bit RGB or refused with a reason; written whole or not at all."""

import os
from dataclasses import dataclass
from pathlib import Path

from jaxtyping import UInt8
from PIL import Image, PngImagePlugin
from torch import Tensor

from anyview.io.atomic import atomic_path
from anyview.io.exif import focal_from_exif, orientation_from_exif, turn_upright
from anyview.io.formats import load_pixels, open_image, quiet
from anyview.io.pixels import check_size, planes_from_pil

DEFAULT_MAX_PIXELS = 200_000_000

_PNG_LEVEL = 3  # zlib: about half the time of the default 6 for a few percent more bytes


@dataclass(frozen=True)
class DecodedImage:
    """Pixels and what the file says of the camera.

    Attributes:
        image: RGB, 0 to 255, EXIF orientation applied.
        focal_px: Focal length in pixels of ``image`` from EXIF, or None.
    """

    image: UInt8[Tensor, "3 H W"]
    focal_px: float | None


def read_image(
    path: str | os.PathLike[str], *, max_pixels: int = DEFAULT_MAX_PIXELS
) -> DecodedImage:
    """Read an image file as upright 8-bit RGB.

    The format is recognised by content, whatever the suffix. Of files with several pictures the
    first is read. See ``pixels`` for how other pixel kinds become RGB and which sizes are
    accepted; sizes are checked from the header, before decoding.

    Args:
        path: JPEG, PNG, WebP, BMP, TIFF or PPM file.
        max_pixels: Refuse images with more pixels than this.

    Raises:
        InputError: If there is no such file, it is no image, damaged, cut off, or its size is
            not accepted; one line that names the path and the cause.
    """
    path = Path(path)
    with open_image(path) as image:
        check_size(image.height, image.width, what=str(path), max_pixels=max_pixels)
        return decode_image(image, what=str(path))


def decode_image(image: Image.Image, *, what: str) -> DecodedImage:
    """Decode an opened Pillow image as upright 8-bit RGB. The image is not changed.

    Args:
        image: Opened, loaded or made in memory; EXIF orientation is applied if it has one.
        what: Path or description of the image, which starts messages.

    Raises:
        InputError: If the pixels cannot be decoded.
    """
    load_pixels(image, what=what)
    # EXIF after the pixels: PNG may store it behind them, and the TIFF reader turns images
    # upright itself and then drops the tag.
    with quiet():
        focal = focal_from_exif(image)
        orientation = orientation_from_exif(image)
    planes = turn_upright(planes_from_pil(image, what=what), orientation)
    return DecodedImage(planes, focal)


def write_png(
    path: str | os.PathLike[str], image: UInt8[Tensor, "3 H W"] | UInt8[Tensor, "H W"]
) -> None:
    """Write an 8-bit RGB or grey image as PNG.

    Args:
        path: File to write or replace.
        image: RGB planes or one grey plane, 0 to 255.

    Raises:
        OutputError: If the file cannot be written.
    """
    pixels = image.permute(1, 2, 0) if image.ndim == 3 else image
    save_png(path, Image.fromarray(pixels.contiguous().numpy()))


def save_png(
    path: str | os.PathLike[str], image: Image.Image, note: PngImagePlugin.PngInfo | None = None
) -> None:
    """Write a Pillow image as PNG, whole or not at all.

    Args:
        path: File to write or replace.
        image: Of any kind that PNG knows.
        note: Text to store with it.
    """
    with atomic_path(path) as temporary:
        image.save(temporary, format="PNG", compress_level=_PNG_LEVEL, pnginfo=note)
