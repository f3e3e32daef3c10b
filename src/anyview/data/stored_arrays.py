# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The kinds of file that a scene is made of: images, depth, sparse depth, masks.

Readers are small frozen objects that can be sent to other processes; a damaged file is an
``InputError`` that names it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from anyview.core.errors import InputError, OptionError
from anyview.data.scene import FloatArray, ImageArray, MaskArray, SparseDepth
from anyview.data.stores import FileStore, OpenFile
from anyview.io.depth_png import decode_levels, depth_step, write_depth_png16
from anyview.io.exif import orientation_from_exif
from anyview.io.formats import first_line, load_pixels, opened_image
from anyview.io.images import DEFAULT_MAX_PIXELS, decode_image
from anyview.io.numpy_files import load_array, load_arrays
from anyview.io.pixels import check_size

DepthFormat = Literal["auto", "png", "npy"]

WORST_ROUNDING = 1e-3
"""``auto`` stores depth as PNG if rounding costs at most this share of the nearest depths."""


@dataclass(frozen=True)
class StoredImage:
    """Reader of an image file.

    Attributes:
        store: What holds it.
        name: Its name there.
    """

    store: FileStore
    name: str

    def __call__(self) -> ImageArray:
        """[H, W, 3] uint8, upright."""
        what = self.store.describe(self.name)
        with self.store.open(self.name) as file:
            image = opened_image(file, what=what)
            check_size(image.height, image.width, what=what, max_pixels=DEFAULT_MAX_PIXELS)
            pixels: ImageArray = decode_image(image, what=what).image.permute(1, 2, 0).numpy()
        return pixels

    def upright_bytes(self) -> tuple[str, bytes] | None:
        """Suffix and content if the file is a JPEG or PNG that lies upright, so can be copied."""
        what = self.store.describe(self.name)
        with self.store.open(self.name) as file:
            image = opened_image(file, what=what)
            suffix = {"JPEG": ".jpg", "PNG": ".png"}.get(image.format or "")
            if suffix is None or orientation_from_exif(image) != 1:
                return None
            file.seek(0)
            return suffix, file.read()


@dataclass(frozen=True)
class StoredDepth:
    """Reader of a depth map: 16-bit grey PNG, or a NumPy array of floats.

    Attributes:
        store: What holds it.
        name: Its name there, ending in .png or .npy.
        unit_per_step: Depth of one grey level of a PNG; None for .npy.
    """

    store: FileStore
    name: str
    unit_per_step: float | None = None

    def __call__(self) -> FloatArray:
        """[h, w] float32; NaN and negative values are given back as they are stored."""
        what = self.store.describe(self.name)
        with self.store.open(self.name) as file:
            if self.unit_per_step is not None:
                return (_grey16(file, what) * self.unit_per_step).astype(np.float32)
            depth = load_array(file, what=what)
        if depth.ndim != 2 or depth.dtype.kind != "f":
            raise InputError(f"{what}: depth must be one array [H, W] of floats.")
        return depth.astype(np.float32)


@dataclass(frozen=True)
class StoredSparse:
    """Reader of depth at points: NPZ with ``pixels``, ``depth`` and perhaps ``point_ids``.

    Attributes:
        store: What holds it.
        name: Its name there.
    """

    store: FileStore
    name: str

    def __call__(self) -> SparseDepth:
        """The points."""
        what = self.store.describe(self.name)
        with self.store.open(self.name) as file:
            arrays = load_arrays(file, what=what)
        try:
            ids = arrays.get("point_ids")
            return SparseDepth(
                arrays["pixels"].astype(np.float32),
                arrays["depth"].astype(np.float32),
                None if ids is None else ids.astype(np.int64),
            )
        except (KeyError, InputError) as error:
            raise InputError(f"{what}: no sparse depth ({first_line(error)}).") from error


@dataclass(frozen=True)
class StoredMask:
    """Reader of a mask: an 8-bit grey image, true above 127.

    Attributes:
        store: What holds it.
        name: Its name there.
    """

    store: FileStore
    name: str

    def __call__(self) -> MaskArray:
        """[h, w] bool."""
        what = self.store.describe(self.name)
        with self.store.open(self.name) as file:
            image = opened_image(file, what=what)
            check_size(image.height, image.width, what=what, max_pixels=DEFAULT_MAX_PIXELS)
            load_pixels(image, what=what)
            mask: MaskArray = np.asarray(image.convert("L")) > 127
        return mask


def write_depth_file(stem: Path, depth: FloatArray, kind: DepthFormat) -> tuple[str, float | None]:
    """Write a depth map beside its format's suffix.

    Args:
        stem: Path without the suffix.
        depth: [h, w]; non-finite and non-positive values become 0.
        kind: Format; "auto" takes PNG where 16 bits are enough, see ``WORST_ROUNDING``.

    Returns:
        The file's name and the depth of one grey level (None for .npy).

    Raises:
        OptionError: If the format is none of these.
    """
    if kind not in ("auto", "png", "npy"):
        raise OptionError(f"depth_format is {kind!r}; accepted: 'auto', 'png', 'npy'.")
    known = np.where(np.isfinite(depth) & (depth > 0), depth, 0).astype(np.float32)
    largest = float(known.max(initial=0))
    step = depth_step(largest) if largest > 0 else 0.001
    near = float(np.quantile(known[known > 0], 0.01)) if (known > 0).any() else 1.0
    if kind == "npy" or (kind == "auto" and step / 2 > WORST_ROUNDING * near):
        path = stem.with_name(stem.name + ".npy")
        np.save(path, known)
        return path.name, None
    path = stem.with_name(stem.name + ".png")
    write_depth_png16(path, torch.from_numpy(known), scale=1 / step)
    return path.name, step


def write_sparse_file(path: Path, sparse: SparseDepth) -> None:
    """Write depth at points as NPZ."""
    arrays: dict[str, npt.NDArray[Any]] = {"pixels": sparse.pixels, "depth": sparse.depth}
    if sparse.point_ids is not None:
        arrays["point_ids"] = sparse.point_ids
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def write_mask_file(path: Path, mask: MaskArray) -> None:
    """Write a mask as PNG of 0 and 255."""
    Image.fromarray(mask.astype(np.uint8) * 255).save(path)


def _grey16(file: OpenFile, what: str) -> npt.NDArray[np.float64]:
    return decode_levels(opened_image(file, what=what), what=what)
