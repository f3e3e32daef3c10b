# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth as 16-bit grey PNG: which step, and how it is written and read."""

import math
import os
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Float64
from PIL import Image, PngImagePlugin
from torch import Tensor

from anyview.core.errors import InputError, OptionError
from anyview.io.formats import load_pixels, open_image
from anyview.io.images import DEFAULT_MAX_PIXELS, save_png
from anyview.io.pixels import check_size

LEVELS = 65535
"""The largest number in a 16-bit image."""

_SCALE_KEY = "anyview:depth_scale"


def depth_step(largest: float, *, is_metric: bool = False) -> float:
    """Depth of one grey level: the finest of 1, 2, 5 times a power of ten that reaches far enough.

    Args:
        largest: The largest depth to store.
        is_metric: Metres never get a step below 1 mm, what readers of 16-bit depth expect.
    """
    if is_metric and largest <= 0.001 * LEVELS:
        return 0.001
    exponent = math.floor(math.log10(largest / LEVELS))
    for power in (exponent, exponent + 1):
        for digit in (1, 2, 5):
            step = float(f"{digit}e{power}")  # the double nearest the decimal number
            if step * LEVELS >= largest:
                return step
    raise AssertionError(f"no step reaches {largest}")


def write_depth_png16(
    path: str | os.PathLike[str], depth: Float[Tensor, "H W"], *, scale: float = 1000.0
) -> None:
    """Write depth as 16-bit grey PNG: value = round(depth * scale), 0 where there is no depth.

    Depth of less than half a level becomes 1, not 0. The scale is stored in the file, so
    ``read_depth_png16`` needs no telling.

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
    if largest * scale > LEVELS + 0.5:
        raise OptionError(
            f"Depth up to {largest:.4g} does not fit a 16-bit image at {scale:g} levels a unit "
            f"(at most {LEVELS / scale:.4g}); use a scale of "
            f"{LEVELS / largest:.4g} or less."
        )
    rounded = (values * scale).round_().clamp_(1, LEVELS)
    levels = torch.where(valid, rounded, 0).numpy().astype(np.uint16)
    note = PngImagePlugin.PngInfo()
    note.add_text(_SCALE_KEY, repr(float(scale)))
    save_png(path, Image.fromarray(levels), note)


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
        levels = decode_levels(image, what=str(path))
        stored = image.info.get(_SCALE_KEY)
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


def decode_levels(image: Image.Image, *, what: str) -> Float64[np.ndarray, "H W"]:
    """The numbers of an opened 16-bit grey PNG.

    Args:
        image: Not yet decoded.
        what: Path or description of the image, which starts messages.

    Raises:
        InputError: If it is another kind of image, too large, or damaged.
    """
    check_size(image.height, image.width, what=what, max_pixels=DEFAULT_MAX_PIXELS)
    load_pixels(image, what=what)
    if image.format != "PNG" or image.mode not in {"I;16", "I;16B", "I"}:
        raise InputError(
            f"{what}: not a 16-bit grey PNG (it is {image.format} of kind {image.mode})."
        )
    return np.asarray(image).astype(np.float64)
