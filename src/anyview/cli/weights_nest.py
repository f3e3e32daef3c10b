# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview weights nest``: an any-view and a metric model as one model in metres."""

from pathlib import Path

import click

from anyview.cli.console import json_result, remark, result


@click.command("nest", short_help="Join an any-view and a metric model into one, in metres.")
@click.argument("any_view")
@click.argument("metric")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="File to write, ending in .safetensors.",
)
@click.option("--name", default=None, help="What the model calls itself (default: both names).")
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(
    any_view: str, metric: str, output: Path, name: str | None, overwrite: bool, as_json: bool
) -> None:
    """Join an any-view and a metric model into one that predicts in metres.

    ANY_VIEW and METRIC are names, files or folders. Nothing is trained: the scale of each scene is
    found when the model is used.
    """
    from anyview.cli.weights_report import document_of, megabytes
    from anyview.training.nesting import nest

    written = nest(any_view, metric, output, name=name, overwrite=overwrite)
    if written.licence_notice is not None:
        remark(f"note: {written.licence_notice}")
    if as_json:
        json_result(document_of(written, "local"))
    else:
        assert written.file is not None, "it was read back from its file"
        size = megabytes(written.file.size_bytes)
        result(f"{output}  {written.name}, {size}, licence {written.licence}")
