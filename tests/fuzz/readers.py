# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every reader of the package, a sound input for it, and the files that get damaged.

A new reader is one entry in ``READERS``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from . import reading_cameras, reading_scenes, reading_states, reading_views


@dataclass(frozen=True)
class Reader:
    """Something that reads files that anybody may have made.

    Attributes:
        name: For reports.
        write: Writes a sound input into an empty folder; gives the files that are damaged in turn.
        read: Reads all of it.
    """

    name: str
    write: Callable[[Path], list[Path]]
    read: Callable[[Path], object]


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        name: Reader(name, write, read)
        for part in (reading_views, reading_cameras, reading_states, reading_scenes)
        for name, (write, read) in part.READERS.items()
    }
)
