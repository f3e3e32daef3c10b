# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview demo``: the main job on example input that comes with the package."""

from pathlib import Path

import click

from anyview.cli.console import json_result, result
from anyview.cli.output_folder import output_folder


@click.command("demo")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("anyview-demo"),
    show_default=True,
    help="Folder to write to.",
)
@click.option("-m", "--model", default="tiny", show_default=True, help="Model to run.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
def command(output: Path, model: str, as_json: bool, quiet: bool) -> None:
    """Run the main job on example input that comes with the package.

    A small scene of several views gives depth, cameras and a point cloud; photographs of their
    own give depth.
    """
    from anyview.assets import example_photos_dir, example_scene_dir
    from anyview.cli.prediction_run import Job, load_predictor, run_scene

    photos = sorted(example_photos_dir().glob("*.jpg"))
    inputs = {"scene": example_scene_dir(), **{photo.stem: photo for photo in photos}}
    jobs = {
        name: Job((str(path),), output / name, model=model, quiet=quiet)
        for name, path in inputs.items()
    }
    with output_folder(output):
        predictor = load_predictor(jobs["scene"])
        runs = {name: run_scene(job, predictor=predictor) for name, job in jobs.items()}
    if as_json:
        json_result({name: run.document for name, run in runs.items()})
        return
    for run in runs.values():
        for line in run.lines:
            result(line)
        result()
    result("Look at them:")
    for name in runs:
        result(f"  {output / name / 'overview.png'}  photo beside depth")
    cloud = output / "scene" / "scene.glb"
    if cloud.is_file():
        result(
            f"  {cloud}  point cloud and cameras: drop it on any glTF viewer "
            "(Blender, https://gltf-viewer.donmccurdy.com, Windows 3D Viewer)"
        )
    result("Your own photos:  anyview predict PHOTO... -o FOLDER")
