# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Readers of the files of foreign data sets that our own scene folder does not have.

Like all readers of frames they are small frozen objects that can be sent to other processes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from anyview.core.errors import InputError
from anyview.data.scene import FloatArray, ImageArray, MaskArray, Matrix
from anyview.data.stored_arrays import StoredImage
from anyview.data.stores import FolderStore
from anyview.geometry.lens import Lens
from anyview.geometry.undistortion import pinhole_depth, pinhole_image, pinhole_mask
from anyview.io.exif import orientation_from_exif
from anyview.io.formats import load_pixels, open_image
from anyview.io.images import DEFAULT_MAX_PIXELS
from anyview.io.listing import require_file
from anyview.io.numpy_files import load_array
from anyview.io.pixels import check_size, planes_from_pil


@dataclass(frozen=True)
class ImageFile:
    """An image file as its header describes it.

    Attributes:
        path: The file.
        height: Of the stored pixels.
        width: Of the stored pixels.
        is_upright: Whether EXIF leaves the stored pixels as they are.
    """

    path: Path
    height: int
    width: int
    is_upright: bool

    @property
    def reader(self) -> Callable[[], ImageArray]:
        """Reader of the stored pixels; a whole file that can be copied where that is the same."""
        if self.is_upright:
            return StoredImage(FolderStore(self.path.parent), self.path.name)
        return StoredPixels(self.path)


def image_file(path: Path) -> ImageFile:
    """Look at an image's header.

    Raises:
        InputError: If it is absent, no image, or of a size that is not accepted.
    """
    with open_image(path) as image:
        check_size(image.height, image.width, what=str(path), max_pixels=DEFAULT_MAX_PIXELS)
        return ImageFile(path, image.height, image.width, orientation_from_exif(image) == 1)


@dataclass(frozen=True)
class StoredPixels:
    """Reader of an image as stored: cameras of data sets refer to that, whatever EXIF says.

    Attributes:
        path: The file.
    """

    path: Path

    def __call__(self) -> ImageArray:
        """[H, W, 3] uint8, not turned."""
        with open_image(self.path) as image:
            check_size(
                image.height, image.width, what=str(self.path), max_pixels=DEFAULT_MAX_PIXELS
            )
            load_pixels(image, what=str(self.path))
            pixels: ImageArray = (
                planes_from_pil(image, what=str(self.path)).permute(1, 2, 0).numpy()
            )
        return pixels


@dataclass(frozen=True)
class MaskFile:
    """Reader of a mask image of any mode.

    Attributes:
        path: The file.
        above: True where the grey value (0 to 255) is larger than this ...
        is_inverted: ... or where it is not.
    """

    path: Path
    above: int = 0
    is_inverted: bool = False

    def __call__(self) -> MaskArray:
        """[h, w] bool."""
        with open_image(self.path) as image:
            check_size(
                image.height, image.width, what=str(self.path), max_pixels=DEFAULT_MAX_PIXELS
            )
            load_pixels(image, what=str(self.path))
            mask: MaskArray = np.asarray(image.convert("L")) > self.above
        return ~mask if self.is_inverted else mask


@dataclass(frozen=True)
class LevelsFile:
    """Reader of depth as whole numbers in a 16-bit PNG, or as a NumPy array.

    Attributes:
        path: The file, .png or .npy.
        unit: Depth of one grey level, or of 1 in the array.
    """

    path: Path
    unit: float

    def __call__(self) -> FloatArray:
        """[h, w] float32, 0 where the file has no finite positive value."""
        if self.path.suffix.lower() == ".npy":
            levels = _npy(self.path)
        else:
            levels = grey_levels(self.path).astype(np.float64)
        known = np.isfinite(levels) & (levels > 0)
        depth: FloatArray = (np.where(known, levels, 0) * self.unit).astype(np.float32)
        return depth


def grey_levels(path: Path) -> npt.NDArray[np.uint16]:
    """[h, w] uint16 of a 16-bit grey PNG.

    Raises:
        InputError: If it is absent, damaged or something else.
    """
    with open_image(path) as image:
        check_size(image.height, image.width, what=str(path), max_pixels=DEFAULT_MAX_PIXELS)
        load_pixels(image, what=str(path))
        if image.format != "PNG" or image.mode not in {"I;16", "I;16B", "I"}:
            raise InputError(
                f"{path}: not a 16-bit grey PNG (it is {image.format} of kind {image.mode})."
            )
        return np.asarray(image).astype(np.uint16)


@dataclass(frozen=True)
class PinholeImage:
    """Reader of an image with the lens's distortion undone.

    Attributes:
        read: Gives the distorted image.
        lens: What it was taken with.
        intrinsics: [3, 3] K of the pinhole image.
    """

    read: Callable[[], ImageArray]
    lens: Lens
    intrinsics: Matrix

    def __call__(self) -> ImageArray:
        """[H, W, 3] uint8."""
        planes = torch.from_numpy(self.read()).permute(2, 0, 1)
        straight = pinhole_image(self.lens, torch.from_numpy(self.intrinsics), planes)
        pixels: ImageArray = straight.permute(1, 2, 0).contiguous().numpy()
        return pixels


@dataclass(frozen=True)
class PinholeDepth:
    """Reader of depth along the pinhole image's rays; attributes as for ``PinholeImage``."""

    read: Callable[[], FloatArray]
    lens: Lens
    intrinsics: Matrix

    def __call__(self) -> FloatArray:
        """[H, W] float32."""
        depth = torch.from_numpy(self.read())
        straight: FloatArray = pinhole_depth(
            self.lens, torch.from_numpy(self.intrinsics), depth
        ).numpy()
        return straight


@dataclass(frozen=True)
class PinholeMask:
    """Reader of a mask as the pinhole image sees it; attributes as for ``PinholeImage``."""

    read: Callable[[], MaskArray]
    lens: Lens
    intrinsics: Matrix

    def __call__(self) -> MaskArray:
        """[H, W] bool."""
        mask = torch.from_numpy(self.read())
        straight: MaskArray = pinhole_mask(
            self.lens, torch.from_numpy(self.intrinsics), mask
        ).numpy()
        return straight


PINHOLE_READERS = (PinholeImage, PinholeDepth, PinholeMask)
"""Readers that straighten what another one reads."""


def _npy(path: Path) -> npt.NDArray[np.float64]:
    require_file(path, "a NumPy array")
    try:
        with path.open("rb") as file:
            array = load_array(file, what=str(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}).") from error
    if array.ndim == 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim != 2 or array.dtype.kind not in "fiu":
        raise InputError(f"{path}: depth must be one array [H, W] of numbers, is {array.shape}.")
    return array.astype(np.float64)
