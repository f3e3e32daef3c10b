# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Folders of real images with what is known of them: poses, dense or sparse depth.

A set has ``images/``, ``cameras.json`` (``convention`` and a list ``images`` of ``file``, ``K``,
``T_w2c`` 4 x 4 world-to-camera or null, ``depth`` file or null) and ``meta.json`` (with
``depth_unit_m`` where there is dense depth). ``sparse.npz`` holds triangulated points: rows of
``obs`` are image, point, x, y in pixels, z-depth in that camera. Pixel centres lie at whole numbers
there unless ``convention`` says otherwise; here they lie at +0.5.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float64
from torch import Tensor

from anyview.core.errors import InputError
from anyview.geometry.cameras import crop_intrinsics
from anyview.geometry.se3 import validate_extrinsics
from anyview.io.depth_png import read_depth_png16
from anyview.io.images import read_image
from anyview.io.json_fields import read_json
from anyview.io.numpy_files import load_arrays
from anyview.structures.views import View

DAMAGED_INDEX = (
    *(KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, RuntimeError),
    *(ZeroDivisionError, OSError),
)
"""What comes of an index that is not as expected; very deep JSON is a RuntimeError."""

MOST_STRETCH = 0.02
"""Sides of a depth map may be rounded to whole pixels."""

WHOLE_PIXELS = "pixel centres at integer coordinates"
"""What ``convention`` says of sets whose K is half a pixel off ours."""


@dataclass(frozen=True)
class Photo:
    """One image of a set and what is known of it.

    Attributes:
        view: The image.
        cam_from_world: World-to-camera, or None.
        intrinsics: K in pixels of the image, centres at +0.5, or None.
        depth: z-depth over the whole image, 0 where unknown, or None; on the image's grid or on
            that of a sensor with fewer pixels.
    """

    view: View
    cam_from_world: Float64[Tensor, "4 4"] | None
    intrinsics: Float64[Tensor, "3 3"] | None
    depth: Float[Tensor, "H W"] | None


@dataclass(frozen=True)
class ImageSet:
    """Images of one set, in order.

    Attributes:
        name: Of its folder.
        photos: At least one.
        is_sparse: Whether depth is known at single points only.
    """

    name: str
    photos: tuple[Photo, ...]
    is_sparse: bool

    @property
    def with_depth(self) -> tuple[Photo, ...]:
        """Photos of which some depth is known."""
        return tuple(photo for photo in self.photos if photo.depth is not None)

    @property
    def with_pose(self) -> tuple[Photo, ...]:
        """Photos whose camera pose is known."""
        return tuple(photo for photo in self.photos if photo.cam_from_world is not None)


def find_sets(folder: Path) -> list[Path]:
    """The sets in a folder, which may be one itself.

    Raises:
        InputError: If there is none.
    """
    if (folder / "cameras.json").is_file():
        return [folder]
    found = sorted(file.parent for file in folder.glob("*/cameras.json"))
    if not found:
        raise InputError(f"{folder} holds no image set (a folder with cameras.json).")
    return found


def read_set(folder: Path) -> ImageSet:
    """Read a set.

    Raises:
        InputError: If the folder is not of this format.
    """
    try:
        index, meta = read_json(folder / "cameras.json"), read_json(folder / "meta.json")
        shift = 0.5 if WHOLE_PIXELS in index.get("convention", WHOLE_PIXELS) else 0.0
        photos = [
            _read_photo(folder, entry, meta.get("depth_unit_m"), shift) for entry in index["images"]
        ]
    except DAMAGED_INDEX as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{folder} is no image set: {type(error).__name__}: {error}.") from error
    if not photos:
        raise InputError(f"{folder}: cameras.json lists no images.")
    is_sparse = all(p.depth is None for p in photos) and (folder / "sparse.npz").is_file()
    if is_sparse:
        photos = _with_sparse_depth(folder / "sparse.npz", photos, shift)
    return ImageSet(folder.name, tuple(photos), is_sparse)


def _read_photo(folder: Path, entry: dict[str, Any], unit: float | None, shift: float) -> Photo:
    """One entry of ``images``."""
    image = read_image(folder / entry["file"]).image
    depth = None
    if entry.get("depth"):
        if unit is None:
            raise InputError(f"{folder}/meta.json lacks depth_unit_m, and there is depth.")
        depth = read_depth_png16(folder / entry["depth"], scale=1 / unit)
        _check_shape(depth, image, folder / entry["depth"])
    pose, K = (
        None if entry.get(key) is None else torch.tensor(entry[key], dtype=torch.float64)
        for key in ("T_w2c", "K")
    )
    if (pose is not None and pose.shape != (4, 4)) or (K is not None and K.shape != (3, 3)):
        raise InputError(f"{folder / entry['file']}: T_w2c must be 4 x 4 and K 3 x 3.")
    return Photo(
        view=View(image, Path(entry["file"]).stem, str(folder / entry["file"])),
        cam_from_world=None if pose is None else validate_extrinsics(pose, name="T_w2c"),
        intrinsics=None if K is None else crop_intrinsics(K, -shift, -shift),
        depth=depth,
    )


def _check_shape(depth: Tensor, image: Tensor, file: Path) -> None:
    """Depth sensors have other grids than cameras, but both show the same rectangle."""
    (rows, columns), (height, width) = depth.shape, image.shape[1:]
    if abs(rows * width / (columns * height) - 1) > MOST_STRETCH:
        raise InputError(
            f"{file} is {columns} x {rows}, which is not the shape of its image, {width} x "
            f"{height}."
        )


def _with_sparse_depth(file: Path, photos: list[Photo], shift: float) -> list[Photo]:
    """The photos with depth at the pixels that triangulated points fall on, the nearest of each."""
    try:
        with file.open("rb") as opened:
            arrays = load_arrays(opened, what=str(file), names=("obs",))
        rows = torch.from_numpy(arrays["obs"].astype(np.float64))
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise InputError(f"{file} cannot be used: {error}.") from error
    if rows.ndim != 2 or rows.shape[1] != 5:
        raise InputError(f"{file}: obs must be [N, 5], is {list(rows.shape)}.")
    rows = rows[rows.isfinite().all(-1) & (rows[:, 2:4].abs() < 1e9).all(-1)]
    result = []
    for number, photo in enumerate(photos):
        height, width = photo.view.height, photo.view.width
        own = rows[(rows[:, 0] == number) & (rows[:, 4] > 0)]
        x, y = (own[:, 2:4] + shift).floor().long().unbind(-1)
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        flat = torch.full((height * width,), torch.inf, dtype=torch.float64)
        flat.scatter_reduce_(0, (y * width + x)[inside], own[inside, 4], "amin")
        depth = torch.where(flat.isfinite(), flat, 0.0).reshape(height, width).float()
        result.append(
            Photo(photo.view, photo.cam_from_world, photo.intrinsics, depth)
            if bool((depth > 0).any())
            else photo
        )
    return result
