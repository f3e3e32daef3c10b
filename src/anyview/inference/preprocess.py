# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Views at their own sizes to one batch on a common grid, with the maps that lead back.

For images of one size the result equals the published preprocessing (da3, inference): the longest
(or shortest) side goes to the resolution, by area means downwards and cubically upwards, then each
side to the nearest multiple of the patch by a second small resize (or down to it by a centre crop).

Images of different sizes or orientations keep their whole content: the processed size that most
views have becomes the common grid, every other view is scaled to fit inside and centred, and what
is left over is filled with the mean colour (zero after normalisation) and marked in ``valid``.
Masks follow their images, and a processed pixel is masked if any part of it is.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Float, Float64, Int, UInt8
from torch import Tensor

from anyview.core.errors import InputError, OptionError
from anyview.io.resize import resize_area, resize_cubic
from anyview.model.config import PATCH
from anyview.structures.views import View, ViewSet

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
_MEAN_COLOR = tuple(round(255 * value) for value in IMAGENET_MEAN)

Resize = Literal["longest", "shortest"]
Fit = Literal["resize", "crop"]
MaskFill = Literal["none", "black", "mean"]


@dataclass(frozen=True)
class ProcessedViews:
    """The views of one scene on one pixel grid, sides multiples of the patch.

    Attributes:
        images: RGB, 0 to 255.
        original_sizes: Height and width of each original image.
        processed_from_original: Affine map of (u, v, 1), pixel centres at +0.5 on both sides.
        intrinsics: Given K in pixels of ``images``, or None if none were given.
        valid: Where images have content, False in padding; None if there is no padding.
        masked: True where masks leave pixels out: those that any part of a masked pixel falls on;
            None without masks.
    """

    images: UInt8[Tensor, "V 3 H W"]
    original_sizes: Int[Tensor, "V 2"]
    processed_from_original: Float64[Tensor, "V 3 3"]
    intrinsics: Float[Tensor, "V 3 3"] | None
    valid: Bool[Tensor, "V H W"] | None
    masked: Bool[Tensor, "V H W"] | None = None

    @property
    def usable(self) -> Bool[Tensor, "V H W"] | None:
        """Pixels that count: neither padding nor masked. None if all do."""
        if self.masked is None:
            return self.valid
        return ~self.masked if self.valid is None else self.valid & ~self.masked

    def normalized(self, mask_fill: MaskFill = "none") -> Float[Tensor, "V 3 H W"]:
        """The network's input: mean 0 and deviation 1 by ImageNet's statistics, 0 in padding.

        Args:
            mask_fill: What masked pixels become: they stay, or turn black or the mean colour.
        """
        images = self.images.float().div_(255.0)
        mean = torch.tensor(IMAGENET_MEAN).view(3, 1, 1)
        std = torch.tensor(IMAGENET_STD).view(3, 1, 1)
        images = images.sub_(mean).div_(std)
        if self.valid is not None:
            images.masked_fill_(~self.valid[:, None], 0.0)
        if self.masked is not None and mask_fill != "none":
            filled = torch.zeros_like(mean) if mask_fill == "mean" else -mean / std
            images = torch.where(self.masked[:, None], filled, images)
        return images


@dataclass(frozen=True)
class ResizeRule:
    """What images are resized to.

    Attributes:
        resolution: Pixels that the longest or shortest side becomes before the second step.
        resize: Which side that is.
        fit: Nearest multiple of the patch by a resize, or floor by a centre crop.

    Raises:
        OptionError: If the resolution holds no patch.
    """

    resolution: int
    resize: Resize = "longest"
    fit: Fit = "resize"

    def __post_init__(self) -> None:
        """Refuse a resolution below one patch."""
        if self.resolution < PATCH:
            raise OptionError(
                f"resolution {self.resolution} is too small: at least {PATCH}, usual values are "
                f"multiples of {PATCH} from 252 to 1008."
            )


@dataclass(frozen=True)
class SizePlan:
    """How one image reaches its processed size; (height, width) everywhere.

    Attributes:
        scaled: Size after the first resize, aspect kept.
        final: Size after the second step.
        fit: What the second step is.
    """

    scaled: tuple[int, int]
    final: tuple[int, int]
    fit: Fit


