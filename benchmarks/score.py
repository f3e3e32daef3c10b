# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Score models on frozen worlds and on image sets with truth, beside answers that look at nothing.

    python benchmarks/score.py --model tiny --worlds WORLDS --sets SETS --size 112 --size 168

Prints Markdown tables; --json keeps every number. Give --model and --size more than once to
compare. --baseline-worlds is a folder of worlds, or a stored mean shape (``.npz``, see
``anyview.evaluation.baselines``), of *other* scenes: their mean shape becomes a further baseline.
On a machine that others use too, --threads 1 is the fastest by far.
"""

import argparse
import time
from pathlib import Path

import torch

import anyview
from anyview.core.errors import AnyViewError
from anyview.evaluation.baselines import read_mean_shape
from anyview.evaluation.frozen_worlds import read_worlds
from anyview.evaluation.image_sets import find_sets, read_set
from anyview.evaluation.prediction_runs import RunPlan
from anyview.evaluation.report import set_report, world_report
from anyview.evaluation.score import (
    score_image_sets,
    score_worlds,
    world_baselines,
    write_scores,
)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", action="append", help="name or file (default: tiny)")
    parser.add_argument("--worlds", type=Path, help="folder with scenes.json")
    parser.add_argument("--sets", type=Path, help="folder of image sets")
    parser.add_argument("--size", action="append", type=int, help="longest side (default: own)")
    parser.add_argument("--baseline-worlds", type=Path, help="folder or .npz for the mean shape")
    parser.add_argument("--limit", type=int, help="first so many worlds only")
    parser.add_argument("--threads", type=int, help="threads of torch")
    parser.add_argument("--json", type=Path, help="file for all numbers")
    given = parser.parse_args()
    if given.worlds is None and given.sets is None:
        parser.error("give --worlds, --sets or both")
    return given


def score(given: argparse.Namespace) -> None:
    """Score and print."""
    shape = None if given.baseline_worlds is None else read_mean_shape(given.baseline_worlds)
    sizes = given.size or [None]
    runs = [(name, size) for name in given.model or ["tiny"] for size in sizes]
    worlds = None if given.worlds is None else read_worlds(given.worlds, given.limit)
    sets = [] if given.sets is None else [read_set(path) for path in find_sets(given.sets)]
    on_worlds, on_sets, seconds = {}, {}, {}
    for name, size in runs:
        predictor = anyview.load(name)
        title = f"{predictor.info.name} @ {size or predictor.info.default_resolution}"
        if title in seconds:
            title = f"{name} @ {size or predictor.info.default_resolution}"
        started = time.perf_counter()
        plan = RunPlan(resolution=size)
        if worlds is not None:
            on_worlds[title] = score_worlds(predictor, worlds, plan)
        if sets:
            on_sets[title] = score_image_sets(predictor, sets, plan, shape)
        seconds[title] = time.perf_counter() - started
    baselines = {} if worlds is None else world_baselines(worlds, shape)
    if on_worlds:
        print(world_report(on_worlds, baselines), end="\n\n")
    if on_sets:
        print(set_report(on_sets), end="\n\n")
    print("Seconds: " + ", ".join(f"{title} {value:.0f}" for title, value in seconds.items()))
    if given.json is not None:
        write_scores(
            given.json, {"worlds": on_worlds, "world_baselines": baselines, "sets": on_sets}
        )


def main() -> None:
    """Score models; the reason in one line where that cannot be done."""
    given = arguments()
    if given.threads is not None:
        torch.set_num_threads(given.threads)
    try:
        score(given)
    except AnyViewError as error:
        raise SystemExit(f"error: {error}") from error


if __name__ == "__main__":
    main()
