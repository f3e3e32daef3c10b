# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Changes of the picture that keep depth, K and poses exactly right.

Each maps pixel coordinates by a rule that K (and, for flips and turns, the camera) follows, so a
point of the scene falls on the same texture before and after.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Shaped, UInt8
from torch import Tensor

from anyview.core.errors import OptionError
from anyview.data.batch import Batch
from anyview.geometry.cameras import crop_intrinsics, resize_intrinsics
from anyview.io.resize import resize_area, resize_cubic


@dataclass(frozen=True)
class Window:
    """A rectangle of whole pixels of an image.

    Attributes:
        top: First row.
        left: First column.
        height: Rows.
        width: Columns.
    """

    top: int
    left: int
    height: int
    width: int


def whole(height: int, width: int) -> Window:
    """The window of all pixels."""
    return Window(0, 0, height, width)


def random_window(
    image_size: tuple[int, int],
    target_size: tuple[int, int],
    generator: torch.Generator | None,
    *,
    min_zoom: float = 1.0,
    max_zoom: float = 1.0,
) -> Window:
    """A window of the target's shape within an image.

    At zoom 1 it is as large as fits; at zoom 2 half as high. Where it lies is drawn evenly, which
    moves the principal point.

    Args:
        image_size: Height and width of the image.
        target_size: Height and width that the window will be resized to.
        generator: What draws; None for zoom ``min_zoom`` in the middle.
        min_zoom: At least 1.
        max_zoom: Drawn evenly in its logarithm from ``min_zoom`` to this.

    Raises:
        OptionError: If the zooms are below 1 or the wrong way round.
    """
    if not 1 <= min_zoom <= max_zoom:
        raise OptionError(f"Zooms must obey 1 <= min <= max, got {min_zoom} and {max_zoom}.")
    height, width = image_size
    aspect = target_size[0] / target_size[1]

    def draw() -> float:
        return 0.5 if generator is None else float(torch.rand((), generator=generator))

    zoom = min_zoom if generator is None else min_zoom * (max_zoom / min_zoom) ** draw()
    rows = min(height, width * aspect) / zoom
    inner_height = max(1, min(height, round(rows)))
    inner_width = max(1, min(width, round(rows / aspect)))
    top = min(int(draw() * (height - inner_height + 1)), height - inner_height)
    left = min(int(draw() * (width - inner_width + 1)), width - inner_width)
    return Window(top, left, inner_height, inner_width)


def crop_resize_image(
    image: UInt8[Tensor, "C H W"] | Float[Tensor, "C H W"],
    window: Window,
    height: int,
    width: int,
) -> UInt8[Tensor, "C {height} {width}"] | Float[Tensor, "C {height} {width}"]:
    """The window of an image at a new size: means over areas to shrink, cubic to enlarge.

    Args:
        image: Channels first, 8-bit or float in [0, 1].
        window: Within the image.
        height: New rows.
        width: New columns.
    """
    bottom, right = window.top + window.height, window.left + window.width
    image = image[:, window.top : bottom, window.left : right]
    # A side that shrinks must be averaged; the other one is then resized on its own.
    image = resize_area(image, min(height, window.height), min(width, window.width))
    if image.shape[1:] != (height, width):
        image = resize_cubic(image, height, width)
        if image.is_floating_point():
            image = image.clamp(0, 1)  # cubic overshoots at edges
    return image


def read_off(
    values: Shaped[Tensor, "*batch h w"],
    image_size: tuple[int, int],
    window: Window,
    height: int,
    width: int,
) -> Shaped[Tensor, "*batch {height} {width}"]:
    """A map at the pixels of a resized window of its image, by nearest neighbour.

    Depth and masks are never mixed across edges: each new pixel takes the old value under its
    centre.

    Args:
        values: On any grid that covers the image plane.
        image_size: Height and width of the image.
        window: In pixels of the image.
        height: Rows of the result.
        width: Columns of the result.
    """
    rows = window.top + (torch.arange(height, dtype=torch.float64) + 0.5) * window.height / height
    columns = window.left + (torch.arange(width, dtype=torch.float64) + 0.5) * (
        window.width / width
    )
    row = (rows * values.shape[-2] / image_size[0]).long()
    column = (columns * values.shape[-1] / image_size[1]).long()
    return values[..., row[:, None], column]


def crop_resize_intrinsics(
    intrinsics: Float[Tensor, "*batch 3 3"], window: Window, height: int, width: int
) -> Float[Tensor, "*batch 3 3"]:
    """K after the window was cut out and resized."""
    cropped = crop_intrinsics(intrinsics, window.left, window.top)
    return resize_intrinsics(cropped, width / window.width, height / window.height)