def plan_size(size: tuple[int, int], rule: ResizeRule) -> SizePlan:
    """The published rule for one image.

    Args:
        size: Height and width in pixels.
        rule: What to resize to; ties between multiples of the patch go up.

    Raises:
        InputError: If a processed side would be shorter than one patch.
    """
    bound = max(size) if rule.resize == "longest" else min(size)
    scale = rule.resolution / float(bound)
    if bound == rule.resolution:
        scaled = size
    else:
        scaled = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    if rule.fit == "crop":
        final = (scaled[0] // PATCH * PATCH, scaled[1] // PATCH * PATCH)
    else:
        final = (_nearest_multiple(scaled[0]), _nearest_multiple(scaled[1]))
    if min(final) < PATCH:
        raise InputError(
            f"an image of {size[1]}x{size[0]} pixels becomes {scaled[1]}x{scaled[0]} at resolution "
            f"{rule.resolution}: its short side is less than one patch of {PATCH} pixels. Crop it "
            "to a less extreme shape, or raise the resolution."
        )
    return SizePlan(scaled, final, rule.fit)


def common_size(plans: Sequence[SizePlan]) -> tuple[int, int]:
    """The processed size that most views have; among equals the one that comes first."""
    return Counter(plan.final for plan in plans).most_common(1)[0][0]


def preprocess(views: ViewSet, rule: ResizeRule) -> ProcessedViews:
    """Bring all views to one grid.

    Args:
        views: Images at their own sizes, K in pixels of each.
        rule: What to resize to.

    Returns:
        The batch; K follows every step exactly.

    Raises:
        InputError: If an image is smaller than a patch or has too extreme a shape.
    """
    plans = plan_sizes(views.views, rule)
    grid = common_size(plans)
    images = torch.empty((len(views), 3, *grid), dtype=torch.uint8)
    valid = torch.ones((len(views), *grid), dtype=torch.bool)
    maps = torch.empty((len(views), 3, 3), dtype=torch.float64)
    for index, (view, plan) in enumerate(zip(views.views, plans, strict=True)):
        if plan.final == grid:
            images[index], maps[index] = _processed(view.image, plan)
        else:
            images[index], maps[index], valid[index] = _letterboxed(view.image, grid)
    intrinsics = None
    if views.intrinsics is not None:
        intrinsics = (maps @ views.intrinsics.double().cpu()).to(views.intrinsics.dtype)
    return ProcessedViews(
        images=images,
        original_sizes=torch.tensor([(view.height, view.width) for view in views.views]),
        processed_from_original=maps,
        intrinsics=intrinsics,
        valid=None if bool(valid.all()) else valid,
        masked=_masked(views.views, maps, grid),
    )


def usable_of(scenes: Sequence[ProcessedViews]) -> Bool[Tensor, "B V H W"] | None:
    """Pixels that count, of scenes of one shape; None if all do."""
    parts = [scene.usable for scene in scenes]
    if all(part is None for part in parts):
        return None
    first = scenes[0].images
    whole = torch.ones((first.shape[0], *first.shape[2:]), dtype=torch.bool)
    return torch.stack([whole if part is None else part for part in parts])


def plan_sizes(views: Sequence[View], rule: ResizeRule) -> list[SizePlan]:
    """Plan every view; errors name the view.

    Raises:
        InputError: If an image is smaller than a patch or has too extreme a shape.
    """
    plans = []
    for view in views:
        where = view.source or view.name
        if min(view.height, view.width) < PATCH:
            raise InputError(
                f"{where}: an image of {view.width}x{view.height} pixels is too small; at least "
                f"{PATCH}x{PATCH} (one patch) is needed."
            )
        try:
            plans.append(plan_size((view.height, view.width), rule))
        except InputError as error:
            raise InputError(f"{where}: {error}") from error
    return plans


def _nearest_multiple(side: int) -> int:
    down = side // PATCH * PATCH
    return down + PATCH if down + PATCH - side <= side - down else down


def _resized(image: UInt8[Tensor, "3 H W"], size: tuple[int, int]) -> UInt8[Tensor, "3 h w"]:
    """Cubic if any side grows, area means if none does, as published."""
    if tuple(image.shape[1:]) == size:
        return image
    grows = size[0] > image.shape[1] or size[1] > image.shape[2]
    return resize_cubic(image, *size) if grows else resize_area(image, *size)


def _processed(
    image: UInt8[Tensor, "3 H W"], plan: SizePlan
) -> tuple[UInt8[Tensor, "3 h w"], Float64[Tensor, "3 3"]]:
    scaled = _resized(image, plan.scaled)
    if plan.fit == "resize":
        return _resized(scaled, plan.final), _affine(tuple(image.shape[1:]), plan.final)
    top = (plan.scaled[0] - plan.final[0]) // 2
    left = (plan.scaled[1] - plan.final[1]) // 2
    cropped = scaled[:, top : top + plan.final[0], left : left + plan.final[1]]
    return cropped, _affine(tuple(image.shape[1:]), plan.scaled, shift=(-top, -left))


def _letterboxed(
    image: UInt8[Tensor, "3 H W"], grid: tuple[int, int]
) -> tuple[UInt8[Tensor, "3 Hg Wg"], Float64[Tensor, "3 3"], Bool[Tensor, "Hg Wg"]]:
    """The whole image, as large as fits in the grid, centred to the pixel."""
    height, width = image.shape[1:]
    scale = min(grid[0] / height, grid[1] / width)
    size = (_content_side(height * scale, grid[0]), _content_side(width * scale, grid[1]))
    top, left = (grid[0] - size[0]) // 2, (grid[1] - size[1]) // 2
    canvas = torch.tensor(_MEAN_COLOR, dtype=torch.uint8).view(3, 1, 1).repeat(1, *grid)
    canvas[:, top : top + size[0], left : left + size[1]] = _resized(image, size)
    valid = torch.zeros(grid, dtype=torch.bool)
    valid[top : top + size[0], left : left + size[1]] = True
    return canvas, _affine((height, width), size, shift=(top, left)), valid


def _content_side(side: float, available: int) -> int:
    """Nearest even number, so that content is centred; half a patch short fills the whole side.

    The latter is the small resize that every image gets to reach a multiple of the patch: no
    thin strips of padding where shapes differ by a rounding.
    """
    if available - side <= PATCH / 2:
        return available
    return max(2, 2 * round(side / 2))


def _masked(
    views: Sequence[View], maps: Float64[Tensor, "V 3 3"], grid: tuple[int, int]
) -> Bool[Tensor, "V H W"] | None:
    """Masks on the processed grid; None if no pixel is left out."""
    if all(view.mask is None for view in views):
        return None
    masked = torch.zeros((len(views), *grid), dtype=torch.bool)
    for index, (view, to_processed) in enumerate(zip(views, maps, strict=True)):
        if view.mask is not None:
            masked[index] = mask_on_grid(view.mask, to_processed, grid)
    return masked if bool(masked.any()) else None


def mask_on_grid(
    mask: Bool[Tensor, "H W"], to_grid: Float64[Tensor, "3 3"], grid: tuple[int, int]
) -> Bool[Tensor, "Hg Wg"]:
    """Pixels of a grid that any part of a masked pixel falls on.

    Args:
        mask: True where a pixel is left out.
        to_grid: Scales and shift from pixels of the mask to those of the grid.
        grid: Height and width.
    """
    found = mask
    for axis, side in ((0, grid[0]), (1, grid[1])):
        row = 1 - axis  # of the matrix: x comes first there
        edges = torch.arange(side + 1, dtype=torch.float64)
        edges = (edges - to_grid[row, 2]) / to_grid[row, row]
        # Edges that meet but for rounding do not reach into the next pixel.
        first = (edges[:-1] + 1e-6).floor().long().clamp(0, mask.shape[axis])
        last = (edges[1:] - 1e-6).ceil().long().clamp(0, mask.shape[axis])
        counts = found.cumsum(axis, dtype=torch.int32)
        counts = torch.cat((torch.zeros_like(counts.narrow(axis, 0, 1)), counts), dim=axis)
        found = counts.index_select(axis, last) > counts.index_select(axis, first)
    return found


def _affine(
    original: tuple[int, ...], scaled: tuple[int, int], shift: tuple[int, int] = (0, 0)
) -> Float64[Tensor, "3 3"]:
    """Map of pixel coordinates under a resize and then a move; pixel edges go to pixel edges."""
    return torch.tensor(
        [
            [scaled[1] / original[1], 0.0, float(shift[1])],
            [0.0, scaled[0] / original[0], float(shift[0])],
            [0.0, 0.0, 1.0],
        ],
        dtype=torch.float64,
    )
