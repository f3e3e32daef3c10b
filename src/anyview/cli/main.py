# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The ``anyview`` command: a table of commands, imported when called, and what errors become."""

import importlib
import io
import os
import sys
from collections.abc import Sequence

import click

from anyview.cli.console import error_line, json_result, notes, result
from anyview.cli.exit_codes import EXIT_CODES, explain
from anyview.core.version import __version__

COMMANDS = {
    "predict": "Photos or a video to depth, cameras and a point cloud.",
    "stream": "A video of any length as one scene, in bounded memory.",
    "export": "Write a saved prediction in other formats.",
    "fuse": "Make one coloured mesh of a saved prediction.",
    "demo": "Run the main job on example input that comes with the package.",
    "eval": "Score models and their rivals on benchmarks.",
    "train": "Train a model from a recipe, or go on with a run.",
    "weights": "List, inspect and convert model weights.",
    "data": "Make, convert, check and look at training scenes.",
    "doctor": "What is installed, what this machine can do, and what is missing for what.",
}
"""Command name -> one line. The module of the same name has the click command ``command``."""


class _LazyGroup(click.Group):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Import the command, or None if there is none of this name."""
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"anyview.cli.{name}").command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, importing none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=_LazyGroup,
    invoke_without_command=True,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", prog_name="anyview")
@click.pass_context
def command(context: click.Context) -> None:
    """Depth for every pixel, a camera for every image, and the scene in 3-D."""
    if context.invoked_subcommand is None:
        result(context.get_help())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit with a documented code.

    Args:
        arguments: Words after the program's name; the process's own by default.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names of files need not be text in the terminal's encoding.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    An error becomes one clear line on stderr, and with ``--json`` also a document on stdout. A
    traceback is shown only if ANYVIEW_DEBUG is set.

    Args:
        arguments: Words after the program's name; the process's own by default.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with notes():
            code = command.main(args=words, prog_name="anyview", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except (Exception, KeyboardInterrupt) as error:  # the one catch-all: no traceback for users
        if os.environ.get("ANYVIEW_DEBUG") and not isinstance(error, click.ClickException):
            raise
        message, code = explain(error)
        error_line(message)
        if _asks_for_json(words):
            json_result({"error": message, "exit_code": code})
        return code


def _asks_for_json(words: list[str]) -> bool:
    """Whether ``--json`` is among the options, found where parsing may have failed."""
    options = words[: words.index("--")] if "--" in words else words
    return "--json" in options


__all__ = ["COMMANDS", "EXIT_CODES", "command", "main", "run"]
