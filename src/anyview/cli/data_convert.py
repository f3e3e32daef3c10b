# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview data convert``: a data set, or a COLMAP reconstruction, to training scenes."""

from pathlib import Path
from typing import Any

import click

from anyview.cli.console import json_result, problem, progress, result
from anyview.cli.generated_options import TitledCommand, options_of, take_options
from anyview.data.converters.options import ConvertOptions

# Here so that help needs no torch; a test compares them with the converters.
KINDS = ("colmap", "nerfstudio", "hypersim", "scannetpp", "co3d")


@click.command("convert", cls=TitledCommand, short_help="Turn a data set into training scenes.")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace scenes that are there.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
@options_of({"Options of converters": ConvertOptions})
def command(
    kind: str, source: Path, folder: Path, overwrite: bool, as_json: bool, **others: Any
) -> None:
    """Turn the data set SOURCE of a KIND into scenes in FOLDER.

    For colmap, SOURCE holds images/ and sparse/0/. Frames that cannot be used are left out, each
    with the reason; what is read of each kind: docs/reference/data-converters.md.
    """
    options = take_options(ConvertOptions, others)
    from anyview.data.converters.registry import convert

    with progress(quiet=others["quiet"] or as_json) as bar:
        tasks: dict[str, Any] = {}

        def show(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done)

        report = convert(kind, source, folder, options=options, overwrite=overwrite, progress=show)
    for scene in report.scenes:
        for item in scene.left_out:
            problem(f"{scene.name}/{item.name}: {item.reason}")
    for item in report.failed:
        problem(f"{item.name}: {item.reason}")
    if as_json:
        json_result(
            {
                "scenes": [
                    {"folder": str(s.folder), "frames": s.num_frames, "left_out": len(s.left_out)}
                    for s in report.scenes
                ],
                "failed": [item.name for item in report.failed],
            }
        )
        return
    for scene in report.scenes:
        left = f", {len(scene.left_out)} left out" if scene.left_out else ""
        result(f"{scene.folder}  {scene.num_frames} frames{left}")
