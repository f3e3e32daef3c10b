# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview fuse``: a saved prediction as one mesh."""

from pathlib import Path
from typing import Any

import click

from anyview.cli.console import json_result, progress, result
from anyview.cli.generated_options import TitledCommand, options_of, take_options
from anyview.cli.output_folder import output_folder
from anyview.fusion.options import FuseOptions

MESH_NAME = "mesh.glb"


@click.command("fuse", cls=TitledCommand)
@click.argument("prediction", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    help="File to write, .glb, .ply or .obj (default: mesh.glb where the prediction lies).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
@options_of({"Options of the mesh": FuseOptions})
def command(
    prediction: Path, output: Path | None, as_json: bool, quiet: bool, **others: Any
) -> None:
    """Fuse the views of a saved prediction into one coloured mesh.

    PREDICTION is a prediction.npz that 'anyview predict' wrote, or the folder it lies in.
    """
    options = take_options(FuseOptions, others)
    from anyview.export.display_cameras import cameras_for_display, frame_notes
    from anyview.export.mesh import check_mesh_path, write_mesh
    from anyview.export.npz import NPZ_NAME, read_npz
    from anyview.fusion.scene import fuse_prediction

    file = prediction / NPZ_NAME if prediction.is_dir() else prediction
    target = check_mesh_path(output or file.parent / MESH_NAME)
    loaded = read_npz(file)
    with output_folder(target.parent):
        with progress(quiet=quiet) as bar:
            task = bar.add_task("fusing", total=len(loaded))
            mesh = fuse_prediction(
                loaded, options, lambda done, _total: bar.update(task, completed=done)
            )
        guessed = cameras_for_display(loaded).guessed
        write_mesh(mesh, target, frame_notes(loaded, guessed=guessed))
    numbers = {"vertices": len(mesh.vertices), "faces": len(mesh.faces)}
    if as_json:
        json_result({"files": [str(target)], **numbers, "unit": loaded.unit})
    else:
        result(f"{target}  ({numbers['vertices']} vertices, {numbers['faces']} triangles)")
