# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""COLMAP's library, imported when used, with its log kept away from the user's terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from anyview.core.errors import MissingDependencyError
from anyview.core.optional import require

_FATAL = 3


@contextmanager
def quiet_pycolmap() -> Iterator[ModuleType]:
    """The module ``pycolmap``, silent until the block ends: what went wrong is in its results.

    Raises:
        MissingDependencyError: If it is not installed, or older than 4.0.
    """
    pycolmap = require("pycolmap", extra="colmap", purpose="find or refine cameras by matches")
    if not hasattr(pycolmap, "FeatureExtractor"):
        raise MissingDependencyError(
            f"pycolmap {pycolmap.__version__} is too old to find or refine cameras: 4.0 or later "
            "is needed. Install it with: pip install --upgrade 'anyview[colmap]'"
        )
    level = pycolmap.logging.minloglevel
    pycolmap.logging.minloglevel = _FATAL
    try:
        yield pycolmap
    finally:
        pycolmap.logging.minloglevel = level
