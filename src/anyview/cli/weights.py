# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview weights``: list, inspect and convert model weights."""

from pathlib import Path
from typing import Any

import click

from anyview.cli import weights_nest
from anyview.cli.console import json_result, remark, result

# Names of dtypes, here so that help needs no torch; a test compares them with the converter's.
STORED_DTYPES = ("keep", "float32", "float16", "bfloat16")


@click.group("weights", invoke_without_command=True, subcommand_metavar="COMMAND [ARGS]...")
@click.pass_context
def command(context: click.Context) -> None:
    """List, inspect and convert model weights."""
    if context.invoked_subcommand is None:
        result(context.get_help())


@command.command("list", short_help="List the models: size, licence, what each can do.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(as_json: bool) -> None:
    """List the models: size, licence, what each can do, and where its weights are."""
    from anyview.cli.weights_report import table
    from anyview.model.sources import list_variants

    rows = list_variants()
    if as_json:
        json_result([_row_document(row) for row in rows])
        return
    for line in table(rows):
        result(line)


def _row_document(row: Any) -> dict[str, Any]:
    document = dict(vars(row))
    document["path"] = None if row.path is None else str(row.path)
    return document


@command.command("info", short_help="Show what is known of one model or weights file.")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def info(name: str, as_json: bool) -> None:
    """Show what is known of one model or weights file, without loading it.

    NAME is a model's name, a file, a folder or a hub id.
    """
    from anyview.cli.weights_report import describe

    document = describe(name)
    if as_json:
        json_result(document)
        return
    width = max(map(len, document))
    for key, value in document.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        result(f"{key.ljust(width)}  {shown}")


@command.command("convert", short_help="Convert weights to one safetensors file.")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--variant", default=None, help="What the weights are, if the file does not tell it.")
@click.option(
    "--dtype",
    type=click.Choice(STORED_DTYPES),
    default="keep",
    show_default=True,
    help="What to store numbers as.",
)
@click.option("--overwrite", is_flag=True, help="Replace TARGET if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def convert(
    source: Path, target: Path, variant: str | None, dtype: str, overwrite: bool, as_json: bool
) -> None:
    """Convert weights to one safetensors file that carries its config.

    Reads published files, folders with config.json, and pickles (.pt, .pth, .bin, .ckpt) without
    running what they contain.
    """
    from anyview.cli.weights_report import document_of, megabytes
    from anyview.model.convert import convert as convert_weights

    written = convert_weights(source, target, variant=variant, dtype=dtype, overwrite=overwrite)
    if written.licence_notice is not None:
        remark(f"note: {written.licence_notice}")
    if as_json:
        json_result(document_of(written, "local"))
    else:
        assert written.file is not None, "it was read back from its file"
        size = megabytes(written.file.size_bytes)
        result(f"{target}  {written.name}, {size}, licence {written.licence}")


command.add_command(weights_nest.command)
