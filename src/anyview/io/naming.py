# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The order of file names that people expect, and short unique names for views and results."""

import re
from collections.abc import Sequence
from pathlib import Path

_NUMBERS = re.compile(r"(\d+)", re.ASCII)


def natural_key(name: str) -> tuple[tuple[str, int] | str, ...]:
    """Sort key by which ``img2`` comes before ``img10``, whatever the case of letters.

    Runs of digits compare as numbers. Names that differ in case or leading zeros only fall back
    to plain text order, so the order is total and does not depend on the order of listing.

    Args:
        name: A file name or path.
    """
    parts = _NUMBERS.split(name.casefold())
    # Even places are text, odd ones digits: each tuple starts with the text before its number.
    numbered = [(parts[i], int(parts[i + 1])) for i in range(0, len(parts) - 1, 2)]
    return (*numbered, (parts[-1], -1), name)


class UniqueNames:
    """Hands out names that differ from all earlier ones, ignoring case.

    The first to want a name gets it; later ones get ``name_2``, ``name_3`` and so on. Case is
    ignored because the names end up as file names, on disks that ignore it too.
    """

    def __init__(self) -> None:
        self._last_number: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """The wanted name, or the first free one made from it.

        Args:
            wanted: Any text; empty counts as ``view``.
        """
        wanted = wanted or "view"
        name, number = wanted, self._last_number.get(wanted.casefold(), 0)
        while name.casefold() in self._last_number:
            number = max(number, 1) + 1
            name = f"{wanted}_{number}"
        # Where to go on looking: a thousand equal names must not cost a million look-ups.
        self._last_number[wanted.casefold()] = max(number, 1)
        self._last_number.setdefault(name.casefold(), 1)
        return name


def names_below(base: Path, files: Sequence[Path]) -> list[str]:
    """Names by which the results of files can be told apart, the same from run to run.

    A name is the path below ``base`` without the suffix. It keeps the suffix where two files
    differ in it alone, and where a folder among them is called so; other files that come or go
    change no name.

    Args:
        base: A folder that all files are below.
        files: Each once.

    Returns:
        Unique relative names in the same order, ``/`` between folders.
    """
    relative = [path.relative_to(base) for path in files]
    folders = {str(parent).casefold() for path in relative for parent in path.parents}
    seen: set[str] = set()
    taken_twice: set[str] = set()
    for path in relative:
        stem = str(path.with_suffix("")).casefold()
        (taken_twice if stem in seen else seen).add(stem)
    unclear = taken_twice | folders
    unique = UniqueNames()
    names = []
    for path in relative:
        short = path.with_suffix("")
        is_clear = str(short).casefold() not in unclear
        # A stem of dots alone would lead out of the folder of results.
        keeps_inside = bool(short.name.strip("."))
        names.append(unique.take((short if is_clear and keeps_inside else path).as_posix()))
    return names
