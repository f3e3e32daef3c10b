# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""2-D rotary position embedding (DA3, section 3.1): rows turn half of a head, columns the rest.

The rotation of a vector x by the angles a is x cos(a) + turn(x) sin(a), where turn swaps the two
quarters of each half with a sign ("rotate half", not interleaved).
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

BASE = 100.0


@dataclass(frozen=True)
class Rotation:
    """Cosine and signed sine of every token's angles, ready to be applied to [N, T, heads, size].

    Attributes:
        cos: Cosines.
        signed_sin: Sines, negative where "turn" negates.
    """

    cos: Float[Tensor, "T 1 size"]
    signed_sin: Float[Tensor, "T 1 size"]

    def apply(self, x: Float[Tensor, "N T heads size"]) -> Float[Tensor, "N T heads size"]:
        """Rotate each token's vectors."""
        first, second, third, fourth = x.chunk(4, dim=-1)
        turned = torch.cat((second, first, fourth, third), dim=-1)
        cos, signed_sin = self.cos.to(x.dtype), self.signed_sin.to(x.dtype)
        return torch.addcmul(x * cos, turned, signed_sin)


def rotation(
    positions: Int[Tensor, "T 2"], size: int, dtype: torch.dtype = torch.float32
) -> Rotation:
    """The rotation for tokens at (row, column) positions.

    Args:
        positions: Row and column of each token; negative is allowed.
        size: Channels of a head, a multiple of 4.
        dtype: Of the result; angles are computed in float32.
    """
    quarter = size // 4
    exponents = torch.arange(quarter, device=positions.device, dtype=torch.float32) / quarter
    angles = positions[:, :, None].float() * BASE**-exponents  # T 2 quarter
    cos, sin = angles.cos(), angles.sin()
    return Rotation(
        torch.cat((cos, cos), dim=-1).flatten(1)[:, None].to(dtype),
        torch.cat((-sin, sin), dim=-1).flatten(1)[:, None].to(dtype),
    )


def patch_rotation(h: int, w: int, size: int, device: torch.device) -> Rotation:
    """Within one view: token 0 at (0, 0), patch (i, j) at (i + 1, j + 1)."""
    rows, columns = torch.meshgrid(
        torch.arange(1, h + 1, device=device), torch.arange(1, w + 1, device=device), indexing="ij"
    )
    patches = torch.stack((rows, columns), dim=-1).flatten(0, 1)
    return rotation(torch.cat((patches.new_zeros(1, 2), patches)), size)


def camera_rotation(size: int, device: torch.device) -> Rotation:
    """Across views: the rotation of the camera token alone.

    There every patch stands at (1, 1) and every camera token at (0, 0), so that views are not
    ordered. Attention only sees differences of positions: patches at (0, 0) and camera tokens at
    (-1, -1) are the same thing, and leave all patches untouched.
    """
    return rotation(torch.full((1, 2), -1, device=device), size)
