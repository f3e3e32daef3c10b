# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What each input will give: how many views, by which names, and how to read them."""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, UInt8
from PIL import Image
from torch import Tensor

from anyview.core.errors import InputError
from anyview.inference.options import InputOptions
from anyview.io.arrays import ArrayImage, images_from_array, images_from_tensor
from anyview.io.formats import open_image
from anyview.io.frame_choice import FrameChoice
from anyview.io.images import decode_image, read_image
from anyview.io.listing import find_files, is_video
from anyview.io.masks import mask_from_alpha
from anyview.io.pixels import check_size
from anyview.io.video import VideoPlan, plan_video, read_video

logger = logging.getLogger(__name__)

_ACCEPTED = (
    "a path (image, folder, pattern, video), a PIL image, a NumPy array, a torch tensor, or a list "
    "of these"
)


@dataclass(frozen=True)
class Part:
    """What a view is made of, beside its name."""

    image: UInt8[Tensor, "3 H W"]
    source: str | None = None
    focal_px: float | None = None
    time_s: float | None = None
    mask: Bool[Tensor, "H W"] | None = None


Report = Callable[[str], None]


@dataclass(frozen=True)
class Source:
    """Something that becomes one view, or the frames of one video.

    Attributes:
        names: The wanted name of each view; their number is known before anything is decoded.
        read: Yields the place in ``names`` and the part of each view that can be read.
        is_slow: Whether reading is worth a thread.
    """

    names: tuple[str, ...]
    read: Callable[[], Iterator[tuple[int, Part]]]
    is_slow: bool = False


def list_sources(inputs: Any, options: InputOptions, report: Report | None) -> Iterator[Source]:
    """Everything that gives views, in order, before any pixel is read.

    Args:
        inputs: See ``read_views``.
        options: How files become views.
        report: Where damage in videos is reported; None makes it an error. With it, an input
            that cannot be used becomes a source of one view whose reading raises the error.

    Raises:
        InputError: If nothing is given or, without ``report``, an input cannot be used.
        OptionError: If more than one way of choosing video frames is given.
    """
    choice = FrameChoice(options.video_fps, options.video_count, options.video_every)
    items = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
    if not items:
        raise InputError(f"No images were given: at least one is needed, {_ACCEPTED}.")
    for index, item in enumerate(items):
        what = f"input {index}" if len(items) > 1 else "the input"
        try:
            if isinstance(item, str | os.PathLike):
                yield from _from_path(item, options, choice, report)
            else:
                yield from _from_memory(item, what, index, options)
        except InputError as error:
            if report is None:
                raise
            yield _broken(error)


def _from_path(
    given: str | os.PathLike[str],
    options: InputOptions,
    choice: FrameChoice,
    report: Report | None,
) -> Iterator[Source]:
    for path in find_files(given):
        if not is_video(path):
            read = partial(_read_file, path, options)
            yield Source((path.stem,), read, is_slow=True)
            continue
        if Path(given).is_dir():
            logger.info("%s holds no images: reading its video %s.", given, path.name)
        try:
            plan = plan_video(path, choice, max_pixels=options.max_pixels)
        except InputError as error:
            if report is None:
                raise
            yield _broken(error)
            continue
        names = tuple(f"{path.stem}_{index:06d}" for index in plan.indices)
        yield Source(names, partial(_read_frames, plan, options.max_pixels, report))


def _from_memory(item: Any, what: str, index: int, options: InputOptions) -> Iterator[Source]:
    if isinstance(item, Image.Image):
        file = getattr(item, "filename", "") or f"image_{index:04d}"
        yield Source((Path(str(file)).stem,), partial(_read_pil, item, what, options))
        return
    if isinstance(item, np.ndarray):
        images = images_from_array(item, what=what, max_pixels=options.max_pixels)
    elif isinstance(item, Tensor):
        images = images_from_tensor(item, what=what, max_pixels=options.max_pixels)
    else:
        raise InputError(f"{what}: a {type(item).__name__} is no image; give {_ACCEPTED}.")
    for number, make in enumerate(images):
        name = f"image_{index:04d}" if len(images) == 1 else f"image_{index:04d}_{number:04d}"
        yield Source((name,), partial(_read_array, make))


def _broken(error: InputError) -> Source:
    """A source of one view that cannot be read."""

    def read() -> Iterator[tuple[int, Part]]:
        raise error

    return Source(("",), read)


def _read_file(path: Path, options: InputOptions) -> Iterator[tuple[int, Part]]:
    decoded = read_image(path, max_pixels=options.max_pixels)
    mask = None
    if options.alpha == "mask":
        with open_image(path) as image:
            mask = mask_from_alpha(image, what=str(path))
    yield 0, Part(decoded.image, str(path), decoded.focal_px, mask=mask)


def _read_pil(image: Image.Image, what: str, options: InputOptions) -> Iterator[tuple[int, Part]]:
    check_size(image.height, image.width, what=what, max_pixels=options.max_pixels)
    decoded = decode_image(image, what=what)
    mask = mask_from_alpha(image, what=what) if options.alpha == "mask" else None
    file = getattr(image, "filename", "")
    yield 0, Part(decoded.image, str(file) if file else None, decoded.focal_px, mask=mask)


def _read_array(make: ArrayImage) -> Iterator[tuple[int, Part]]:
    yield 0, Part(make())


def _read_frames(
    plan: VideoPlan, max_pixels: int, report: Report | None
) -> Iterator[tuple[int, Part]]:
    places = {index: place for place, index in enumerate(plan.indices)}
    for frame in read_video(plan, max_pixels=max_pixels, on_problem=report):
        source = f"{plan.path} frame {frame.index}"
        yield places[frame.index], Part(frame.image, source, time_s=frame.time_s)
