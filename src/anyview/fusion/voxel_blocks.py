# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which parts of endless space are stored: cubes of 8 x 8 x 8 voxels, found by their place.

Space is empty nearly everywhere; only cubes near a surface exist. A cube has integer coordinates
(x, y, z) and the row of a table in which its voxels are kept.
"""

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from anyview.core.errors import InputError

SIDE = 8
"""Voxels along the side of a cube."""

_BITS = 20
REACH = 1 << _BITS
"""Integer coordinates that can be packed lie in [-REACH, REACH)."""


def pack(coordinates: Int[Tensor, "*batch 3"]) -> Int[Tensor, "*batch"]:
    """Integer coordinates as one number each; their order is that of (x, y, z).

    Raises:
        InputError: If they are out of reach: voxels too small for so large a scene.
    """
    if coordinates.numel() and not bool(((coordinates >= -REACH) & (coordinates < REACH)).all()):
        raise InputError(
            f"The scene is more than {2 * REACH} voxels long: give larger voxels, or leave out "
            "depth that is far away."
        )
    x, y, z = (coordinates.long() + REACH).unbind(-1)
    return (x << (2 * (_BITS + 1))) | (y << (_BITS + 1)) | z


def unpack(keys: Int[Tensor, "*batch"]) -> Int[Tensor, "*batch 3"]:
    """The coordinates that ``pack`` made keys of."""
    mask = (1 << (_BITS + 1)) - 1
    parts = (keys >> (2 * (_BITS + 1)), (keys >> (_BITS + 1)) & mask, keys & mask)
    return torch.stack(parts, dim=-1) - REACH


class BlockIndex:
    """The cubes that exist, in the order in which they came; a cube's row is its number there."""

    def __init__(self) -> None:
        self._keys = torch.empty(0, dtype=torch.long)  # by row
        self._sorted = torch.empty(0, dtype=torch.long)
        self._rows = torch.empty(0, dtype=torch.long)

    def __len__(self) -> int:
        """How many."""
        return len(self._keys)

    @property
    def coordinates(self) -> Int[Tensor, "N 3"]:
        """Of the cubes, row by row."""
        return unpack(self._keys)

    def rows_of(self, keys: Int[Tensor, "*batch"]) -> Int[Tensor, "*batch"]:
        """Row of each key, -1 where there is no such cube."""
        return find_sorted(self._sorted, self._rows, keys)

    def add(self, keys: Int[Tensor, " M"]) -> None:
        """Make the cubes that are not there yet; they get the next rows."""
        keys = torch.unique(keys)
        new = keys[self.rows_of(keys) < 0]
        self._keys = torch.cat((self._keys, new))
        self._sorted, self._rows = torch.sort(self._keys)

    def keep(self, wanted: Bool[Tensor, " N"]) -> None:
        """Forget the other cubes; the rows of the rest close up."""
        self._keys = self._keys[wanted]
        self._sorted, self._rows = torch.sort(self._keys)


def find_sorted(
    ordered: Int[Tensor, " N"], values: Int[Tensor, " N"], keys: Int[Tensor, "*batch"]
) -> Int[Tensor, "*batch"]:
    """The value that belongs to each key of an ascending list, -1 for keys that are not in it."""
    if not len(ordered):
        return torch.full_like(keys, -1)
    place = torch.searchsorted(ordered, keys).clamp_max(len(ordered) - 1)
    return torch.where(ordered[place] == keys, values[place], -1)
