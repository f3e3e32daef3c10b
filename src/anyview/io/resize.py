# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Resizing as published weights were trained with: OpenCV's area and cubic rules, in torch.

Both agree with OpenCV to one grey level for 8-bit images (it rounds fixed-point sums, we round
float sums). Pixel centres lie at +0.5 before and after; sides are scaled independently.
"""

import math

import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn import functional

# Output rows or columns made by one product. A band of weights holds one non-zero stretch a
# row, so small bands waste few multiplications and large ones are fewer calls; measured.
_ROWS_PER_BAND = 16
_COLUMNS_PER_BAND = 32


def resize_area(
    image: UInt8[Tensor, "C H W"] | Float[Tensor, "C H W"], height: int, width: int
) -> UInt8[Tensor, "C h w"] | Float[Tensor, "C h w"]:
    """Shrink an image: each new pixel is the mean of the old pixels that it covers.

    Partly covered pixels count by the covered share (OpenCV's INTER_AREA).

    Args:
        image: Any channels; 8-bit or float.
        height: New height, 1 to H.
        width: New width, 1 to W.

    Returns:
        The image in the same type, 8-bit values rounded to nearest.

    Raises:
        ValueError: If a side would grow: means over areas are defined for shrinking only.
    """
    channels, old_height, old_width = image.shape
    if not (1 <= height <= old_height and 1 <= width <= old_width):
        raise ValueError(
            f"resize_area shrinks {old_height}x{old_width} to sides of 1 up to the same, got "
            f"{height}x{width}; use resize_cubic to enlarge."
        )
    if (height, width) == (old_height, old_width):
        return image.clone()
    # Rows first: they are whole memory lines, and what is left for the columns is small.
    rows = image.new_empty((channels, height, old_width), dtype=torch.float32)
    for start, stop, first, last in _bands(old_height, height, _ROWS_PER_BAND):
        weights = _area_weights(old_height, height, start, stop, first, last)
        for channel in range(channels):
            band = image[channel, first:last].float()
            torch.matmul(weights, band, out=rows[channel, start:stop])
    if width == old_width:
        return _as_type_of(image, rows)
    resized = image.new_empty((channels, height, width), dtype=torch.float32)
    for start, stop, first, last in _bands(old_width, width, _COLUMNS_PER_BAND):
        weights = _area_weights(old_width, width, start, stop, first, last)
        resized[..., start:stop] = rows[..., first:last] @ weights.T
    if image.dtype == torch.uint8 and (old_height, old_width) == (2 * height, 2 * width):
        # OpenCV rounds ties up in this one case, (a + b + c + d + 2) >> 2; one sum in eight ties.
        resized = resized.add_(0.5).floor_()
    return _as_type_of(image, resized)


def resize_cubic(
    image: UInt8[Tensor, "C H W"] | Float[Tensor, "C H W"], height: int, width: int
) -> UInt8[Tensor, "C h w"] | Float[Tensor, "C h w"]:
    """Resize by cubic convolution with a = -0.75 and no low-pass (OpenCV's INTER_CUBIC).

    For enlarging, and for the small change of size that reaches multiples of the patch.

    Args:
        image: Any channels; 8-bit or float.
        height: New height, at least 1.
        width: New width, at least 1.

    Returns:
        The image in the same type; 8-bit values are rounded and clamped, float ones may
        overshoot.
    """
    if height < 1 or width < 1:
        raise ValueError(f"resize_cubic makes sides of at least 1, got {height}x{width}.")
    if (height, width) == tuple(image.shape[1:]):
        return image.clone()
    resized = functional.interpolate(
        image[None].float(), size=(height, width), mode="bicubic", align_corners=False
    )[0]
    return _as_type_of(image, resized)


def _bands(old: int, new: int, step: int) -> list[tuple[int, int, int, int]]:
    """Stretches of new pixels, each with the stretch of old pixels that it covers."""
    scale = old / new
    return [
        (
            start,
            stop := min(start + step, new),
            math.floor(start * scale),
            min(old, math.ceil(stop * scale)),
        )
        for start in range(0, new, step)
    ]


def _area_weights(
    old: int, new: int, start: int, stop: int, first: int, last: int
) -> Float[Tensor, "new old"]:
    """Share of each old pixel in each new one; rows sum to 1."""
    scale = old / new
    edges = torch.arange(start, stop + 1, dtype=torch.float64) * scale
    left = torch.arange(first, last, dtype=torch.float64)
    covered = torch.minimum(edges[1:, None], left + 1) - torch.maximum(edges[:-1, None], left)
    covered = covered.clamp_(min=0.0)
    return (covered / covered.sum(dim=1, keepdim=True)).float()


def _as_type_of(image: Tensor, values: Tensor) -> Tensor:
    if image.dtype == torch.uint8:
        return values.round_().clamp_(0, 255).to(torch.uint8)
    return values.to(image.dtype)
