# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Sound inputs of all readers, each written once a session."""

from collections.abc import Callable
from pathlib import Path

import pytest

from .readers import READERS

Sound = Callable[[str], tuple[Path, list[Path]]]
"""A reader's name to the folder of its input and the files that are damaged in turn. Whoever
changes a file puts it back."""


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    """See ``Sound``."""
    made: dict[str, tuple[Path, list[Path]]] = {}

    def of(name: str) -> tuple[Path, list[Path]]:
        if name not in made:
            folder = tmp_path_factory.mktemp("sound")
            made[name] = (folder, READERS[name].write(folder))
        return made[name]

    return of
