# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Changes of colour that leave geometry alone, drawn for each frame on its own.

Views of one place then differ in exposure and white balance as photos of different days do.
"""

import math
from dataclasses import dataclass, fields

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from anyview.core.errors import OptionError
from anyview.core.options import option

_LUMA = (0.299, 0.587, 0.114)

_YIQ = ((0.299, 0.587, 0.114), (0.5959, -0.2746, -0.3213), (0.2115, -0.5227, 0.3112))
"""Luma and two axes of colour, by whose turn hue changes."""


@dataclass(frozen=True)
class ColourOptions:
    """How strongly and how often colours change."""

    jitter: float = option(0.8, "Share of frames whose brightness and colours change.")
    brightness: float = option(0.3, "Factor of all values: 1 minus to 1 plus this.")
    contrast: float = option(0.3, "Factor of the distance from the mean luma.")
    saturation: float = option(0.3, "Factor of the distance from grey.")
    hue_deg: float = option(12.0, "Largest turn of the hue, degrees either way.")
    grey: float = option(0.05, "Share of frames that lose their colour.")
    blur: float = option(0.1, "Share of frames that are blurred.")
    max_blur_px: float = option(1.5, "Largest standard deviation of the blur.")

    def __post_init__(self) -> None:
        for name in ("jitter", "brightness", "contrast", "saturation", "grey", "blur"):
            if not 0 <= getattr(self, name) <= 1:
                raise OptionError(f"{name} must lie in [0, 1], got {getattr(self, name)}.")
        if not (0 <= self.hue_deg <= 180 and self.max_blur_px > 0):
            raise OptionError(
                "hue_deg must lie in [0, 180] and max_blur_px be positive, got "
                f"{self.hue_deg} and {self.max_blur_px}."
            )


NO_COLOUR_CHANGE = ColourOptions(
    **{field.name: 0.0 for field in fields(ColourOptions) if field.name != "max_blur_px"}
)


def jitter_colours(
    images: Float[Tensor, "*batch 3 H W"],
    generator: torch.Generator,
    options: ColourOptions | None = None,
) -> Float[Tensor, "*batch 3 H W"]:
    """Change the colours of each frame by its own draw.

    Args:
        images: sRGB in [0, 1].
        generator: What draws, on the CPU.
        options: None for the defaults.

    Returns:
        New images in [0, 1]; frames that nothing was drawn for are unchanged.
    """
    options = options or ColourOptions()
    flat = images.reshape(-1, *images.shape[-3:])
    count = len(flat)

    def draw(low: float, high: float) -> Tensor:
        values = torch.rand(count, generator=generator) * (high - low) + low
        return values.to(flat).view(-1, 1, 1, 1)

    def around_one(spread: float) -> Tensor:
        return torch.where(is_changed, draw(1 - spread, 1 + spread), 1.0)

    is_changed = draw(0.0, 1.0) < options.jitter
    luma = flat.new_tensor(_LUMA).view(1, 3, 1, 1)
    changed = flat * around_one(options.brightness)
    mean = (changed * luma).sum(dim=1, keepdim=True).mean(dim=(2, 3), keepdim=True)
    changed = mean + (changed - mean) * around_one(options.contrast)
    is_grey = draw(0.0, 1.0) < options.grey
    saturation = torch.where(is_grey, 0.0, around_one(options.saturation))
    grey = (changed * luma).sum(dim=1, keepdim=True)
    changed = grey + (changed - grey) * saturation
    limit = math.radians(options.hue_deg)
    angle = torch.where(is_changed, draw(-limit, limit), 0.0)[:, 0, 0, 0]
    changed = torch.einsum("nij,njhw->nihw", _hue_turn(angle), changed).clamp(0, 1)
    # Rounding of the products must not touch frames that are left alone.
    changed = torch.where(is_changed | is_grey, changed, flat)
    is_blurred = (draw(0.0, 1.0) < options.blur).flatten().tolist()
    sigma = draw(0.2, max(0.2, options.max_blur_px)).flatten().tolist()
    frames = [
        _blurred(frame, width) if blurred else frame
        for frame, blurred, width in zip(changed, is_blurred, sigma, strict=True)
    ]
    return torch.stack(frames).reshape(images.shape)


def _hue_turn(angle: Float[Tensor, " N"]) -> Float[Tensor, "N 3 3"]:
    """Matrix on RGB that turns the plane of colour and keeps luma."""
    to_yiq = angle.new_tensor(_YIQ)
    zero, one = torch.zeros_like(angle), torch.ones_like(angle)
    cos, sin = angle.cos(), angle.sin()
    turn = torch.stack((one, zero, zero, zero, cos, -sin, zero, sin, cos), dim=-1)
    return torch.linalg.inv(to_yiq) @ turn.unflatten(-1, (3, 3)) @ to_yiq


def _blurred(image: Float[Tensor, "3 H W"], sigma: float) -> Float[Tensor, "3 H W"]:
    """Gaussian blur, the border repeated outwards."""
    radius = max(1, math.ceil(2.5 * sigma))
    steps = torch.arange(-radius, radius + 1, dtype=image.dtype, device=image.device)
    kernel = torch.exp(-0.5 * (steps / sigma) ** 2)
    kernel = kernel / kernel.sum()
    padded = functional.pad(image[:, None], (radius, radius, radius, radius), mode="replicate")
    rows = functional.conv2d(padded, kernel.view(1, 1, -1, 1))
    return functional.conv2d(rows, kernel.view(1, 1, 1, -1))[:, 0].clamp(0, 1)
