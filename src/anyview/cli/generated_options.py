# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Command-line options made from options dataclasses: a default exists once."""

import types
from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import click

from anyview.core.errors import OptionError

Function = TypeVar("Function", bound=Callable[..., Any])
Options = TypeVar("Options")


class IntegerList(click.ParamType):  # type: ignore[type-arg]  # generic in new releases only
    """Whole numbers separated by commas."""

    name = "N,N,..."

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Read the list; an empty text is an empty list."""
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(part) for part in str(value).split(",") if part.strip())
        except ValueError:
            self.fail(f"{value!r} is not a list of whole numbers such as 5,11.", param, ctx)


class _GeneratedOption(click.Option):
    """An option that is listed under a title of its own."""

    def __init__(self, *args: Any, title: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = title


class TitledCommand(click.Command):
    """A command whose help lists generated options under their titles, after its own."""

    def options_by_title(self, ctx: click.Context) -> dict[str, list[click.Parameter]]:
        """The options under ``"Options"`` and the titles of generated ones, in order."""
        titles: dict[str, list[click.Parameter]] = {"Options": []}
        for param in self.get_params(ctx):
            if isinstance(param, click.Option):
                titles.setdefault(getattr(param, "title", "Options"), []).append(param)
        return titles

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, one section for each title."""
        for title, params in self.options_by_title(ctx).items():
            with formatter.section(title):
                records = (param.get_help_record(ctx) for param in params)
                formatter.write_dl([record for record in records if record is not None])


def _plain(hint: Any) -> Any:
    """The type without its ``| None``."""
    if get_origin(hint) in (Union, types.UnionType):
        (only,) = (part for part in get_args(hint) if part is not type(None))
        return only
    return hint


def _click_type(hint: Any) -> Any:
    hint = _plain(hint)
    if get_origin(hint) is Literal:
        return click.Choice(get_args(hint))
    if get_origin(hint) is tuple:
        return IntegerList()
    return {int: click.INT, float: click.FLOAT, str: click.STRING}[hint]


def _option(item: "Field[Any]", hint: Any, text: str, title: str) -> Callable[[Function], Function]:
    flag = "--" + item.name.replace("_", "-")
    shared: dict[str, Any] = {
        "cls": _GeneratedOption,
        "title": title,
        "default": item.default,
        "help": text,
    }
    if hint is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", item.name, show_default=True, **shared)
    return click.option(
        flag,
        item.name,
        type=_click_type(hint),
        show_default=item.default not in (None, ()),
        **shared,
    )


def options_of(titled: Mapping[str, type[Any]]) -> Callable[[Function], Function]:
    """Add one option for each field of options dataclasses to a ``TitledCommand``.

    A field ``max_points`` becomes ``--max-points``, a true-or-false field ``--rays / --no-rays``.
    A field that several of them have, such as ``seed``, becomes one option that sets all.

    Args:
        titled: Title in the help -> options dataclass whose fields come from
            ``core.options.option``.
    """
    generated: dict[str, tuple[Field[Any], Any, str, str]] = {}
    for title, cls in titled.items():
        hints = get_type_hints(cls)
        for item in fields(cls):
            hint, text = hints[item.name], item.metadata["help"]
            if item.name in generated:
                first, first_hint, first_text, first_title = generated[item.name]
                same = (first.default, first_hint) == (item.default, hint)
                assert same, f"{item.name} differs between the options of one command"
                generated[item.name] = (first, hint, f"{first_text} {text}", first_title)
            else:
                generated[item.name] = (item, hint, text, title)

    def decorate(function: Function) -> Function:
        for item, hint, text, title in reversed(generated.values()):
            function = _option(item, hint, text, title)(function)
        return function

    return decorate


def take_options(cls: type[Options], values: Mapping[str, Any]) -> Options:
    """Build ``cls`` from a command's parameters, leaving the others aside.

    Raises:
        OptionError: If ``cls`` refuses the values.
    """
    own = {item.name: values[item.name] for item in fields(cls)}  # type: ignore[arg-type]
    try:
        return cls(**own)
    except ValueError as error:
        if isinstance(error, OptionError):
            raise
        raise OptionError(str(error)) from error
