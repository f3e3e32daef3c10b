# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Whatever a user has, files, folders, patterns, videos, arrays, as the views of a scene."""

import contextlib
import logging
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jaxtyping import UInt8
from torch import Tensor

from anyview.core.errors import InputError, MemoryLimitError
from anyview.inference.free_memory import free_memory_of_host
from anyview.inference.given_cameras import GivenCameras
from anyview.inference.given_masks import GivenMasks
from anyview.inference.input_sources import Part, Source, list_sources
from anyview.inference.options import InputOptions
from anyview.io.listing import find_files, is_video, root_of
from anyview.io.naming import UniqueNames, names_below
from anyview.structures.rig import Rig
from anyview.structures.views import View, ViewSet

logger = logging.getLogger(__name__)

_READERS = 8
"""Most threads that decode images; more gain nothing next to the network."""


def read_views(
    inputs: Any,
    *,
    options: InputOptions | None = None,
    on_problem: Callable[[str], None] | None = None,
    extrinsics: Any = None,
    intrinsics: Any = None,
    lenses: Any = None,
    rig: Rig | None = None,
    masks: Any = None,
) -> ViewSet:
    """Read all views of a scene.

    Folders and patterns give their images in natural order (img2 before img10); ``find_files``
    says which. Videos give frames by ``video_fps``, ``video_count`` or ``video_every``.
    Images are decoded in threads; the order of views is that of the inputs.

    Args:
        inputs: A path (image file, folder, pattern, video), a PIL image, a NumPy array ([H, W, 3],
            grey [H, W] or [V, H, W, 3]; uint8, uint16 or float in [0, 1]; RGB), a torch tensor
            ([3, H, W] or [V, 3, H, W]; uint8 or float in [0, 1]), or a list that mixes them.
        options: How files become views.
        on_problem: Called with one line for each input that is skipped, with
            ``on_error="skip"``; otherwise they are logged.
        extrinsics: World-to-camera with OpenCV axes, [V, 3, 4] or [V, 4, 4]: one for each view,
            skipped ones included. Arrays, tensors or lists; None in a list, or a matrix of NaN,
            where a view's is not known.
        intrinsics: K in pixels of each image as it is read (upright), [V, 3, 3], or one [3, 3];
            None or NaN as above.
        lenses: ``Lens`` of each image as it is read, with its K, or None; or one for all.
        rig: Cameras that are fixed to each other: camera and frame of each view.
        masks: Bool or numbers, 0 or False where a pixel is left out, [V, H, W] or a list with one
            [H, W] or None for each view, upright, skipped ones included.

    Returns:
        At least one view; names are unique.

    Raises:
        InputError: If an input cannot be used (the first one, in order), none can with
            ``on_error="skip"``, or cameras or masks are invalid or do not match in number.
        OptionError: If more than one way of choosing video frames is given, or masks are given
            twice.
        MemoryLimitError: If the images do not fit in memory.
    """
    options = options or InputOptions()
    skip = options.on_error == "skip"
    problems: list[str] = []

    def report(problem: str) -> None:
        problems.append(problem)
        if on_problem is None:
            logger.warning("Skipped: %s", problem)
        else:
            on_problem(problem)

    sources = list(list_sources(inputs, options, report if skip else None))
    total = sum(len(source.names) for source in sources)
    cameras = GivenCameras.checked(extrinsics, intrinsics, total, lenses=lenses, rig=rig)
    known_masks = GivenMasks.checked(masks, options.masks, total, max_pixels=options.max_pixels)
    unique = UniqueNames()
    names = [[unique.take(name) for name in source.names] for source in sources]
    kept: list[int] = []
    views: list[View] = []
    room = _Room(total)
    first = 0
    with contextlib.closing(_read_ahead(sources)) as reading:
        for own_names, parts in zip(names, reading, strict=True):
            try:
                for place, part in parts():
                    views.append(_named(part, own_names[place]))
                    kept.append(first + place)
                    room.take(part.image, len(own_names) - place)
            except InputError as error:
                if not skip:
                    raise
                report(str(error))
            first += len(own_names)
    if not views:
        raise InputError(f"None of the {total} images can be used. The first: {problems[0]}")
    return cameras.of(kept, known_masks.of(kept, tuple(views)))


def iter_files(inputs: Any) -> Iterator[tuple[Path, str]]:
    """List image files to be predicted one by one; nothing is opened, order is natural.

    Names are by ``names_below``: paths below the folder that all inputs share, without the
    suffix, the same from run to run.

    Args:
        inputs: A path, folder or pattern, or a list of them.

    Yields:
        A file and its name: unique, relative, with ``/`` between folders. A file that is given
        twice comes once.

    Raises:
        InputError: If there is nothing there, or one of the files is a video.
    """
    given = [inputs] if isinstance(inputs, str | os.PathLike) else list(inputs)
    files: dict[Path, None] = {}
    for item in given:
        if not isinstance(item, str | os.PathLike):
            raise InputError(f"Independent images are given as paths, got {type(item).__name__}.")
        for path in find_files(item):
            if is_video(path):
                raise InputError(f"{path}: a video is one scene, not independent images.")
            files.setdefault(Path(os.path.abspath(path)))  # noqa: PTH100 (links stay as they are)
    if not files:
        raise InputError("No images were given: at least one is needed.")
    base = Path(os.path.commonpath([root_of(item) for item in given]))
    yield from zip(files, names_below(base, list(files)), strict=True)


_Parts = Callable[[], Iterator[tuple[int, Part]]]


def _read_ahead(sources: list[Source]) -> Generator[_Parts, None, None]:
    """How to get the parts of each source; image files are decoded in threads a little ahead."""
    workers = min(_READERS, os.cpu_count() or 1, sum(source.is_slow for source in sources))
    if workers < 2:
        yield from (source.read for source in sources)
        return
    pool = ThreadPoolExecutor(workers, "anyview-read")

    def start(source: Source) -> _Parts:
        if not source.is_slow:
            return source.read
        future: Future[list[tuple[int, Part]]] = pool.submit(lambda: list(source.read()))
        return lambda: iter(future.result())

    ahead: deque[_Parts] = deque()
    try:
        for source in sources:
            ahead.append(start(source))
            if len(ahead) > 2 * workers:
                yield ahead.popleft()
        while ahead:
            yield ahead.popleft()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _named(part: Part, name: str) -> View:
    return View(part.image, name, part.source, part.focal_px, part.time_s, mask=part.mask)


class _Room:
    """Keeps images at their own sizes from filling the memory."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._free = free_memory_of_host()
        self._used = 0
        self._count = 0

    def take(self, image: UInt8[Tensor, "3 H W"], equal: int) -> None:
        """Count an image, the first of ``equal`` ones of this size still to come."""
        size = image.numel()
        if self._free is not None and self._used + equal * size > self._free:
            fitting = self._count + max(0, self._free - self._used) // size
            raise MemoryLimitError(
                f"{self._total} images do not fit in memory: {self._free / 1e9:.1f} GB are free, "
                f"which holds about {fitting} of them. Give fewer images or video frames, or "
                "smaller ones."
            )
        self._used += size
        self._count += 1
