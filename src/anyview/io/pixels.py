# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Pixels of every accepted kind to 8-bit RGB planes, and the sizes that are accepted."""

from typing import Any

import numpy as np
import torch
from jaxtyping import UInt8
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from anyview.core.errors import InputError

MIN_SIDE_PX = 14
"""Smallest side: one patch of the network. Less says nothing about a scene."""

MAX_ASPECT = 20.0
"""Largest longest-over-shortest side. At 504 pixels the short side of 20:1 is two patches."""

_STRIPE = 64

_EIGHT_FROM_SIXTEEN = ((np.arange(65536, dtype=np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
"""Table: 16-bit value to the nearest 8-bit one, 65535 to 255."""


def check_size(height: int, width: int, *, what: str, max_pixels: int) -> None:
    """Refuse sizes that cannot be used, before anything is decoded.

    Args:
        height: In pixels.
        width: In pixels.
        what: Path or description of the image, which starts the message.
        max_pixels: Largest accepted height * width.

    Raises:
        InputError: If the image is too large, too small or too narrow.
    """
    if height * width > max_pixels:
        raise InputError(
            f"{what}: {width}x{height} is {height * width:,} pixels, more than the limit of "
            f"{max_pixels:,} (max_pixels); raise the limit if the file is trusted."
        )
    if min(height, width) < MIN_SIDE_PX:
        raise InputError(
            f"{what}: {width}x{height} is too small; both sides must be at least "
            f"{MIN_SIDE_PX} pixels."
        )
    if max(height, width) > MAX_ASPECT * min(height, width):
        raise InputError(
            f"{what}: {width}x{height} is too narrow; the longest side may be at most "
            f"{MAX_ASPECT:g} times the shortest. Crop it, or cut it into pieces."
        )


def planes_from_pil(image: Image.Image, *, what: str) -> UInt8[Tensor, "3 H W"]:
    """The pixels of an image of any Pillow mode as 8-bit RGB, in stored orientation.

    16-bit grey is scaled (65535 to 255, nearest); Pillow itself takes the high byte of 16-bit
    colour, at most one level away. Transparent pixels are laid over black, which is what most
    cut-outs have under them, so that hidden colours never show. CMYK is converted without a
    colour profile; embedded profiles are ignored throughout.

    Args:
        image: An image whose pixels can be decoded without error.
        what: Path or description of the image, which starts messages.

    Raises:
        InputError: If pixels are 32-bit integers, or floats outside [0, 1]: their range is unknown.
    """
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format in {"PNG", "PPM"}):
        # Pillow's own conversion to 8 bit clips at 255 here.
        values = np.asarray(image).clip(0, 65535).astype(np.uint16)
        return _grey_planes(_EIGHT_FROM_SIXTEEN[values])
    if image.mode == "F":
        return _grey_planes(eight_bit(np.asarray(image), what=what))
    if image.mode == "I":
        raise InputError(
            f"{what}: 32-bit integer pixels have no known range; save it with 8 or 16 bits."
        )
    if image.mode in {"L", "1"} and "transparency" not in image.info:
        return _grey_planes(np.asarray(image.convert("L")))
    rgb = _rgb(image)
    # In stripes, which stay in the cache: twice as fast as in one go.
    planes = np.empty((3, rgb.height, rgb.width), dtype=np.uint8)
    for top in range(0, rgb.height, _STRIPE):
        bottom = min(top + _STRIPE, rgb.height)
        stripe = np.asarray(rgb.crop((0, top, rgb.width, bottom)))
        planes[:, top:bottom] = stripe.transpose(2, 0, 1)
    return torch.from_numpy(planes)


def planes_from_rows(rows: NDArray[np.uint8]) -> UInt8[Tensor, "3 H W"]:
    """Planes from an RGB array as NumPy libraries have it: a copy.

    Args:
        rows: [H, W, 3], or [H, W] for grey.
    """
    if rows.ndim == 2:
        return _grey_planes(rows)
    height, width, _ = rows.shape
    planes = np.empty((3, height, width), dtype=np.uint8)
    for top in range(0, height, _STRIPE):
        planes[:, top : top + _STRIPE] = rows[top : top + _STRIPE].transpose(2, 0, 1)
    return torch.from_numpy(planes)


def eight_bit(values: NDArray[Any], *, what: str) -> NDArray[np.uint8]:
    """Pixel values of an array as 8-bit ones: a new array.

    Args:
        values: uint8; uint16, where 65535 is white; or float in [0, 1].
        what: Description of the array, which starts messages.

    Raises:
        InputError: If the type is another one, or a float value is NaN or outside [0, 1].
    """
    if values.dtype == np.uint8:
        return values.copy()
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:  # either byte order
        eight: NDArray[np.uint8] = _EIGHT_FROM_SIXTEEN[values]
        return eight
    if not np.issubdtype(values.dtype, np.floating):
        raise InputError(
            f"{what}: pixels of type {values.dtype} are not accepted; give uint8 (0 to 255), "
            "uint16 (0 to 65535) or float (0 to 1)."
        )
    least, most = float(values.min(initial=0)), float(values.max(initial=0))
    if not (np.isfinite(least) and np.isfinite(most)):
        raise InputError(f"{what}: has pixels that are NaN or infinite.")
    # The slack is rounding: weights of an interpolation in float32 may sum to 1.0000001.
    if least < -1e-5 or most > 1 + 1e-5:
        hint = "divide by 255" if least >= 0 and 1 < most <= 255 else "undo any normalisation"
        raise InputError(
            f"{what}: float pixels must lie in [0, 1], got {least:.4g} to {most:.4g}; {hint}."
        )
    return np.rint(values.clip(0, 1) * np.float32(255)).astype(np.uint8)


def _rgb(image: Image.Image) -> Image.Image:
    """Mode RGB, with transparency laid over black."""
    if image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info:
        if image.mode in {"La", "RGBa"}:
            image = image.convert({"La": "LA", "RGBa": "RGBA"}[image.mode])
        translucent = image.convert("RGBA")
        black = Image.new("RGB", image.size)
        black.paste(translucent, mask=translucent.getchannel("A"))
        return black
    return image if image.mode == "RGB" else image.convert("RGB")


def _grey_planes(grey: NDArray[np.uint8]) -> UInt8[Tensor, "3 H W"]:
    return torch.from_numpy(np.repeat(grey[None], 3, axis=0))
