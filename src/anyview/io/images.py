# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Image files: read as upright 8-bit RGB or refused with a reason; written whole or not at all."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, UInt8
from PIL import Image, PngImagePlugin
from torch import Tensor

from anyview.core.errors import InputError, OptionError
from anyview.io.atomic import atomic_path
from anyview.io.exif import focal_from_exif, orientation_from_exif, turn_upright
from anyview.io.formats import load_pixels, open_image, quiet
from anyview.io.pixels import check_size, planes_from_pil

DEFAULT_MAX_PIXELS = 200_000_000

_PNG_LEVEL = 3  # zlib: about half the time of the default 6 for a few percent more bytes
_DEPTH_SCALE_KEY = "anyview:depth_scale"


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
    _save_png(path, Image.fromarray(pixels.contiguous().numpy()))


def write_depth_png16(
    path: str | os.PathLike[str], depth: Float[Tensor, "H W"], *, scale: float = 1000.0
) -> None:
    """Write depth as 16-bit grey PNG: value = round(depth * scale), 0 where there is no depth.

    The scale is stored in the file, so ``read_depth_png16`` needs no telling.

    Args:
        path: File to write or replace.
        depth: z-depth; zero, negative and non-finite ones are written as 0 (no depth).
        scale: Grey levels a unit of depth; 1000 stores metres as millimetres.

    Raises:
        OptionError: If the scale is not positive, or the largest depth does not fit 16 bits.
        OutputError: If the file cannot be written.
    """
    if not 0 < scale < float("inf"):
        raise OptionError(f"The scale of a 16-bit depth image must be positive, got {scale}.")
    valid = torch.isfinite(depth) & (depth > 0)
    values = torch.where(valid, depth, 0.0).double()
    largest = float(values.max())
    if largest * scale > 65535:
        raise OptionError(
            f"Depth up to {largest:.4g} does not fit a 16-bit image at {scale:g} levels a unit "
            f"(at most {65535 / scale:.4g}); use a scale of {65535 / largest:.4g} or less."
        )
    levels = (values * scale).round_().numpy().astype(np.uint16)
    note = PngImagePlugin.PngInfo()
    note.add_text(_DEPTH_SCALE_KEY, repr(float(scale)))
    _save_png(path, Image.fromarray(levels), note)


def read_depth_png16(
    path: str | os.PathLike[str], *, scale: float | None = None
) -> Float[Tensor, "H W"]:
    """Read depth from a 16-bit grey PNG.

    Args:
        path: The file.
        scale: Grey levels a unit of depth; None takes what ``write_depth_png16`` stored.

    Returns:
        Float32 depth; 0 where there is none.

    Raises:
        InputError: If the file is no readable 16-bit PNG, or names no scale and none is given.
    """
    path = Path(path)
    with open_image(path) as image:
        check_size(image.height, image.width, what=str(path), max_pixels=DEFAULT_MAX_PIXELS)
        load_pixels(image, what=str(path))
        if image.format != "PNG" or image.mode not in {"I;16", "I;16B", "I"}:
            raise InputError(
                f"{path}: not a 16-bit grey PNG (it is {image.format} of kind {image.mode})."
            )
        stored = image.info.get(_DEPTH_SCALE_KEY)
        levels = np.asarray(image).astype(np.float64)
    if scale is None:
        if stored is None:
            raise InputError(f"{path}: names no depth scale; pass scale=.")
        try:
            scale = float(stored)
        except ValueError as error:
            raise InputError(f"{path}: its depth scale {stored!r} is no number.") from error
    if not 0 < scale < float("inf"):
        raise InputError(f"{path}: the depth scale must be positive, got {scale}.")
    return torch.from_numpy((levels / scale).astype(np.float32))


def _save_png(
    path: str | os.PathLike[str], image: Image.Image, note: PngImagePlugin.PngInfo | None = None
) -> None:
    with atomic_path(path) as temporary:
        image.save(temporary, format="PNG", compress_level=_PNG_LEVEL, pnginfo=note)
