# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How far a rendered picture is from the one that was taken: PSNR and SSIM."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional

from anyview.core.errors import InputError

WINDOW = 11
"""Side of the window of SSIM in pixels; its weights are a Gaussian of 1.5 pixels."""

_SIGMA = 1.5
_K1, _K2 = 0.01, 0.03


def psnr(
    picture: Float[Tensor, "C H W"],
    truth: Float[Tensor, "C H W"],
    mask: Bool[Tensor, "H W"] | None = None,
    *,
    peak: int | float = 255.0,
) -> float:
    """Peak signal-to-noise ratio in dB over all channels; infinite for equal pictures.

    Args:
        picture: In [0, peak].
        truth: In [0, peak].
        mask: Pixels that count; None for all.
        peak: The largest value there is.

    Returns:
        NaN if no pixel counts.
    """
    square = (picture.double() - truth.double()).square()
    if mask is not None:
        square = square[:, mask]
    if not square.numel():
        return float("nan")
    return float(10 * torch.log10(float(peak) ** 2 / square.mean()))


def ssim(
    picture: Float[Tensor, "C H W"],
    truth: Float[Tensor, "C H W"],
    mask: Bool[Tensor, "H W"] | None = None,
    *,
    peak: int | float = 255.0,
) -> float:
    """Structural similarity (Wang et al., 2004), the mean over channels and whole windows.

    Args:
        picture: In [0, peak], at least 11 pixels high and wide.
        truth: In [0, peak].
        mask: Windows count in which every pixel is True; None for all.
        peak: The largest value there is.

    Returns:
        At most 1; NaN if no window counts.

    Raises:
        InputError: If the pictures are smaller than a window.
    """
    height, width = truth.shape[-2:]
    if min(height, width) < WINDOW:
        raise InputError(
            f"SSIM needs pictures of {WINDOW} pixels a side or more, got {width} x {height}."
        )
    x, y = picture.double(), truth.double()
    mean_x, mean_y = _smooth(x), _smooth(y)
    variance_x = _smooth(x * x) - mean_x.square()
    variance_y = _smooth(y * y) - mean_y.square()
    covariance = _smooth(x * y) - mean_x * mean_y
    c1, c2 = (_K1 * float(peak)) ** 2, (_K2 * float(peak)) ** 2
    likeness = ((2 * mean_x * mean_y + c1) * (2 * covariance + c2)) / (
        (mean_x.square() + mean_y.square() + c1) * (variance_x + variance_y + c2)
    )
    if mask is not None:
        missing = functional.max_pool2d((~mask).double()[None, None], WINDOW, stride=1)[0, 0]
        likeness = likeness[:, missing == 0]
    return float(likeness.mean()) if likeness.numel() else float("nan")


def _smooth(values: Float[Tensor, "C H W"]) -> Float[Tensor, "C h w"]:
    """Gaussian means over whole windows."""
    place = torch.arange(WINDOW, dtype=values.dtype) - WINDOW // 2
    kernel = torch.exp(-place.square() / (2 * _SIGMA**2))
    kernel = kernel / kernel.sum()
    across = functional.conv2d(values[:, None], kernel[None, None, None])
    return functional.conv2d(across, kernel[None, None, :, None])[:, 0]
