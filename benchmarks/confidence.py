# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How far confidence tells good depth from bad: error by tenths of confidence.

All views of a world are predicted as one scene and share one factor to the truth. The pixels of a
scene with truth are ranked by confidence and cut into ten equal parts; what is shown is the mean
over scenes of each part's AbsRel. Beside it what an oracle would reach, that ranks by the error
itself, and no ranking at all. Writes a picture with --picture.

    python benchmarks/confidence.py WORLDS --model tiny --picture docs/images/confidence.png
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import anyview
from anyview.evaluation.frozen_worlds import read_worlds
from anyview.structures.views import ViewSet
from anyview.training.curves import Curve, Panel, draw_panels

PARTS = 10


def by_parts(values: Tensor, order: Tensor) -> list[float]:
    """Means of ten equal parts of the values in the order of another number, ascending."""
    ranked = values[order.argsort()]
    return [float(part.mean()) for part in ranked.tensor_split(PARTS)]


def main() -> None:
    """Print a table, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("worlds", type=Path)
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--resolution", type=int, help="longest side (default: the model's)")
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    predictor = anyview.load(arguments.model)
    worlds = read_worlds(arguments.worlds)
    rows: dict[str, list[list[float]]] = {"conf": [], "oracle": [], "none": []}
    levels, agreement, better = [], [], 0
    for views, truth in zip(worlds.views, worlds.truth.depth, strict=True):
        options = {"resolution": arguments.resolution}
        prediction = predictor.predict_views(ViewSet(views), options)
        if prediction.conf is None:
            raise SystemExit(f"{arguments.model} has no confidence.")
        height, width = truth.shape[-2:]
        depth, conf = (
            torch.nn.functional.interpolate(maps[None], size=(height, width), mode="bilinear")[0]
            for maps in (prediction.depth, prediction.conf)
        )
        known = torch.isfinite(truth) & (truth > 0)
        true, depth, conf = truth[known].float(), depth[known], conf[known]
        depth = depth * (true.median() / depth.median())
        error = (depth - true).abs() / true
        parts = by_parts(error, conf)
        rows["conf"].append(parts)
        rows["oracle"].append(by_parts(error, -error))
        rows["none"].append([float(error.mean())] * PARTS)
        levels.append(by_parts(conf, conf))
        ranks = [value.argsort().argsort().double() for value in (conf, -error)]
        agreement.append(float(torch.corrcoef(torch.stack(ranks))[0, 1]))
        better += parts[-1] < parts[0]
    means = {name: torch.tensor(values).mean(0).tolist() for name, values in rows.items()}
    level = torch.tensor(levels).mean(0).tolist()
    size = arguments.resolution or predictor.info.default_resolution
    print(f"{predictor.info.name} at {size}, {len(worlds)} scenes of {len(worlds.views[0])} views")
    print("| tenth, least sure first | conf - 1 | AbsRel | oracle |\n| --- | --- | --- | --- |")
    for part in range(PARTS):
        error, best = means["conf"][part], means["oracle"][part]
        print(f"| {part + 1} | {level[part] - 1:.2g} | {error:.3f} | {best:.3f} |")
    print(f"all: {means['none'][0]:.3f}; surest tenth better than least sure: {better} of")
    print(f"{len(worlds)} scenes; rank correlation {sum(agreement) / len(agreement):.3f}")
    if arguments.picture is not None:
        steps = np.arange(1, PARTS + 1, dtype=np.float64)
        curves = tuple(Curve(name, steps, np.array(values)) for name, values in means.items())
        title = "AbsRel"
        draw_panels([Panel(title, curves)]).save(arguments.picture, optimize=True)


if __name__ == "__main__":
    main()
