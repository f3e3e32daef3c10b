# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Resizing as published weights were trained with: OpenCV's area and cubic rules, in torch.

Both agree with OpenCV to one grey level for 8-bit images (it rounds fixed-point sums, we round
float sums). Pixel centres lie at +0.5 before and after; sides are scaled independently.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

# Output rows or columns made by one product. A band of weights holds one non-zero stretch a
# row, so small bands waste few multiplications and large ones are fewer calls; measured.
_AREA_BANDS = (16, 32)
_CUBIC_BANDS = (64, 64)

_CUBIC_A = -0.75
"""Slope of the cubic kernel at distance 1, as OpenCV has it."""


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
    _, old_height, old_width = image.shape
    if not (1 <= height <= old_height and 1 <= width <= old_width):
        raise ValueError(
            f"resize_area shrinks {old_height}x{old_width} to sides of 1 up to the same, got "
            f"{height}x{width}; use resize_cubic to enlarge."
        )
    if (height, width) == (old_height, old_width):
        return image.clone()
    resized = _separable(image, height, width, _area_weights, _AREA_BANDS)
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
    return _as_type_of(image, _separable(image, height, width, _cubic_weights, _CUBIC_BANDS))


_Band = Callable[[int, int], tuple[int, Float[Tensor, "new old"]]]
"""From a stretch of new pixels: the first old pixel that any of them takes from, and the weights
of the old pixels from there on."""


def _separable(
    image: Tensor,
    height: int,
    width: int,
    weights: Callable[[int, int], _Band],
    bands: tuple[int, int],
) -> Float[Tensor, "C h w"]:
    """Resize rows, then columns, by products with bands of weights."""
    channels, old_height, old_width = image.shape
    row_step, column_step = bands
    # Rows first: they are whole memory lines, and after shrinking little is left for the columns.
    rows = image.new_empty((channels, height, old_width), dtype=torch.float32)
    row_weights = weights(old_height, height)
    for start in range(0, height, row_step):
        stop = min(start + row_step, height)
        first, band = row_weights(start, stop)
        for channel in range(channels):
            lines = image[channel, first : first + band.shape[1]].float()
            torch.matmul(band, lines, out=rows[channel, start:stop])
    resized = image.new_empty((channels, height, width), dtype=torch.float32)
    column_weights = weights(old_width, width)
    for start in range(0, width, column_step):
        stop = min(start + column_step, width)
        first, band = column_weights(start, stop)
        resized[..., start:stop] = rows[..., first : first + band.shape[1]] @ band.T
    return resized


def _area_weights(old: int, new: int) -> _Band:
    """Share of each old pixel in each new one; rows sum to 1."""
    scale = old / new

    def band(start: int, stop: int) -> tuple[int, Tensor]:
        first, last = math.floor(start * scale), min(old, math.ceil(stop * scale))
        edges = torch.arange(start, stop + 1, dtype=torch.float64) * scale
        left = torch.arange(first, last, dtype=torch.float64)
        covered = torch.minimum(edges[1:, None], left + 1) - torch.maximum(edges[:-1, None], left)
        covered = covered.clamp_(min=0.0)
        return first, (covered / covered.sum(dim=1, keepdim=True)).float()

    return band


def _cubic_weights(old: int, new: int) -> _Band:
    """Keys' kernel over the four nearest old pixels; the border is repeated outwards."""
    position = (torch.arange(new, dtype=torch.float64) + 0.5) * (old / new) - 0.5
    taps = position.floor()[:, None] + torch.arange(-1, 3)
    distance = (position[:, None] - taps).abs()
    near = ((_CUBIC_A + 2) * distance - (_CUBIC_A + 3)) * distance.square() + 1
    far = _CUBIC_A * (((distance - 5) * distance + 8) * distance - 4)
    values = torch.where(distance <= 1, near, far).float()
    taps = taps.long().clamp_(0, old - 1)

    def band(start: int, stop: int) -> tuple[int, Tensor]:
        first, last = int(taps[start, 0]), int(taps[stop - 1, -1])
        weights = torch.zeros((stop - start, last + 1 - first))
        return first, weights.scatter_add_(1, taps[start:stop] - first, values[start:stop])

    return band


def _as_type_of(image: Tensor, values: Tensor) -> Tensor:
    if image.dtype == torch.uint8:
        return values.round_().clamp_(0, 255).to(torch.uint8)
    return values.to(image.dtype)
