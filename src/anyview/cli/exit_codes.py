# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What the exit codes of the program mean, and which one an error gets."""

from collections.abc import Sequence

import click

from anyview.core.errors import AnyViewError, CheckpointMismatchError, MemoryLimitError

EXIT_CODES = {
    0: "done",
    1: "an error of the program itself",
    2: "an option or argument that is not accepted",
    3: "an input that cannot be used",
    4: "weights that cannot be found, read or fitted",
    5: "a package is missing",
    6: "not enough memory",
    7: "a result cannot be written",
    8: "done, but some inputs were skipped (--on-error skip)",
    9: "a training run that cannot go on",
    130: "interrupted",
}
"""Exit code -> meaning; documented in docs/reference/cli.md."""

MISSING_PACKAGE = 5
SKIPPED = 8
INTERRUPTED = 130

_KEYS_SHOWN = 4
# Texts of the plain RuntimeError that torch raises when a CPU allocation fails.
_ALLOCATION_FAILED = ("can't allocate memory", "not enough memory")


def explain(error: BaseException) -> tuple[str, int]:
    """One line about an error that ended the program, and the exit code.

    Args:
        error: Whatever ended it.
    """
    if isinstance(error, click.ClickException):
        return _usage(error), error.exit_code
    if isinstance(error, CheckpointMismatchError):
        return _mismatch(error), error.exit_code
    if isinstance(error, AnyViewError):
        return _one_line(str(error)), error.exit_code
    if isinstance(error, ModuleNotFoundError) and not str(error.name).startswith("anyview"):
        return (
            f"the package {error.name!r} is missing; 'anyview doctor' lists what is needed. "
            "Install again with: pip install --upgrade anyview"
        ), MISSING_PACKAGE
    interrupted = isinstance(error, click.Abort) and not isinstance(error.__cause__, EOFError)
    if interrupted or isinstance(error, KeyboardInterrupt):
        return "interrupted", INTERRUPTED
    if _is_out_of_memory(error):
        advice = "Give fewer views, a smaller --resolution, or --max-memory-gb for an early check."
        return f"out of memory. {advice}", MemoryLimitError.exit_code
    cause = error.__cause__ if isinstance(error, click.Abort) else error
    text = _one_line(f"unexpected {type(cause).__name__}: {cause}").rstrip(".")
    return (
        f"{text}. This is a bug in anyview; set ANYVIEW_DEBUG=1 to see where, and please report it."
    ), 1


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _usage(error: click.ClickException) -> str:
    message = _one_line(error.format_message())
    context = getattr(error, "ctx", None)
    return message if context is None else f"{message} See '{context.command_path} --help'."


def _mismatch(error: CheckpointMismatchError) -> str:
    """The first few keys of each kind: a wrong variant differs in hundreds."""
    kinds = (
        ("missing", error.missing),
        ("unexpected", error.unexpected),
        ("wrong shape", error.wrong_shape),
    )
    parts = [f"{title} ({len(keys)}): {_some(keys)}" for title, keys in kinds if keys]
    return _one_line(f"{str(error).splitlines()[0]} {'; '.join(parts)}.")


def _some(keys: Sequence[str]) -> str:
    shown = ", ".join(keys[:_KEYS_SHOWN])
    return shown if len(keys) <= _KEYS_SHOWN else f"{shown}, ..."


def _is_out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    # By name: torch, whose error it is, may not even be imported.
    by_torch = type(error).__name__ == "OutOfMemoryError"
    return by_torch or (
        isinstance(error, RuntimeError) and any(text in str(error) for text in _ALLOCATION_FAILED)
    )
