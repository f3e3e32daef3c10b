# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Changes of colour that leave geometry alone, drawn for each frame on its own.

Views of one place then differ in exposure and white balance as photos of different days do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from jaxtyping import Bool, Float
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


@dataclass(frozen=True)
class ColourDraw:
    """What was drawn for N frames.

    Attributes:
        is_changed: Whether a frame changes at all (blur apart).
        brightness: Factor of all values.
        contrast: Factor of the distance from the mean luma.
        saturation: Factor of the distance from grey.
        hue_rad: Turn of the hue.
        blur_px: Standard deviation of the blur; 0 for none.
    """

    is_changed: Bool[Tensor, " N"]
    brightness: Float[Tensor, " N"]
    contrast: Float[Tensor, " N"]
    saturation: Float[Tensor, " N"]
    hue_rad: Float[Tensor, " N"]
    blur_px: Float[Tensor, " N"]


def draw_colours(
    count: int, generator: torch.Generator, options: ColourOptions | None = None
) -> ColourDraw:
    """Draw the changes of some frames.

    Args:
        count: Number of frames.
        generator: What draws, on the CPU.
        options: None for the defaults.
    """
    options = options or ColourOptions()
    uniform = torch.rand(8, count, generator=generator)
    signed = 2 * uniform - 1
    is_jittered, is_grey = uniform[0] < options.jitter, uniform[1] < options.grey

    def around_one(row: int, spread: float) -> Tensor:
        return torch.where(is_jittered, 1 + spread * signed[row], 1.0)

    sigma = 0.2 + (max(0.2, options.max_blur_px) - 0.2) * uniform[7]
    return ColourDraw(
        is_changed=is_jittered | is_grey,
        brightness=around_one(2, options.brightness),
        contrast=around_one(3, options.contrast),
        saturation=torch.where(is_grey, 0.0, around_one(4, options.saturation)),
        hue_rad=torch.where(is_jittered, math.radians(options.hue_deg) * signed[5], 0.0),
        blur_px=torch.where(uniform[6] < options.blur, sigma, 0.0),
    )


def join_draws(draws: Sequence[ColourDraw]) -> ColourDraw:
    """The draws of several groups of frames as one."""
    return ColourDraw(
        **{f.name: torch.cat([getattr(d, f.name) for d in draws]) for f in fields(ColourDraw)}
    )


def apply_colours(images: Float[Tensor, "N 3 H W"], draw: ColourDraw) -> Float[Tensor, "N 3 H W"]:
    """Change the colours of each frame as drawn.

    Brightness, contrast, saturation and hue are one matrix and one offset a frame: the pixels are
    passed over once.

    Args:
        images: sRGB in [0, 1].
        draw: For these frames.

    Returns:
        New images in [0, 1]; frames that nothing was drawn for are unchanged.
    """
    luma = images.new_tensor(_LUMA)
    draw = ColourDraw(**{f.name: getattr(draw, f.name).to(images.device) for f in fields(draw)})
    saturation = draw.saturation[:, None, None].to(images)
    eye, grey = torch.eye(3).to(images), luma.expand(3, 3)
    colours = _hue_turn(draw.hue_rad.to(images)) @ (saturation * eye + (1 - saturation) * grey)
    gain = draw.brightness.to(images)
    mean = gain * (images.mean(dim=(2, 3)) @ luma)
    contrast = draw.contrast.to(images)
    matrix = colours * (gain * contrast)[:, None, None]
    offset = colours.sum(dim=2) * ((1 - contrast) * mean)[:, None]
    changed = torch.baddbmm(offset[:, :, None], matrix, images.flatten(2)).clamp_(0, 1)
    # Rounding of the products must not touch frames that are left alone.
    changed = torch.where(draw.is_changed[:, None, None], changed, images.flatten(2))
    out = changed.unflatten(2, images.shape[2:])
    for frame in draw.blur_px.nonzero()[:, 0].tolist():
        out[frame] = _blurred(out[frame], float(draw.blur_px[frame]))
    return out


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
    flat = images.reshape(-1, *images.shape[-3:])
    return apply_colours(flat, draw_colours(len(flat), generator, options)).reshape(images.shape)


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
