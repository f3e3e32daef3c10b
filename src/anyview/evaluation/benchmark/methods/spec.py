# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Methods as the command line names them: ``NAME:option=value,option=value``."""

import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from anyview.core.errors import OptionError
from anyview.core.options import options_from

Options = TypeVar("Options")

_TRUE = ("true", "yes", "1", "on")
_FALSE = ("false", "no", "0", "off")


@dataclass(frozen=True)
class MethodSpec:
    """A method and its options, still text.

    Attributes:
        text: As it was given; results go by it.
        name: The part before the options.
        options: Values by name.
    """

    text: str
    name: str
    options: Mapping[str, str]


def parse_spec(text: str) -> MethodSpec:
    """Read a specification.

    The name may hold colons (``C:/weights``): options begin at the last one that a ``=`` follows.

    Raises:
        OptionError: If it is empty, or an option lacks its value or is there twice.
    """
    name, _, tail = text.strip().rpartition(":")
    if not name or "=" not in tail:
        if tail and not name and "=" in tail:
            raise OptionError(f"Method {text!r} has options but no name: NAME:option=value,...")
        name, tail = text.strip(), ""
    if not name:
        raise OptionError("A method has no name: NAME or NAME:option=value,...")
    options: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in tail.split(","))):
        key, equals, value = part.partition("=")
        key = key.strip().replace("-", "_")
        if not equals or not value.strip():
            raise OptionError(f"Method {text!r}: {part!r} is no option=value.")
        if key in options:
            raise OptionError(f"Method {text!r}: {key} is there twice.")
        options[key] = value.strip()
    return MethodSpec(text.strip(), name, options)


def typed_options(cls: type[Options], given: Mapping[str, str], method: str) -> Options:
    """An options dataclass from text.

    Args:
        cls: Its fields are true-or-false, whole numbers, numbers, texts, choices or None.
        given: Values by name.
        method: Whose, for messages.

    Raises:
        OptionError: If there is no such option, or a value is not accepted.
    """
    hints = get_type_hints(cls)
    known = {item.name for item in fields(cls)}  # type: ignore[arg-type]
    values = {
        name: _value(text, hints[name], name) if name in known else text
        for name, text in given.items()
    }
    try:
        return options_from(cls, values)
    except OptionError as error:
        raise OptionError(f"Method {method!r}: {error}") from error


def options_text(options: Any) -> dict[str, Any]:
    """Options as JSON has them."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(options).items()
    }


def _value(text: str, hint: Any, name: str) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        if text.lower() == "none":
            return None
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is Literal or hint is str:
        return text  # choices are checked by the dataclass
    if hint is bool:
        if text.lower() not in _TRUE + _FALSE:
            raise OptionError(f"{name} is {text!r}; accepted: true, false.")
        return text.lower() in _TRUE
    if hint not in (int, float):
        raise OptionError(f"{name} cannot be given here.")
    try:
        return hint(text)
    except ValueError as error:
        kind = "a whole number" if hint is int else "a number"
        raise OptionError(f"{name} is {text!r}; give {kind}.") from error
