# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""One picture of some scenes: images, depth, normals and things of their views."""

import os
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from anyview.core.errors import InputError
from anyview.data.synthetic.stored_scene import StoredScene
from anyview.io.atomic import atomic_path

Array = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]

_RAMP = np.array(
    ((252, 253, 191), (254, 159, 109), (222, 73, 104), (140, 41, 129), (59, 15, 112), (0, 0, 4)),
    float,
)
"""Near to far."""
_TITLE_PX = 14
_SKY = np.array((90, 140, 200), np.uint8)


def draw_sheet(
    scenes: Sequence[StoredScene], file: str | os.PathLike[str], columns: int | None = None
) -> None:
    """Write a PNG: for each scene a title and four rows (image, depth, normals, things).

    Args:
        scenes: At least one.
        file: Ends in ``.png``.
        columns: Most views to show of each; None: all.

    Raises:
        InputError: If there are no scenes.
        OutputError: If the file cannot be written.
    """
    if not scenes:
        raise InputError("There are no scenes to draw.")
    sheet = Image.fromarray(np.concatenate(_equally_wide([_block(s, columns) for s in scenes])))
    with atomic_path(file) as temporary:
        sheet.save(temporary, "PNG")


def _equally_wide(blocks: list[Picture]) -> list[Picture]:
    width = max(block.shape[1] for block in blocks)
    return [np.pad(b, ((0, 0), (0, width - b.shape[1]), (0, 0))) for b in blocks]


def _block(scene: StoredScene, columns: int | None) -> Picture:
    """Title and rows of one scene."""
    count = min(len(scene.images), columns or len(scene.images))
    depth = scene.depth[:count].numpy().astype(np.float64)
    focal = scene.intrinsics[:count].numpy().astype(np.float64)
    rows = [
        np.concatenate(list(scene.images[:count].numpy()), axis=1),
        np.concatenate(list(_depth_colours(depth)), axis=1),
        np.concatenate([_normal_colours(*pair) for pair in zip(depth, focal, strict=True)], axis=1),
        np.concatenate(list(_thing_colours(scene.objects[:count].numpy())), axis=1),
    ]
    title = Image.new("RGB", (rows[0].shape[1], _TITLE_PX))
    known = depth[depth > 0]
    span = f"{known.min():.2f} to {known.max():.1f} m" if known.size else "only sky"
    text = f"{scene.number}  {scene.kind}, {scene.path}, {span}"
    ImageDraw.Draw(title).text((2, 1), text, fill=(255, 255, 255))
    return np.concatenate((np.asarray(title), *rows))


def _depth_colours(depth: Array) -> Picture:
    """[V, H, W, 3]; logarithmic, on one scale over the views."""
    known = depth > 0
    logs = np.log(np.where(known, depth, 1.0))
    low, high = np.percentile(logs[known], (1, 99)) if known.any() else (0.0, 1.0)
    place = np.clip((logs - low) / max(high - low, 1e-6), 0, 1) * (len(_RAMP) - 1)
    colours = np.stack(
        [np.interp(place, np.arange(len(_RAMP)), _RAMP[:, k]) for k in range(3)], axis=-1
    )
    return np.where(known[..., None], colours, _SKY).astype(np.uint8)


def _normal_colours(depth: Array, intrinsics: Array) -> Picture:
    """[H, W, 3] of the surface through neighbouring pixels, in camera axes; black at the sky."""
    height, width = depth.shape
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    rays = np.stack((x, y, np.ones_like(x)), axis=-1) @ np.linalg.inv(intrinsics).T
    points = rays * depth[..., None]
    across = np.gradient(points, axis=1)
    normal = np.cross(np.gradient(points, axis=0), across)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-12)
    colours = np.where(depth[..., None] > 0, 127.5 * (1 - normal * (-1, 1, 1)), 0)
    return np.clip(colours, 0, 255).astype(np.uint8)


def _thing_colours(objects: npt.NDArray[np.uint8]) -> Picture:
    """[V, H, W, 3], a colour a number; the surroundings black."""
    palette = np.random.default_rng(0).integers(60, 256, (256, 3)).astype(np.uint8)
    palette[0] = 0
    return palette[objects]
