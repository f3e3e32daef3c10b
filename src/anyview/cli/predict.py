# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview predict``: photos or a video to depth, cameras and a point cloud."""

from pathlib import Path
from typing import Any

import click

from anyview.cli.console import json_result, result
from anyview.cli.generated_options import TitledCommand, options_of, take_options
from anyview.core.errors import OptionError
from anyview.export.formats import FORMATS
from anyview.export.options import ExportOptions
from anyview.inference.options import InputOptions, PredictOptions

FORMATS_HELP = (
    "What to write, names separated by commas: "
    + ", ".join(FORMATS)
    + " (default: those up to "
    + [name for name, item in FORMATS.items() if item.is_default][-1]
    + " that the prediction has)."
)


@click.command("predict", cls=TitledCommand)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder to write to."
)
@click.option(
    "-m",
    "--model",
    default="tiny",
    show_default=True,
    help="A name from 'anyview weights list', a file or folder with weights, or a hub id.",
)
@click.option("-f", "--formats", default=None, help=FORMATS_HELP)
@click.option(
    "--device", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1, mps, ..."
)
@click.option(
    "--dtype",
    default="auto",
    show_default=True,
    help="Precision of the transformer: auto, float32, bfloat16, float16.",
)
@click.option(
    "--cameras",
    "cameras_file",
    type=click.Path(path_type=Path),
    default=None,
    help="Known cameras: a COLMAP model or its parent folder, transforms.json, or JSON or NPZ "
    "with 'extrinsics' (world-to-camera) and 'intrinsics'. Matched to images by name.",
)
@click.option(
    "--independent",
    is_flag=True,
    help="Treat each image alone, in batches; a run that was stopped goes on where it was.",
)
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    default=None,
    help="Images in a batch, with --independent (default: by device).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar and no log of it.")
@options_of(
    {
        "Options of reading": InputOptions,
        "Options of predicting": PredictOptions,
        "Options of writing": ExportOptions,
    }
)
def command(
    inputs: tuple[str, ...],
    output: Path,
    model: str,
    formats: str | None,
    **others: Any,
) -> int:
    """Predict depth, cameras and a point cloud.

    INPUT is an image, a folder, a glob pattern or a video; several make one scene, unless
    --independent is given. A folder with rig.json holds a folder for each camera of a rig.
    """
    input_options = take_options(InputOptions, others)
    predict_options = take_options(PredictOptions, others)
    export_options = take_options(ExportOptions, others)
    if others["independent"] and others["cameras_file"] is not None:
        raise OptionError("--cameras describe views of one scene; leave out --independent.")
    if others["batch_size"] is not None and not others["independent"]:
        raise OptionError("--batch-size is for --independent; the views of a scene run together.")
    if formats is not None:
        from anyview.export.formats import formats_from_names

        formats_from_names(formats)  # a wrong name is said before any work
    from anyview.cli.independent_run import run_independent
    from anyview.cli.prediction_run import Job, run_scene

    job = Job(
        inputs=inputs,
        output=output,
        model=model,
        formats=formats,
        device=others["device"],
        dtype=others["dtype"],
        input_options=input_options,
        predict_options=predict_options,
        export_options=export_options,
        quiet=others["quiet"],
    )
    run = (
        run_independent(job, others["batch_size"])
        if others["independent"]
        else run_scene(job, cameras_file=others["cameras_file"])
    )
    if others["as_json"]:
        json_result(run.document)
    else:
        for line in run.lines:
            result(line)
    return run.exit_code
