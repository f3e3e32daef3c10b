# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Fields of options dataclasses: a default and one sentence of help, kept together."""

import difflib
import numbers
from collections.abc import Mapping
from dataclasses import field, fields
from types import MappingProxyType, NoneType, UnionType
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
    hints = get_type_hints(cls)
    for name, value in given.items():
        _check(name, value, hints[name])
    return cls(**{name: _as_declared(value, hints[name]) for name, value in given.items()})


MAX_SEED = 2**63 - 1
"""Generators take no larger ones."""


def check_seed(seed: int) -> None:
    """Refuse a seed that no generator takes.

    Raises:
        OptionError: If it is negative or has more than 63 bits.
    """
    if not 0 <= seed <= MAX_SEED:
        shown = _shown(seed)
        raise OptionError(f"seed is {shown}; give a whole number from 0 to 2**63 - 1.")


def check_choices(options: Any) -> None:
    """Refuse a value that is of another type than its field, or not among its choices.

    Numbers of NumPy count as numbers; a truth value is none. Fields of types other than text,
    numbers, truth values, tuples of them and ``Literal`` are not looked at.

    Args:
        options: An options dataclass.

    Raises:
        OptionError: At the first such value; names the field and the choices.
    """
    hints = get_type_hints(type(options))
    for name in (f.name for f in fields(options)):
        _check(name, getattr(options, name), hints[name])


_KINDS: Mapping[Any, tuple[type, str]] = MappingProxyType(
    {
        int: (numbers.Integral, "a whole number"),
        float: (numbers.Real, "a number"),
        str: (str, "text"),
        bool: (bool, "true or false"),
    }
)
"""By type in an annotation: what is accepted, and how that is called."""


_LARGEST_FLOAT = 2**1023


def _check(name: str, value: Any, hint: Any) -> None:
    choices = _choices(hint)
    if choices:
        # By type too: what cannot be hashed or compared is no choice, and True is no 1.
        alike = [choice for choice in choices if isinstance(value, type(choice))]
        if isinstance(value, bool) or value not in alike:
            accepted = ", ".join(repr(choice) for choice in choices)
            raise OptionError(f"{name} is {_shown(value)}; accepted: {accepted}.")
        return
    accepted_kinds = [_kind(member) for member in _members(hint)]
    if all(accepted_kinds) and not any(_is_kind(value, member) for member in _members(hint)):
        wanted = " or ".join(kind for kind in accepted_kinds if kind)
        raise OptionError(f"{name} is {_shown(value)}; accepted: {wanted}.")


def _members(hint: Any) -> tuple[Any, ...]:
    """The types that a union joins, or the one that it is."""
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _kind(hint: Any) -> str | None:
    """How values of a type are called; None for a type that is not checked."""
    if hint is NoneType:
        return "None"
    if hint in _KINDS:
        return _KINDS[hint][1]
    if get_origin(hint) is tuple and all(member in _KINDS for member in _elements(hint)):
        return f"a list, each {_KINDS[_elements(hint)[0]][1]}"
    return None


def _elements(hint: Any) -> tuple[Any, ...]:
    return tuple(member for member in get_args(hint) if member is not Ellipsis)


def _is_kind(value: Any, hint: Any) -> bool:
    if hint is NoneType:
        return value is None
    if hint in _KINDS:
        if not isinstance(value, _KINDS[hint][0]) or (hint is not bool and isinstance(value, bool)):
            return False
        # Whole numbers have no end, floats do.
        return hint is not float or not isinstance(value, int) or abs(value) < _LARGEST_FLOAT
    if not isinstance(value, tuple | list):
        return False
    kinds = _elements(hint)
    if Ellipsis in get_args(hint):
        return all(_is_kind(item, kinds[0]) for item in value)
    return len(kinds) == len(value) and all(map(_is_kind, value, kinds))


def _as_declared(value: Any, hint: Any) -> Any:
    """An accepted value in Python's own type: NumPy's numbers, whole ones for others, lists."""
    member = next((m for m in _members(hint) if m is not NoneType and _is_kind(value, m)), None)
    if member in (int, float):
        return member(value)
    if isinstance(value, list):
        return tuple(_as_declared(item, _elements(member)[0]) for item in value)
    return value


def _shown(value: Any) -> str:
    if isinstance(value, int) and abs(value) > _LARGEST_FLOAT:
        return "a number of hundreds of digits"  # of thousands Python refuses to write them
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


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
