# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Optional packages: imported when used, with an error that says what to install."""

import importlib
from types import ModuleType

from anyview.core.errors import MissingDependencyError


def require(module: str, *, extra: str, purpose: str) -> ModuleType:
    """Import ``module`` or say which extra brings it.

    Args:
        module: Importable name, such as ``"rerun"``.
        extra: The extra of this package that installs it.
        purpose: What it is needed for, completing "is needed to ...".

    Returns:
        The imported module.

    Raises:
        MissingDependencyError: If the module is not installed.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and not module.startswith(error.name):
            raise  # the package is there but broken: its own message says more than ours
        raise MissingDependencyError(
            f"The package {module!r} is needed to {purpose} and is not installed. "
            f"Install it with: pip install 'anyview[{extra}]'"
        ) from error
