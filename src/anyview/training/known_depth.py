# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a frame knows of its depth, dense or at points, as one list of places on the image plane."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor

from anyview.data.frame_sample import rasterised
from anyview.data.scene import Frame
from anyview.data.transforms import read_off, whole

MOST_POINTS = 100_000
"""Of a dense map only so many pixels are looked at; they fix a scale and a shift to a per mille."""


@dataclass(frozen=True)
class KnownDepth:
    """Depth at places of one image.

    Attributes:
        places: (x, y) as a share of the image's width and height, in [0, 1).
        depth: z-depth > 0.
    """

    places: Float[Tensor, "N 2"]
    depth: Float[Tensor, " N"]

    def __len__(self) -> int:
        """Number of places."""
        return len(self.depth)

    def read_off(self, values: Shaped[Tensor, "h w"]) -> Shaped[Tensor, " N"]:
        """A map of the same image at these places: the pixel in which each lies."""
        size = torch.tensor([values.shape[1], values.shape[0]], dtype=torch.float64)
        column, row = (self.places.double() * size).long().unbind(dim=-1)
        return values[row.clamp(max=values.shape[0] - 1), column.clamp(max=values.shape[1] - 1)]


def has_depth(frame: Frame) -> bool:
    """Whether a frame has depth of its own, if only at points; no file is opened."""
    return frame.read_depth is not None or frame.read_sparse is not None


def known_depth(frame: Frame) -> KnownDepth | None:
    """Dense depth of a frame if it has any, else its points; None if the frame has neither.

    Places under the masks ``sky`` and ``ignore`` are left out. Of large maps a fixed sample is
    taken.

    Raises:
        InputError: If a file cannot be read.
    """
    if frame.read_depth is not None:
        depth = torch.from_numpy(frame.read_depth())
        rows, columns = ((depth > 0) & depth.isfinite()).nonzero(as_tuple=True)
        if len(rows) > MOST_POINTS:
            generator = torch.Generator().manual_seed(len(rows))
            chosen = torch.randperm(len(rows), generator=generator)[:MOST_POINTS]
            rows, columns = rows[chosen], columns[chosen]
        places = torch.stack(
            ((columns + 0.5) / depth.shape[1], (rows + 0.5) / depth.shape[0]), dim=-1
        )
        found = KnownDepth(places, depth[rows, columns])
    elif frame.read_sparse is not None:
        sparse = frame.read_sparse()
        height, width = frame.size
        places = torch.from_numpy(sparse.pixels / np.array([width, height], np.float32))
        depth = torch.from_numpy(sparse.depth)
        inside = ((places >= 0) & (places < 1)).all(dim=-1) & (depth > 0) & depth.isfinite()
        found = KnownDepth(places[inside], depth[inside])
    else:
        return None
    for kind in ("sky", "ignore"):
        if kind in frame.masks:
            kept = ~found.read_off(torch.from_numpy(frame.masks[kind]()))
            found = KnownDepth(found.places[kept], found.depth[kept])
    return found


def depth_map(frame: Frame, height: int, width: int) -> Float[Tensor, "{height} {width}"]:
    """What a frame knows of its depth as a map to look at, 0 where nothing is known.

    Of several points in a pixel the nearest is seen.

    Args:
        frame: Any.
        height: Rows.
        width: Columns.

    Raises:
        InputError: If a file cannot be read.
    """
    whole_image = whole(*frame.size)
    if frame.read_depth is not None:
        depth = torch.from_numpy(frame.read_depth())
        known = torch.where(depth.isfinite() & (depth > 0), depth, 0.0)
        return read_off(known, frame.size, whole_image, height, width)
    if frame.read_sparse is not None:
        return rasterised(frame.read_sparse(), whole_image, (height, width))
    return torch.zeros(height, width)
