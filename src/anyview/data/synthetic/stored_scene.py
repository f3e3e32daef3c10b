# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One synthetic scene as stored: tensors of all its views, and the same at a smaller size."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import gcd

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from anyview.core.errors import OptionError


@dataclass(frozen=True)
class StoredScene:
    """Views of one scene.

    Attributes:
        number: Of the scene in the endless data set.
        kind: Kind of world.
        path: Kind of camera path.
        images: sRGB.
        depth: z-depth in metres, 0 = sky.
        objects: 0 = surroundings or sky, else a number of the thing.
        intrinsics: K in pixels, centres at +0.5.
        cam_from_world: World-to-camera, OpenCV axes.
    """

    number: int
    kind: str
    path: str
    images: UInt8[Tensor, "V H W 3"]
    depth: Float[Tensor, "V H W"]
    objects: UInt8[Tensor, "V H W"]
    intrinsics: Float[Tensor, "V 3 3"]
    cam_from_world: Float[Tensor, "V 4 4"]

    def select(self, views: Sequence[int]) -> "StoredScene":
        """Some of the views, in the order given."""
        index = torch.as_tensor(list(views), dtype=torch.long)
        return replace(
            self,
            images=self.images[index],
            depth=self.depth[index],
            objects=self.objects[index],
            intrinsics=self.intrinsics[index],
            cam_from_world=self.cam_from_world[index],
        )

    def fitted(self, width: int, height: int) -> "StoredScene":
        """The largest window of that aspect ratio in the middle, at that size.

        Args:
            width: Pixels.
            height: Pixels.

        Raises:
            OptionError: If the window is smaller than that: scenes are never enlarged.
        """
        full_height, full_width = self.depth.shape[1:]
        common = gcd(width, height)
        unit_width, unit_height = width // common, height // common
        units = min(full_width // unit_width, full_height // unit_height)
        if units < common:
            raise OptionError(
                f"Stored scenes of {full_width} x {full_height} have no window of {width} x "
                f"{height}; make larger ones, or ask for smaller views."
            )
        window_width, window_height = units * unit_width, units * unit_height
        left, top = (full_width - window_width) // 2, (full_height - window_height) // 2
        rows, columns = slice(top, top + window_height), slice(left, left + window_width)
        intrinsics = self.intrinsics.clone()
        intrinsics[:, 0, 2] -= left
        intrinsics[:, 1, 2] -= top
        window = replace(
            self,
            images=self.images[:, rows, columns],
            depth=self.depth[:, rows, columns],
            objects=self.objects[:, rows, columns],
            intrinsics=intrinsics,
        )
        return window.shrunk(width, height)

    def shrunk(self, width: int, height: int) -> "StoredScene":
        """The same at a smaller size: images averaged by area, depth and things as at the centre.

        Args:
            width: Pixels, at most the stored width; width and height shrink alike.
            height: Pixels.

        Raises:
            OptionError: If the size is larger, or has another aspect ratio.
        """
        full_height, full_width = self.depth.shape[1:]
        if (width, height) == (full_width, full_height):
            return self
        if width * full_height != height * full_width or not 0 < width < full_width:
            raise OptionError(
                f"{full_width} x {full_height} cannot shrink to {width} x {height}; smaller sizes "
                f"of the same aspect ratio are accepted, such as "
                f"{_smaller(full_width, full_height)}."
            )
        rows, columns = _centres(full_height, height), _centres(full_width, width)
        intrinsics = self.intrinsics.clone()
        intrinsics[:, :2] *= width / full_width
        return replace(
            self,
            images=shrink_by_area(self.images, height, width),
            depth=self.depth[:, rows][:, :, columns],
            objects=self.objects[:, rows][:, :, columns],
            intrinsics=intrinsics,
        )


def shrink_by_area(
    images: UInt8[Tensor, "V H W 3"], height: int, width: int
) -> UInt8[Tensor, "V h w 3"]:
    """Each new pixel is the mean of the area it covers, parts of pixels included."""
    down = _coverage(images.shape[1], height)
    across = _coverage(images.shape[2], width)
    planes = images.permute(0, 3, 1, 2).float().contiguous()  # V 3 H W: two large products
    means = down @ planes @ across.T
    return means.round_().to(torch.uint8).permute(0, 2, 3, 1).contiguous()


@lru_cache(maxsize=32)
def _coverage(old: int, new: int) -> Float[Tensor, "new old"]:
    """Share of each old pixel in each new one; rows sum to 1."""
    edges = torch.arange(new + 1, dtype=torch.float64) * old / new
    left = torch.arange(old, dtype=torch.float64)
    overlap = torch.minimum(edges[1:, None], left + 1) - torch.maximum(edges[:-1, None], left)
    return (overlap.clamp(min=0) * new / old).float()


@lru_cache(maxsize=32)
def _centres(old: int, new: int) -> Tensor:
    """The old pixel in which the centre of each new pixel lies."""
    return ((torch.arange(new, dtype=torch.float64) + 0.5) * old / new).floor().long()


def _smaller(width: int, height: int) -> str:
    """A size with the same aspect ratio, about two thirds as wide."""
    common = gcd(width, height)
    steps = max(1, round(common * 2 / 3))
    return f"{width // common * steps} x {height // common * steps}"
