# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview data``: make, convert, check and look at training scenes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from anyview.cli import data_check, data_convert, data_label
from anyview.cli.console import json_result, progress, result
from anyview.cli.generated_options import TitledCommand, options_of, take_options
from anyview.core.errors import OptionError
from anyview.data.synthetic.world_settings import WorldSettings


@click.group("data", invoke_without_command=True, subcommand_metavar="COMMAND [ARGS]...")
@click.pass_context
def command(context: click.Context) -> None:
    """Make, convert, check and look at training scenes."""
    if context.invoked_subcommand is None:
        result(context.get_help())


command.add_command(data_convert.command)
command.add_command(data_check.command)
command.add_command(data_label.command)


@command.command("make", cls=TitledCommand, short_help="Make synthetic scenes with exact truth.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--scenes", type=click.IntRange(min=1), required=True, help="How many scenes.")
@click.option(
    "--first",
    type=click.INT,
    default=0,
    show_default=True,
    help="Number of the first scene, a multiple of 32; other numbers are other scenes.",
)
@click.option(
    "--processes",
    type=click.INT,
    default=1,
    show_default=True,
    help="Processes that work side by side.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="No progress bar.")
@options_of({"Options of scenes": WorldSettings})
def make(folder: Path, scenes: int, first: int, processes: int, **others: Any) -> None:
    """Make synthetic scenes with exact depth and cameras.

    FOLDER is made if need be. What it has already is kept, so a run that was stopped goes on where
    it was, and a larger number adds scenes.
    """
    settings = take_options(WorldSettings, others)
    from anyview.data.synthetic.world_files import CHUNK_SCENES, chunk_path
    from anyview.data.synthetic.world_writer import write_worlds

    with progress(quiet=others["quiet"]) as bar:
        task = bar.add_task("scenes", total=scenes)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        write_worlds(folder, first, scenes, settings, processes, show)
    files = [chunk_path(folder, n) for n in range(first, first + scenes, CHUNK_SCENES)]
    if others["as_json"]:
        document = {"folder": str(folder), "scenes": scenes, "files": [str(f) for f in files]}
        json_result(document)
    else:
        result(f"{folder}  {scenes} scenes, {scenes * settings.views} views")


@command.command("show", cls=TitledCommand, short_help="Draw scenes into one picture.")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--fresh", is_flag=True, help="Make scenes for the picture instead of reading them.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("sheet.png"),
    show_default=True,
    help="PNG file to write.",
)
@click.option("--scenes", type=click.INT, default=4, show_default=True, help="How many scenes.")
@click.option(
    "--first",
    type=click.INT,
    default=0,
    show_default=True,
    help="First scene: its place in the folder, or its number with --fresh.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@options_of({"Options of scenes, with --fresh": WorldSettings})
def show(
    folder: Path | None, fresh: bool, output: Path, scenes: int, first: int, **others: Any
) -> None:
    """Draw scenes into one picture: images and depth; of synthetic ones also normals and things.

    FOLDER is what 'anyview data make' or 'convert' wrote; or give --fresh.
    """
    settings = take_options(WorldSettings, others)
    if (folder is None) != fresh:
        raise OptionError(
            "Give either a folder that 'anyview data make' or 'convert' wrote, or --fresh."
        )
    if scenes < 1 or first < 0:
        raise OptionError(
            f"--scenes {scenes}, --first {first}: accepted are 1, 2, ... and 0, 1, ..."
        )
    if output.suffix.lower() != ".png":
        raise OptionError(f"The picture {output} must end in .png.")
    from anyview.cli.data_scenes import converted_scenes, fresh_scenes, stored_scenes

    if folder is not None and (converted := converted_scenes(folder, first, scenes)):
        from anyview.training.scene_sheet import write_scene_sheet

        write_scene_sheet(output, converted)
        _show_result(output, [scene.name for scene in converted], as_json=others["as_json"])
        return
    from anyview.data.synthetic.contact_sheet import draw_sheet

    chosen = (
        fresh_scenes(first, scenes, settings)
        if folder is None
        else stored_scenes(folder, first, scenes)
    )
    draw_sheet(chosen, output)
    _show_result(output, [scene.number for scene in chosen], as_json=others["as_json"])


def _show_result(output: Path, scenes: Sequence[int | str], *, as_json: bool) -> None:
    if as_json:
        json_result({"file": str(output), "scenes": list(scenes)})
    else:
        result(str(output))
