# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview export``: write a saved prediction in other formats."""

from pathlib import Path
from typing import Any

import click

from anyview.cli.console import json_result, result
from anyview.cli.generated_options import TitledCommand, options_of, take_options
from anyview.cli.output_folder import output_folder
from anyview.cli.predict import FORMATS_HELP
from anyview.export.options import ExportOptions


@click.command("export", cls=TitledCommand)
@click.argument("prediction", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder to write to (default: where the prediction lies).",
)
@click.option("-f", "--formats", default=None, help=FORMATS_HELP)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@options_of({"Options of writing": ExportOptions})
def command(
    prediction: Path, output: Path | None, formats: str | None, as_json: bool, **others: Any
) -> None:
    """Write a saved prediction in other formats.

    PREDICTION is a prediction.npz that 'anyview predict' wrote, or the folder it lies in.
    """
    options = take_options(ExportOptions, others)
    from anyview.export.npz import NPZ_NAME, read_npz
    from anyview.export.registry import default_formats, export_prediction

    file = prediction / NPZ_NAME if prediction.is_dir() else prediction
    loaded = read_npz(file)
    chosen = formats if formats is not None else [n for n in default_formats(loaded) if n != "npz"]
    with output_folder(output or file.parent) as folder:
        files = export_prediction(loaded, folder, chosen, options)
    if as_json:
        json_result({"files": [str(path) for path in files]})
    else:
        for path in files:
            result(str(path))
