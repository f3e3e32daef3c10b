# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which of many tracks to keep: each piece of surface once, evenly spread if there are too many."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Float64, Int
from torch import Tensor


@dataclass(frozen=True)
class SampleGrid:
    """The same regular grid of pixels in every view; samples are counted view by view, row by row.

    Attributes:
        views: Number of views.
        height: Of each, pixels.
        width: Of each, pixels.
        stride: Pixels from one sample to the next; each lies in the middle of its cell.
    """

    views: int
    height: int
    width: int
    stride: int

    @classmethod
    def with_at_most(cls, most: int, views: int, height: int, width: int) -> "SampleGrid":
        """The finest grid of at most ``most`` samples in all, but of one in each view at least."""
        # Cells are whole, so up to three quarters of an image lie outside them.
        stride = max(1, int(math.sqrt(views * height * width / most) / 2))
        grid = cls(views, height, width, stride)
        while len(grid) > max(most, views):
            grid = cls(views, height, width, grid.stride + 1)
        return grid

    def __len__(self) -> int:
        """Samples in all views."""
        return self.views * self.rows * self.columns

    @property
    def rows(self) -> int:
        """Samples in a column."""
        return max(1, self.height // self.stride)

    @property
    def columns(self) -> int:
        """Samples in a row."""
        return max(1, self.width // self.stride)

    def samples_of(self, view: int) -> tuple[Int[Tensor, " n"], Float64[Tensor, "n 2"]]:
        """Ranks and pixel centres (x, y) of the samples of a view."""
        count = self.rows * self.columns
        local = torch.arange(count)
        row, column = self._pixel(local)
        pixels = torch.stack((column, row), dim=-1).double() + 0.5
        return view * count + local, pixels

    def view_of(self, sample: Int[Tensor, " M"]) -> Int[Tensor, " M"]:
        """The view of each sample."""
        return sample // (self.rows * self.columns)

    def pixel_ranks(self) -> Int[Tensor, " N"]:
        """Index of every sample's pixel among all pixels of all views."""
        row, column = self._pixel(torch.arange(self.rows * self.columns))
        local = row * self.width + column
        first = torch.arange(self.views) * (self.height * self.width)
        return (first[:, None] + local).flatten()

    def sample_at(
        self, view: Int[Tensor, " M"], pixels: Float64[Tensor, "M 2"]
    ) -> Int[Tensor, " M"]:
        """The sample whose cell holds a pixel; what is left over at the border joins the last."""
        cell = (pixels / self.stride).floor().long()
        row = cell[:, 1].clamp(0, self.rows - 1)
        column = cell[:, 0].clamp(0, self.columns - 1)
        return (view * self.rows + row) * self.columns + column

    def spread(self) -> Int[Tensor, " N"]:
        """A number for each sample; those below any bound lie evenly in the image.

        The order of Bayer's dither matrix: the lowest bits of row and column decide first.
        """
        local = torch.arange(self.rows * self.columns)
        row, column = local // self.columns, local % self.columns
        order = torch.zeros_like(local)
        for bit in range(max(self.rows, self.columns).bit_length()):
            r, c = (row >> bit) & 1, (column >> bit) & 1
            order = order * 4 + (r ^ c) * 2 + r
        return order.repeat(self.views)

    def _pixel(self, local: Tensor) -> tuple[Tensor, Tensor]:
        row = (local // self.columns) * self.stride + self.stride // 2
        column = (local % self.columns) * self.stride + self.stride // 2
        return row.clamp(max=self.height - 1), column.clamp(max=self.width - 1)


def chosen_tracks(
    sample: Int[Tensor, " M"],
    view: Int[Tensor, " M"],
    pixels: Float64[Tensor, "M 2"],
    grid: SampleGrid,
    most: int,
    sureness: Float[Tensor, " N"] | None = None,
) -> Bool[Tensor, " N"]:
    """Which samples stay as tracks.

    A track that passes through the cell of another view's track tells the same surface. Of such
    two the longer stays, then the surer. If there are still too many, those that are left
    lie evenly in the images.

    Args:
        sample: Of each observation, where its track was sampled.
        view: That observes it.
        pixels: Where.
        grid: The samples.
        most: Tracks to keep.
        sureness: Of each sample.

    Returns:
        True for at most ``most`` samples, all of them with observations.
    """
    lengths = torch.bincount(sample, minlength=len(grid))
    priority = _priority(lengths, grid, sureness)
    there = grid.sample_at(view, pixels)
    rival = (lengths[there] > 0) & (there != sample)
    kept = _none_beside_another(lengths > 0, priority, sample[rival], there[rival])
    if int(kept.count_nonzero()) > most:
        ranks = kept.nonzero()[:, 0]
        ranks = ranks[priority[ranks].argsort(descending=True)]
        ranks = ranks[grid.spread()[ranks].argsort(stable=True)]
        kept = torch.zeros_like(kept)
        kept[ranks[:most]] = True
    return kept


def _priority(
    lengths: Int[Tensor, " N"], grid: SampleGrid, sureness: Float[Tensor, " N"] | None
) -> Int[Tensor, " N"]:
    """Different numbers, larger for what should stay: no order of views decides but as a last."""
    order = torch.arange(len(grid)).view(grid.views, -1).T.flatten()
    if sureness is not None:
        order = order[sureness.nan_to_num(0)[order].argsort(stable=True)]
    order = order[lengths[order].argsort(stable=True)]
    priority = torch.empty_like(order)
    priority[order] = torch.arange(len(order))
    return priority


def _none_beside_another(
    wanted: Bool[Tensor, " N"],
    priority: Int[Tensor, " N"],
    first: Int[Tensor, " E"],
    second: Int[Tensor, " E"],
) -> Bool[Tensor, " N"]:
    """What is left when items are taken by priority and each removes those beside it.

    The same as one by one, but all at once that have no better one beside them.
    """
    undecided = wanted.clone()
    kept = torch.zeros_like(wanted)
    while bool(undecided.any()):
        live = undecided[first] & undecided[second]
        first, second = first[live], second[live]
        best = torch.full_like(priority, -1)
        best.scatter_reduce_(0, first, priority[second], "amax")
        best.scatter_reduce_(0, second, priority[first], "amax")
        winners = undecided & (priority > best)
        kept |= winners
        undecided &= ~winners
        undecided[second[winners[first]]] = False
        undecided[first[winners[second]]] = False
    return kept
