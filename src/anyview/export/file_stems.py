# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""File names from view names: safe on every file system and still unique."""

import re
from collections.abc import Sequence

MAX_BYTES = 180
"""Longest stem in UTF-8; file systems allow 255 with all that is added to it."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def file_stems(names: Sequence[str]) -> tuple[str, ...]:
    """A file name without suffix for each view, close to the view's name.

    Letters, digits, dots, dashes and underscores stay; anything else, path separators included,
    becomes an underscore. Names that would collide, on a file system that ignores case too, get
    a number.

    Args:
        names: Unique names.

    Returns:
        Unique stems in the same order.
    """
    taken: set[str] = set()
    stems = []
    for name in names:
        stem = re.sub(r"[^\w.-]+", "_", name)
        stem = stem.encode()[:MAX_BYTES].decode(errors="ignore").strip(".") or "view"
        if _RESERVED.fullmatch(stem):
            stem += "_"
        unique, number = stem, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{stem}_{number}"
        taken.add(unique.casefold())
        stems.append(unique)
    return tuple(stems)
