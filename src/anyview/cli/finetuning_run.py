# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What ``anyview train finetune`` does, and the table of scores before and after."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anyview.cli.console import json_result, remark, result
from anyview.core.errors import OptionError

if TYPE_CHECKING:
    from anyview.training.finetuning import FinetuneResult
    from anyview.training.trainer import TrainOptions

SHOWN = {
    "delta1": "depth within a factor of 1.25",
    "abs_rel": "depth, relative error",
    "auc30_camera": "cameras, AUC30",
    "rotation_deg_camera": "cameras, rotation in degrees",
    "auc30_rays": "cameras from rays, AUC30",
    "fov_deg": "field of view, degrees",
}
"""Score -> what it is, of those that are shown; all are in scores.json."""


def run_finetuning(
    output: Path, options: "TrainOptions", given: Mapping[str, Any], *, as_json: bool
) -> None:
    """Carry it out and print where the weights are and how good they were and are.

    Args:
        output: Folder of the run.
        options: How it is carried out.
        given: Values of the command's options.
        as_json: Print one JSON document.

    Raises:
        OptionError: If scenes or weights are not given.
    """
    if given["scenes"] is None:
        raise OptionError(
            "finetune needs --scenes FOLDER: scenes with cameras and depth. 'anyview data convert "
            "colmap MODEL FOLDER' makes such a folder of a COLMAP reconstruction."
        )
    if given["weights"] is None:
        raise OptionError(
            "finetune needs --weights: the model to start from, such as small or a file."
        )
    from anyview.training.finetuning import FinetuneOptions, fine_tune

    wanted = FinetuneOptions(
        folder=output,
        weights=given["weights"],
        scenes=given["scenes"],
        part=given["part"],
        rank=given["rank"],
        size=given["size"],
        num_steps=given["steps"],
        resume=given["resume"],
    )
    done = fine_tune(wanted, options)
    if done is None:
        return  # another process than the first
    if done.step < done.num_steps:
        remark(f"Stopped at step {done.step} of {done.num_steps}; go on with --resume.")
    if as_json:
        json_result(_document(done))
        return
    for line in score_table(done.before, done.after):
        result(line)
    result(done.held_out)
    if done.adapters is not None:
        result(str(done.adapters))
    result(str(done.weights))


def score_table(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """Lines of a table: what, before, after; for each number of views."""
    rows = []
    for name, value in before.items():
        views, _, score = name.partition("/")
        if score in SHOWN:
            count = views.removesuffix("view")
            what = f"{count} {'view' if count == '1' else 'views'}: {SHOWN[score]}"
            rows.append((what, f"{value:.3f}", f"{after[name]:.3f}"))
    width = max(len(what) for what, _, _ in rows)
    lines = [f"{'':<{width}}  {'before':>7}  {'after':>7}"]
    return lines + [f"{what:<{width}}  {old:>7}  {new:>7}" for what, old, new in rows]


def _document(done: "FinetuneResult") -> dict[str, Any]:
    return {
        "step": done.step,
        "num_steps": done.num_steps,
        "weights": str(done.weights),
        "adapters": None if done.adapters is None else str(done.adapters),
        "held_out": done.held_out,
        "before": done.before,
        "after": done.after,
    }
