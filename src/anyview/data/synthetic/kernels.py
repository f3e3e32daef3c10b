# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How the inner loops of the world renderer are compiled: numba, cached where a place can be found.

Modules that import this one need numba; they are imported by ``renderer`` when it is first
called, so that importing the package does not.

Kernels call only kernels of their own module: numba's cache looks at the file of the outermost
function alone and would go on using an old version of a callee that lives elsewhere.
"""

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from anyview.core.optional import require

_numba: Any = require("numba", extra="train", purpose="make worlds")

Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compile ``function`` to machine code at its first call; it runs without the GIL.

    Results may differ in the last bits between machines, never between two runs on one.

    Args:
        function: Loops over numpy arrays; may call other kernels of its module.

    Returns:
        The compiled function, called like the original.
    """
    return _compile(function, inlined=False)


def part_of_kernel(function: Function) -> Function:
    """Like ``kernel``, and copied into its callers, whose loops could not be vectorised else."""
    return _compile(function, inlined=True)


def _compile(function: Function, *, inlined: bool) -> Function:
    # Run-time type checkers wrap functions in what numba cannot compile.
    plain = inspect.unwrap(function)
    options = {
        "fastmath": True,
        "nogil": True,
        "error_model": "numpy",
        "forceinline": inlined,
    }
    try:
        compiled: Function = _numba.njit(cache=True, **options)(plain)
    except RuntimeError:  # neither the installation nor a cache folder of the user is writable
        compiled = _numba.njit(cache=False, **options)(plain)
    return compiled
