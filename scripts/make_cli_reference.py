# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Write docs/reference/cli.md from the commands themselves.

    python scripts/make_cli_reference.py

A test compares the file with what this gives, so run it after every change of an option.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from anyview.cli.generated_options import TitledCommand
from anyview.cli.main import EXIT_CODES, command
from anyview.export.formats import FORMATS

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "cli.md"

_INTRODUCTION = """\
# The command line

Made by `scripts/make_cli_reference.py` from the commands themselves; do not edit.

Results go to stdout, everything else (progress, notes, errors) to stderr. With `--json` stdout is
exactly one JSON document, also when something went wrong: then it is
`{"error": "...", "exit_code": N}`. An error is one line; files appear whole or not at all.
"""

_ENVIRONMENT = """\
## Environment variables

| variable | meaning |
|---|---|
| `ANYVIEW_DEBUG=1` | show where an error comes from |
| `HF_HOME`, `HF_HUB_CACHE` | where downloaded weights are kept |
| `HF_HUB_OFFLINE=1` | use no network: only weights that are on this machine |
"""


def reference() -> str:
    """The whole page."""
    settings = {**command.context_settings, "terminal_width": 100}
    root = click.Context(command, info_name="anyview", **settings)
    parts = [_INTRODUCTION, *_commands(root, 2), _formats(), _exit_codes(), _ENVIRONMENT]
    return "\n".join(parts)


def _commands(context: click.Context, level: int) -> Iterator[str]:
    """A section for a command and for each of its sub-commands."""
    found = context.command
    lines = [f"{'#' * level} `{context.command_path}`", "", *_help(found), "", "```"]
    lines += [context.get_usage().removeprefix("Usage: "), "```", "", *_options(context)]
    yield "\n".join(lines)
    if isinstance(found, click.Group):
        for name in found.list_commands(context):
            sub = found.get_command(context, name)
            assert sub is not None, "the group lists what it has"
            yield from _commands(click.Context(sub, context, info_name=name), level + (level > 2))


def _help(found: click.Command) -> list[str]:
    return inspect.cleandoc(found.help or "").splitlines()


def _options(context: click.Context) -> list[str]:
    """Tables of options, one for each title."""
    found = context.command
    if isinstance(found, TitledCommand):
        titled = found.options_by_title(context)
    else:
        options = [p for p in found.get_params(context) if isinstance(p, click.Option)]
        titled = {"Options": options}
    lines = []
    for title, params in titled.items():
        lines += [f"| {title.lower()} | |", "|---|---|"]
        for param in params:
            record = param.get_help_record(context)
            assert record is not None, "no option is hidden"
            flags, text = (part.replace("|", "\\|") for part in record)
            lines.append(f"| `{flags}` | {text} |")
        lines.append("")
    return lines


def _formats() -> str:
    lines = ["## Export formats", "", "| name | what | files | needs |", "|---|---|---|---|"]
    for item in FORMATS.values():
        files = ", ".join(f"`{name}`" for name in item.files)
        needs = [*item.needs, *([f"extra `{item.package[1]}`"] if item.package else [])]
        lines.append(f"| `{item.name}` | {item.description} | {files} | {', '.join(needs)} |")
    lines += [
        "",
        "`*` stands for the name of each view. A common frame is cameras, or one view.",
        "",
    ]
    return "\n".join(lines)


def _exit_codes() -> str:
    lines = ["## Exit codes", "", "| code | meaning |", "|---|---|"]
    lines += [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    return "\n".join([*lines, ""])


def main() -> None:
    """Write the page."""
    PAGE.write_text(reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
