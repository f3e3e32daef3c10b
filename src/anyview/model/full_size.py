# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The full-resolution stage of a dense head: upsample, add the position, run the last layers.

Without gradients on a CPU it goes in bands of rows. A map of 32 channels at 504 x 378 takes 24 MB;
made whole, it is given back to the system and cleared again for every view, and it never fits the
cache. A band stays in it.
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.model.dpt import add_position_, upsample

BAND_ROWS = 42
"""Rows of the result that are worked on at a time; 378 is nine of them."""

LastLayers = Callable[[Float[Tensor, "N C h w"]], Float[Tensor, "N h w O"]]
"""Layers that look at most one row up and down."""


def full_size_outputs(
    low: Float[Tensor, "N C h w"],
    last_layers: Sequence[LastLayers],
    size: tuple[int, int],
    *,
    position: bool,
) -> list[Float[Tensor, "N H W _O"]]:
    """Run each of the last layers on the upsampled map.

    Args:
        low: The fused features.
        last_layers: One for each output.
        size: Height and width of the outputs.
        position: Whether the position embedding is added after upsampling.
    """
    if torch.is_grad_enabled() or low.device.type != "cpu" or size[0] <= BAND_ROWS:
        x = upsample(low, size)
        if position:
            x = add_position_(x, *size)
        return [layers(x) for layers in last_layers]
    bands: list[list[Tensor]] = [[] for _ in last_layers]
    for start in range(0, size[0], BAND_ROWS):
        end = min(start + BAND_ROWS, size[0])
        first, behind = max(start - 1, 0), min(end + 1, size[0])  # what the layers look at
        x = upsample_rows(low, size, first, behind)
        if position:
            x = add_position_(x, *size, first_row=first, rows=size[0])
        for parts, layers in zip(bands, last_layers, strict=True):
            parts.append(layers(x)[:, start - first : end - first])
    return [torch.cat(parts, dim=1) for parts in bands]


def upsample_rows(
    low: Float[Tensor, "N C h w"], size: tuple[int, int], first: int, behind: int
) -> Float[Tensor, "N C R W"]:
    """Rows ``first`` to ``behind`` (exclusive) of ``upsample(low, size)``.

    Rows are mixed here, columns by torch: a bilinear map is one after the other.
    """
    height = low.shape[2]
    at = torch.arange(first, behind, device=low.device) * ((height - 1) / max(size[0] - 1, 1))
    above = at.long().clamp(max=height - 1)
    below = (above + 1).clamp(max=height - 1)
    cells = low.permute(0, 2, 3, 1)  # channels last in memory, so that rows are copied whole
    share = (at - above)[:, None, None].to(low.dtype)
    rows = torch.lerp(cells[:, above], cells[:, below], share).permute(0, 3, 1, 2)
    return upsample(rows, (behind - first, size[1]))
