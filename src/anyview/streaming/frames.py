# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Frames one after the other: none is read before it is asked for, none is kept."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from anyview.core.errors import InputError
from anyview.inference.input_sources import list_sources
from anyview.inference.options import InputOptions
from anyview.io.naming import UniqueNames
from anyview.structures.views import View


def iter_frames(
    inputs: Any,
    options: InputOptions | None = None,
    *,
    start: int = 0,
    on_problem: Callable[[str], None] | None = None,
) -> Iterator[View]:
    """The frames of videos, folders and images, in order.

    Args:
        inputs: As ``inference.inputs.read_views`` takes them.
        options: How files are read; of a video every frame is taken unless something else is said.
        start: Leave out so many frames, which are counted whether they can be read or not.
        on_problem: Told of each frame that is left out, with ``on_error="skip"``.

    Raises:
        InputError: At the first frame that cannot be read, unless those are to be skipped.
        OptionError: If more than one way of choosing video frames is given.
    """
    options = options or InputOptions()
    if options.video_fps is None and options.video_count is None and options.video_every is None:
        options = replace(options, video_every=1)
    skip = options.on_error == "skip"
    report = (on_problem or _ignore) if skip else None
    unique = UniqueNames()
    first = 0
    for source in list_sources(inputs, options, report):
        names = [unique.take(name) for name in source.names]
        if first + len(names) > start:
            try:
                for place, part in source.read():
                    if first + place >= start:
                        yield View(
                            part.image,
                            names[place],
                            part.source,
                            part.focal_px,
                            part.time_s,
                            mask=part.mask,
                        )
            except InputError as error:
                if report is None:
                    raise
                report(str(error))
        first += len(names)


def _ignore(_problem: str) -> None:
    """Nobody listens."""
