# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""``anyview train``: carry out a recipe, or go on with it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anyview.cli.console import json_result, remark, result
from anyview.core.errors import OptionError

if TYPE_CHECKING:
    from anyview.training.trainer import TrainOptions

# Names, here so that help needs no torch; a test compares them with the recipes.
RECIPE_NAMES = (
    "tiny", "tiny-sharp", "tiny-more", "tiny-gpu", "teacher", "mono", "metric",
    "student", "finetune", "nano", "nano-teacher", "nano-metric",
)  # fmt: skip
PARTS = ("full", "heads", "lora")


@click.command("train", short_help="Train a model from a recipe, or go on with a run.")
@click.argument("recipe", type=click.Choice(RECIPE_NAMES))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder of the run: states, journal, curves, pictures, weights.",
)
@click.option(
    "--worlds",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of the synthetic scenes (default: worlds beside the run).",
)
@click.option(
    "--makers",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Processes that make scenes beside the training; 0 if all are there.",
)
@click.option("--drop-used-worlds", is_flag=True, help="Delete scenes that no step needs again.")
@click.option("--photos", default=None, help="Folder of pictures for textures of the scenes.")
@click.option("--resume", is_flag=True, help="Go on with the run that is in the folder.")
@click.option("--steps", type=click.IntRange(min=1), default=None, help="Steps of the whole run.")
@click.option(
    "--stop-after",
    type=click.IntRange(min=1),
    default=None,
    help="Stop for now behind this step; --resume goes on.",
)
@click.option("--weights", default=None, help="Model or file to start from (default: nothing).")
@click.option(
    "--part",
    type=click.Choice(PARTS),
    default="full",
    show_default=True,
    help="What is trained: all, the heads, or low-rank adapters.",
)
@click.option(
    "--scenes",
    type=click.Path(path_type=Path),
    default=None,
    help="Folder of real scenes, see 'anyview data convert' and 'label'; finetune needs it.",
)
@click.option(
    "--rank",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    help="With --part lora: inner width of the adapters.",
)
@click.option(
    "--size",
    type=click.IntRange(min=28),
    default=None,
    help="finetune: longest side of the images in pixels (default: what the weights know).",
)
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or mps.")
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Threads that prepare batches.",
)
@click.option("--tensorboard", is_flag=True, help="Also write TensorBoard files.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(recipe: str, output: Path, as_json: bool, **given: Any) -> None:
    """Train a model by the recipe RECIPE.

    A run can be stopped at any moment, with Ctrl-C or without notice, and goes on with --resume
    exactly as it would have. Several GPUs or machines: torchrun ... -m anyview train ...

    'finetune' takes --weights and --scenes and needs no synthetic scenes: docs/guides/finetune.md.
    """
    if recipe == "finetune":
        from anyview.cli.finetuning_run import run_finetuning

        run_finetuning(output, _options(given), given, as_json=as_json)
        return
    if given["size"] is not None:
        raise OptionError(f"--size is for the recipe 'finetune', not for {recipe!r}.")
    from anyview.training.lora import LoraConfig
    from anyview.training.recipes import get_recipe
    from anyview.training.session import SessionOptions, carry_out

    chosen = get_recipe(recipe)
    if given["steps"] is not None:
        chosen = replace(chosen, num_steps=given["steps"])
    if given["photos"] is not None:
        chosen = replace(chosen, worlds=replace(chosen.worlds, photos=given["photos"]))
    session = SessionOptions(
        folder=output,
        worlds=given["worlds"] or output.parent / "worlds",
        scenes=given["scenes"],
        makers=given["makers"],
        weights=given["weights"],
        part=given["part"],
        lora=LoraConfig.of_rank(given["rank"]),
        resume=given["resume"],
        keeps_used_worlds=not given["drop_used_worlds"],
    )
    state, weights = carry_out(chosen, session, _options(given))
    if weights is None:
        return  # another process than the first
    if state.step < state.num_steps:
        remark(f"Stopped at step {state.step} of {state.num_steps}; go on with --resume.")
    if as_json:
        json_result({"step": state.step, "num_steps": state.num_steps, "weights": str(weights)})
    else:
        result(str(weights))


def _options(given: Mapping[str, Any]) -> "TrainOptions":
    """How a run is carried out, by any recipe."""
    from anyview.inference.device import choose_device
    from anyview.training.prefetch import PrefetchOptions
    from anyview.training.trainer import TrainOptions

    return TrainOptions(
        device=choose_device(given["device"]).type,
        prefetch=PrefetchOptions(workers=given["workers"], ahead=4),
        stop_after=given["stop_after"],
        tensorboard=given["tensorboard"],
    )
