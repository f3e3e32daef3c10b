# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview data label``: a teacher's depth for folders of training scenes."""

from pathlib import Path
from typing import Any

import click

from anyview.cli.console import json_result, problem, progress, result
from anyview.cli.generated_options import TitledCommand, options_of, take_options
from anyview.training.label_options import LabelOptions


@click.command("label", cls=TitledCommand, short_help="Add a model's depth, aligned, to scenes.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--teacher", required=True, help="Model or weights file that makes the labels.")
@click.option(
    "--sheets",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder for one picture a scene: image, raw depth, teacher, label, deviation.",
)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or mps.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
@options_of({"Options of labels": LabelOptions})
def command(
    folder: Path, teacher: str, sheets: Path | None, device: str, as_json: bool, **others: Any
) -> None:
    """Predict the depth of every frame of the scenes at or below FOLDER and keep it beside them.

    Where a frame has depth of its own, sparse or noisy, the prediction is aligned to it; frames
    that contradict it get no label and are named. Frames without depth get labels that are right
    up to scale and shift. A run that was stopped goes on where it was.
    """
    options = take_options(LabelOptions, others)
    from anyview.api import load
    from anyview.training.pseudo_labels import label_scenes

    predictor = load(teacher, device=device)
    with progress(quiet=others["quiet"] or as_json) as bar:
        task = bar.add_task("scenes", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        report = label_scenes(folder, predictor, options, sheets=sheets, on_scene=show)
    for line in (*report.failures(), *report.unreadable):
        problem(line)
    frames = report.frames()
    counts = {status: frames[status] for status in ("aligned", "relative", "failed")}
    if as_json:
        scenes = [
            {"folder": str(scene.folder), "frames": len(scene.fits), "was_there": scene.was_there}
            for scene in report.scenes
        ]
        json_result(
            {"teacher": options.name or predictor.info.name, "frames": counts, "scenes": scenes}
            | {"unreadable": list(report.unreadable)}
        )
    else:
        told = ", ".join(f"{count} {status}" for status, count in counts.items())
        result(f"{folder}  {len(report.scenes)} scenes labelled; frames: {told}")
