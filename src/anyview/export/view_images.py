# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Image files beside exported cameras, for tools that want both: the originals where they are.

Such tools know no EXIF orientation, and trainers of splats no distorted lenses. So an original is
copied as it is where it is an upright JPEG or PNG in grey or RGB, and written anew where not.
"""

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Float64
from PIL import Image
from torch import Tensor

from anyview.core.errors import InputError
from anyview.export.file_stems import file_stems
from anyview.geometry.lens import Lens
from anyview.geometry.undistortion import pinhole_image, pinhole_of
from anyview.io.atomic import atomic_path
from anyview.io.exif import orientation_from_exif
from anyview.io.formats import load_pixels, open_image, quiet
from anyview.io.images import read_image, write_png
from anyview.structures.prediction import Prediction

_LOG = logging.getLogger(__name__)

_MAX_SKEW_PX = 0.01
"""Shift of the outermost rows that is no skew but rounding."""

_JPEG_QUALITY = 95


@dataclass(frozen=True)
class ViewImage:
    """One view's image file and the pinhole camera of it.

    Attributes:
        view: Position in the prediction.
        file: Name in the folder of images.
        height: Of the image, pixels.
        width: Of the image, pixels.
        intrinsics: K in its pixels, centres at +0.5, without skew.
        image_from_processed: From pixels of the prediction's grid to its pixels, homogeneous.
        source: The original image; None if the processed one is written.
        is_copied: Whether the original can stay as it is.
        lens: Distortion to undo in the original, or None.
    """

    view: int
    file: str
    height: int
    width: int
    intrinsics: Float64[Tensor, "3 3"]
    image_from_processed: Float64[Tensor, "3 3"]
    source: Path | None = None
    is_copied: bool = False
    lens: Lens | None = None


def view_images(prediction: Prediction) -> tuple[ViewImage, ...]:
    """What image to write for each view, and its camera.

    Originals at their own size where they can still be read, with undistorted pixels for views of
    a lens; else the processed images. A log line says how many of the latter there are.

    Args:
        prediction: With cameras.

    Raises:
        InputError: If a K has skew, for which the formats that need this have no place.
    """
    assert prediction.intrinsics is not None, "the format asks for cameras"
    originals = [_original(prediction, view) for view in range(len(prediction))]
    images = []
    for view, name in enumerate(_file_names(prediction, originals)):
        source, is_copied = originals[view] or (None, False)
        lens = None if source is None else _lens(prediction, view)
        to_image = torch.eye(3, dtype=torch.float64)
        height, width = prediction.depth.shape[1:]
        if source is not None:
            assert prediction.processed_from_original is not None
            assert prediction.original_sizes is not None
            height, width = (int(side) for side in prediction.original_sizes[view])
            to_image = torch.linalg.inv(prediction.processed_from_original[view].double())
            if lens is not None:
                to_image = pinhole_of(lens) @ torch.linalg.inv(lens.intrinsics()) @ to_image
        K = to_image @ prediction.intrinsics[view].double()
        _require_no_skew(K, height, prediction.names[view])
        images.append(ViewImage(view, name, height, width, K, to_image, source, is_copied, lens))
    _tell(prediction, [image for image in images if image.source is None])
    return tuple(images)


def write_view_image(prediction: Prediction, image: ViewImage, folder: Path) -> Path:
    """Write the image of one view.

    Args:
        prediction: What ``image`` was planned for.
        image: Which one.
        folder: Made if absent.

    Returns:
        The file.

    Raises:
        InputError: If the original has become unreadable meanwhile.
        OutputError: If it cannot be written.
    """
    target = folder / image.file
    if image.source is None:
        write_png(target, prediction.images[image.view])
    elif image.is_copied:
        with atomic_path(target) as path:
            shutil.copyfile(image.source, path)
    else:
        pixels = read_image(image.source).image
        if image.lens is None:
            write_png(target, pixels)
        else:
            flat = pinhole_image(image.lens, pinhole_of(image.lens), pixels)
            picture = Image.fromarray(flat.permute(1, 2, 0).contiguous().numpy())
            with atomic_path(target) as path:
                picture.save(path, format="JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return target


def _original(prediction: Prediction, view: int) -> tuple[Path, bool] | None:
    """The file that a view was made of, and whether it may be copied; None without one."""
    sources = prediction.provenance.get("sources") or ()
    if prediction.original_sizes is None or prediction.processed_from_original is None:
        return None
    if view >= len(sources) or not isinstance(sources[view], str):
        return None
    path = Path(sources[view])
    if not path.is_file():
        return None
    try:
        with open_image(path) as image:
            if image.format == "PNG":
                load_pixels(image, what=str(path))  # it may name its orientation behind the pixels
            with quiet():
                orientation = orientation_from_exif(image)
            width, height = image.size
            is_plain = image.format in {"JPEG", "PNG"} and image.mode in {"RGB", "L"}
    except InputError:
        return None
    if orientation >= 5:
        height, width = width, height
    if [height, width] != prediction.original_sizes[view].tolist():
        return None  # another picture has taken its name
    return path, is_plain and orientation == 1 and _lens(prediction, view) is None


def _lens(prediction: Prediction, view: int) -> Lens | None:
    lens = None if prediction.lenses is None else prediction.lenses[view]
    return None if lens is None or lens.is_pinhole else lens


def _file_names(
    prediction: Prediction, originals: list[tuple[Path, bool] | None]
) -> tuple[str, ...]:
    """The originals' own names if they are unique, else names made of the views'."""
    stems = file_stems(prediction.names)
    names, safe = [], []
    for view, original in enumerate(originals):
        if original is None:
            own, suffix = stems[view], ".png"
        else:
            path, is_copied = original
            written = ".png" if _lens(prediction, view) is None else ".jpg"
            own, suffix = path.stem, path.suffix if is_copied else written
        names.append(own + suffix)
        safe.append(stems[view] + suffix)
    is_clear = len({name.casefold() for name in names}) == len(names)
    return tuple(names if is_clear else safe)


def _require_no_skew(K: Float64[Tensor, "3 3"], height: int, name: str) -> None:
    if abs(float(K[0, 1] / K[1, 1])) * height > _MAX_SKEW_PX:
        raise InputError(
            f"The camera of view {name!r} has skew, for which this format has no place. Write "
            "'cameras' or 'npz', or give intrinsics without skew."
        )


def _tell(prediction: Prediction, processed: list[ViewImage]) -> None:
    sources = prediction.provenance.get("sources") or ()
    lost = [sources[image.view] for image in processed if image.view < len(sources)]
    lost = [source for source in lost if source]
    if lost:
        height, width = prediction.depth.shape[1:]
        _LOG.warning(
            "%d of %d images are written at the size they were predicted at, %d x %d: %s is no "
            "image file that can be read and was predicted from.",
            len(lost),
            len(prediction),
            width,
            height,
            lost[0],
        )
