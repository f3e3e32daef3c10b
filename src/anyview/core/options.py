# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Fields of options dataclasses: a default and one sentence of help, kept together."""

import difflib
from collections.abc import Mapping
from dataclasses import field, fields
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from anyview.core.errors import OptionError

Options = TypeVar("Options")


def option(default: Any, text: str) -> Any:
    """A dataclass field whose help text the command line shows.

    Args:
        default: The default, an immutable value.
        text: One sentence.
    """
    return field(default=default, metadata={"help": text})


def options_from(cls: type[Options], given: Options | Mapping[str, Any] | None) -> Options:
    """Options from what a caller may give: nothing, an object, or values by name.

    Args:
        cls: The options dataclass.
        given: None for all defaults; names that are left out of a mapping keep theirs.

    Raises:
        OptionError: If a name is not an option of ``cls``, or ``given`` is something else.
    """
    if given is None:
        return cls()
    if isinstance(given, cls):
        return given
    if not isinstance(given, Mapping):
        raise OptionError(
            f"options must be {cls.__name__}(...) or values by name, got {type(given).__name__}."
        )
    known = [f.name for f in fields(cls)]  # type: ignore[arg-type]
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise OptionError(f"Unknown option {name!r}.{hint} Accepted: {', '.join(known)}.")
    return cls(**given)


def check_choices(options: Any) -> None:
    """Refuse a value that is not among the choices of its field.

    Only fields whose type is a ``Literal``, or that or None, are looked at.

    Args:
        options: An options dataclass.

    Raises:
        OptionError: At the first such value; names the field and the choices.
    """
    hints = get_type_hints(type(options))
    for name in (f.name for f in fields(options)):
        choices = _choices(hints[name])
        value = getattr(options, name)
        if choices and value not in choices:
            accepted = ", ".join(repr(choice) for choice in choices)
            raise OptionError(f"{name} is {value!r}; accepted: {accepted}.")


def _choices(hint: Any) -> tuple[Any, ...]:
    """The values of a Literal, with None where it is optional; empty for other types."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        members = [m for m in get_args(hint) if m is not NoneType]
        parts = [_choices(member) for member in members]
        if all(parts):
            optional = (None,) if len(members) < len(get_args(hint)) else ()
            return (*(value for part in parts for value in part), *optional)
    return ()
