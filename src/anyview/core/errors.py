# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every error that a user can cause, each with the exit code that the command line gives it.

A message says what was given, what is accepted and how to fix it. Bugs of our own are plain
``assert`` failures and are not listed here.
"""

from collections.abc import Iterable
from typing import ClassVar


class AnyViewError(Exception):
    """Base of all errors that name a cause the user can act on."""

    exit_code: ClassVar[int] = 1


class OptionError(AnyViewError, ValueError):
    """An option or argument has a value that is not accepted."""

    exit_code = 2


class InputError(AnyViewError, ValueError):
    """An input file, folder, image, video or camera cannot be used."""

    exit_code = 3


class CheckpointError(AnyViewError):
    """Weights cannot be found, read or trusted."""

    exit_code = 4


class CheckpointMismatchError(CheckpointError):
    """Weights do not fit the network that they are loaded into.

    Args:
        source: The file or name that was loaded.
        missing: Keys that the network has and the file lacks.
        unexpected: Keys that the file has and the network lacks.
        wrong_shape: One readable line for each key whose shapes differ.
    """

    def __init__(
        self,
        source: str,
        *,
        missing: Iterable[str] = (),
        unexpected: Iterable[str] = (),
        wrong_shape: Iterable[str] = (),
    ) -> None:
        self.missing = sorted(missing)
        self.unexpected = sorted(unexpected)
        self.wrong_shape = sorted(wrong_shape)
        parts = [f"{source} does not fit the network:"]
        for title, keys in (
            ("missing", self.missing),
            ("unexpected", self.unexpected),
            ("wrong shape", self.wrong_shape),
        ):
            if keys:
                parts.append(f"  {title} ({len(keys)}): " + ", ".join(keys))
        super().__init__("\n".join(parts))


class MissingDependencyError(AnyViewError, ImportError):
    """An optional package is needed and absent."""

    exit_code = 5


class MemoryLimitError(AnyViewError, MemoryError):
    """The work does not fit in memory; the message gives the size that does."""

    exit_code = 6


class OutputError(AnyViewError, OSError):
    """A result cannot be written."""

    exit_code = 7


class TrainingError(AnyViewError):
    """A training run cannot go on: numbers that are not finite, or batches that do not come."""

    exit_code = 9