def crop_resize(batch: Batch, windows: Sequence[Window], size: tuple[int, int]) -> Batch:
    """Cut a window out of each view and resize it.

    Args:
        batch: B scenes of V views.
        windows: One for all, one a scene, or one a view (B * V, views of a scene together).
        size: New height and width.

    Raises:
        OptionError: If there is another number of windows.
    """
    scenes, views, _, old_height, old_width = batch.images.shape
    repeats = {1: scenes * views, scenes: views, scenes * views: 1}
    if len(windows) not in repeats:
        raise OptionError(
            f"{scenes} scenes of {views} views take 1, {scenes} or {scenes * views} windows, "
            f"got {len(windows)}."
        )
    each = [window for window in windows for _ in range(repeats[len(windows)])]
    shape, old = (scenes, views), (old_height, old_width)

    def of_maps(maps: Tensor) -> Tensor:
        pairs = zip(maps.flatten(0, 1), each, strict=True)
        return torch.stack([read_off(m, old, w, *size) for m, w in pairs]).unflatten(0, shape)

    images = zip(batch.images.flatten(0, 1), each, strict=True)
    cameras = zip(batch.intrinsics.flatten(0, 1), each, strict=True)
    return replace(
        batch,
        images=torch.stack([crop_resize_image(i, w, *size) for i, w in images]).unflatten(0, shape),
        depth=of_maps(batch.depth),
        sky=of_maps(batch.sky),
        objects=of_maps(batch.objects),
        intrinsics=torch.stack([crop_resize_intrinsics(k, w, *size) for k, w in cameras]).unflatten(
            0, shape
        ),
    )


def flip_horizontal(batch: Batch, chosen: Bool[Tensor, " B"]) -> Batch:
    """Mirror the chosen scenes left to right.

    Mirrored pictures show a mirrored world. With S = diag(-1, 1, 1) camera points become S X, the
    world becomes S X_w too so that the cameras stay right-handed: R' = S R S, t' = S t. K keeps its
    focal lengths, c_x becomes W - c_x and the skew changes sign.

    Args:
        batch: B scenes.
        chosen: Which of them; all views of a scene are mirrored together.
    """
    width = batch.images.shape[-1]
    sign = torch.tensor([-1.0, 1.0, 1.0, 1.0], dtype=batch.cam_from_world.dtype)
    sign = sign.to(batch.cam_from_world.device)
    mirrored_pose = sign[:, None] * batch.cam_from_world * sign
    mirrored_K = batch.intrinsics.clone()
    mirrored_K[..., 0, 1] *= -1
    mirrored_K[..., 0, 2] = width - batch.intrinsics[..., 0, 2]

    def where(flipped: Tensor, kept: Tensor) -> Tensor:
        return torch.where(chosen.view(-1, *[1] * (kept.dim() - 1)), flipped, kept)

    return replace(
        batch,
        images=where(batch.images.flip(-1), batch.images),
        depth=where(batch.depth.flip(-1), batch.depth),
        sky=where(batch.sky.flip(-1), batch.sky),
        objects=where(batch.objects.flip(-1), batch.objects),
        intrinsics=where(mirrored_K, batch.intrinsics),
        cam_from_world=where(mirrored_pose, batch.cam_from_world),
    )


def rotate_quarters(batch: Batch, turns: int) -> Batch:
    """Turn all pictures counter-clockwise by quarter turns; the cameras roll with them.

    One turn sends pixel (x, y) to (y, W - x), so camera points (X, Y, Z) become (Y, -X, Z).

    Args:
        batch: Its height and width change places for odd turns.
        turns: How many; negative turns clockwise.

    Raises:
        OptionError: If K has skew and the number of turns is odd: no K describes that.
    """
    turns %= 4
    if turns % 2 and bool((batch.intrinsics[..., 0, 1] != 0).any()):
        raise OptionError("Pictures of cameras with skew cannot be turned by 90 or 270 degrees.")
    if turns >= 2:
        batch = _half_turn(batch)
    return _one_turn(batch) if turns % 2 else batch


def _one_turn(batch: Batch) -> Batch:
    width = batch.images.shape[-1]
    K = batch.intrinsics
    turned = K.clone()
    turned[..., 0, 0], turned[..., 1, 1] = K[..., 1, 1], K[..., 0, 0]
    turned[..., 0, 2], turned[..., 1, 2] = K[..., 1, 2], width - K[..., 0, 2]
    roll = K.new_tensor([[0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    return _turned(batch, 1, turned, roll)


def _half_turn(batch: Batch) -> Batch:
    height, width = batch.images.shape[-2:]
    turned = batch.intrinsics.clone()
    turned[..., 0, 2] = width - turned[..., 0, 2]
    turned[..., 1, 2] = height - turned[..., 1, 2]
    return _turned(batch, 2, turned, turned.new_tensor([-1, -1, 1, 1]).diag())


def _turned(batch: Batch, turns: int, intrinsics: Tensor, roll: Tensor) -> Batch:
    return replace(
        batch,
        images=batch.images.rot90(turns, (-2, -1)),
        depth=batch.depth.rot90(turns, (-2, -1)),
        sky=batch.sky.rot90(turns, (-2, -1)),
        objects=batch.objects.rot90(turns, (-2, -1)),
        intrinsics=intrinsics,
        cam_from_world=roll.to(batch.cam_from_world) @ batch.cam_from_world,
    )
