# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Which way of bringing depth to the size of the original image loses least.

Two questions. True depth is made small and large again, which isolates the way up: by means of
disparity over k x k pixels (as smeared as a network's edges) or by one pixel of each k x k. And a
model's depth, seen at its own resolution, is brought to the size of the image and compared with the
truth there, after one factor an image. Edges: within 3 pixels of a jump of true depth by a tenth.

    python benchmarks/upsampling.py --worlds WORLDS --sets SETS --model tiny
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

import anyview
from anyview.core.errors import InputError
from anyview.evaluation.frozen_worlds import read_worlds
from anyview.evaluation.image_sets import find_sets, read_set
from anyview.geometry.depth_sampling import sample_depth
from anyview.geometry.rays import pixel_grid
from anyview.geometry.surface import depth_edges
from anyview.structures.views import View, ViewSet

EDGE_JUMP = 0.1
EDGE_REACH = 3
MOST_IMAGES = 16


@dataclass(frozen=True)
class Sample:
    """An image with dense truth, NaN where unknown."""

    image: Tensor
    truth: Tensor


@dataclass(frozen=True)
class Small:
    """A small depth map, its image, and where the pixels of the large one lie in it."""

    depth: Tensor
    image: Tensor
    pixels: Tensor


Method = Callable[[Small, Tensor], Tensor]


def by_sampling(small: Small, image: Tensor, *, method: str, guided: bool = False) -> Tensor:
    """The package's own ways."""
    colors = image.permute(1, 2, 0) if guided else None
    guide = small.image if guided else None
    return sample_depth(small.depth, small.pixels, method=method, guide=guide, colors=colors)


def bilinear_depth(small: Small, _image: Tensor) -> Tensor:
    """Means of depth itself: the same as of disparity upside down."""
    return 1 / sample_depth(1 / small.depth, small.pixels, method="bilinear")


def joint_bilateral(
    small: Small, image: Tensor, *, reach: int = 1, sigma: float = 20.0, spread: float = 0.7
) -> Tensor:
    """Weights by distance and by likeness of colour (Kopf and others 2007), on disparity."""
    height, width = small.depth.shape
    x, y = small.pixels.unbind(-1)
    disparity = 1 / small.depth
    total, weights = torch.zeros_like(x), torch.zeros_like(x)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            column = (x.floor().long() + right).clamp(0, width - 1)
            row = (y.floor().long() + down).clamp(0, height - 1)
            value = disparity[row, column]
            far = (x - column - 0.5).square() + (y - row - 0.5).square()
            unlike = (small.image[:, row, column] - image).square().sum(0)
            weight = torch.exp(-far / (2 * spread**2))
            weight = weight * (torch.exp(-unlike / (2 * sigma**2)) + 1e-6) * ~value.isnan()
            total += weight * value.nan_to_num(0)
            weights += weight
    return weights / total


def guided_filter(small: Small, image: Tensor, *, reach: int = 1, eps: float = 100.0) -> Tensor:
    """Local affine models of disparity in colour (He and others 2013; fitted small, 2015)."""
    disparity = 1 / small.depth
    known = ~disparity.isnan()
    mean, deviation = disparity[known].mean(), disparity[known].std()
    values = ((disparity - mean) / deviation).nan_to_num(0)

    def box(maps: Tensor) -> Tensor:
        window = torch.ones(1, 1, 2 * reach + 1, 2 * reach + 1)
        sums = functional.conv2d((maps * known)[:, None], window, padding=reach)[:, 0]
        return sums / functional.conv2d(known[None, None].float(), window, padding=reach)[0]

    guide = small.image
    mean_guide, mean_value = box(guide), box(values[None])[0]
    covariance = box(guide * values) - mean_guide * mean_value
    products = (guide[:, None] * guide[None]).flatten(0, 1)
    variance = box(products).unflatten(0, (3, 3)) - mean_guide[:, None] * mean_guide[None]
    matrix = variance.permute(2, 3, 0, 1) + eps * torch.eye(3)
    slope = torch.linalg.solve(matrix, covariance.permute(1, 2, 0)[..., None])[..., 0]
    slope = slope.permute(2, 0, 1)
    offset = mean_value - (slope * mean_guide).sum(0)
    height, width = small.depth.shape
    grid = 2 * small.pixels / torch.tensor([width, height]) - 1
    maps = torch.cat((box(slope), box(offset[None])))[None]
    maps = functional.grid_sample(maps, grid[None], padding_mode="border", align_corners=False)[0]
    found = ((maps[:3] * image).sum(0) + maps[3]) * deviation + mean
    return 1 / found.clamp(disparity[known].min(), disparity[known].max())


METHODS: dict[str, Method] = {
    "nearest": partial(by_sampling, method="nearest"),
    "bilinear in depth": bilinear_depth,
    "bilinear in disparity": partial(by_sampling, method="bilinear"),
    "sharp": partial(by_sampling, method="sharp"),
    "sharp, side by colour": partial(by_sampling, method="sharp", guided=True),
    "joint bilateral": joint_bilateral,
    "guided filter, 3 x 3": guided_filter,
    "guided filter, 5 x 5": partial(guided_filter, reach=2, eps=1000.0),
}


def near_edges(truth: Tensor) -> Tensor:
    """Pixels close to a jump of true depth."""
    edges = depth_edges(truth.nan_to_num(0), EDGE_JUMP)[None, None].float()
    side = 2 * EDGE_REACH + 1
    return functional.max_pool2d(edges, side, stride=1, padding=EDGE_REACH)[0, 0] > 0


def errors(found: Tensor, truth: Tensor, edges: Tensor) -> list[float]:
    """AbsRel, delta1, AbsRel near edges, AbsRel elsewhere."""
    known = ~truth.isnan() & ~found.isnan()
    relative = (found - truth).abs() / truth
    ratio = torch.maximum(found / truth, truth / found)
    parts = [
        relative[known],
        (ratio[known] < 1.25).float(),
        relative[known & edges],
        relative[known & ~edges],
    ]
    return [float(part.mean()) for part in parts]


def smaller(sample: Sample, factor: int, how: str) -> tuple[Small, Tensor, Tensor]:
    """The sample shrunk by a whole factor; also image and truth cut to a multiple of it."""
    height, width = (side // factor * factor for side in sample.truth.shape)
    truth, image = sample.truth[:height, :width], sample.image[:, :height, :width]
    cells = truth.unfold(0, factor, factor).unfold(1, factor, factor).flatten(2)
    if how == "mean":
        depth = 1 / (1 / cells).nanmean(-1)
    else:
        depth = cells[..., (factor // 2) * factor + factor // 2]
    pixels = pixel_grid(height, width) / factor
    return Small(depth, functional.avg_pool2d(image[None], factor)[0], pixels), image, truth


def table(title: str, rows: dict[str, list[list[float]]]) -> None:
    """Means over images."""
    print(f"\n{title}\n\n| way | AbsRel | delta1 | AbsRel at edges | elsewhere |")
    print("| --- | --- | --- | --- | --- |")
    for name, values in rows.items():
        means = torch.tensor(values).nanmean(0).tolist()
        print(f"| {name} | " + " | ".join(f"{value:.4f}" for value in means) + " |")


def score_truth(name: str, samples: list[Sample], factor: int) -> None:
    """True depth down and up again."""
    for how in ("mean", "one pixel"):
        rows: dict[str, list[list[float]]] = {}
        for sample in samples:
            small, image, truth = smaller(sample, factor, how)
            edges = near_edges(truth)
            for way, method in METHODS.items():
                rows.setdefault(way, []).append(errors(method(small, image), truth, edges))
        table(f"{name}, true depth, {factor} x smaller by {how}, {len(samples)} images", rows)


def score_model(name: str, samples: list[Sample], predictor: anyview.Predictor) -> None:
    """A model's depth at the size of the image."""
    rows: dict[str, list[list[float]]] = {}
    for sample in samples:
        view = View(sample.image.to(torch.uint8), "view")
        prediction = predictor.predict_views(ViewSet((view,)))
        to_processed = prediction.processed_from_original[0]
        grid = pixel_grid(*sample.truth.shape)
        pixels = grid * to_processed.diagonal()[:2] + to_processed[:2, 2]
        small = Small(prediction.depth[0], prediction.images[0].float(), pixels)
        edges = near_edges(sample.truth)
        for way, method in METHODS.items():
            found = method(small, sample.image)
            known = ~sample.truth.isnan() & ~found.isnan()
            found = found * (sample.truth[known].median() / found[known].median())
            rows.setdefault(way, []).append(errors(found, sample.truth, edges))
    size = "x".join(str(side) for side in samples[0].truth.shape[::-1])
    model = predictor.info.name
    table(f"{name}, depth of {model} brought to {size}, {len(samples)} images", rows)


def known_depth(depth: Tensor) -> Tensor:
    """NaN where there is none."""
    return torch.where(torch.isfinite(depth) & (depth > 0), depth, torch.nan).float()


def main() -> None:
    """Print a table for each set and question."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--worlds", type=Path, help="folder of frozen worlds")
    parser.add_argument("--sets", type=Path, help="folder of image sets with dense truth")
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    predictor = anyview.load(arguments.model)
    if arguments.worlds:
        worlds = read_worlds(arguments.worlds)
        samples = [
            Sample(views[0].image.float(), known_depth(depth[0]))
            for views, depth in zip(worlds.views, worlds.truth.depth, strict=True)
        ]
        for factor in (2, 4):
            score_truth("worlds", samples, factor)
        score_model("worlds", samples, predictor)
    for folder in find_sets(arguments.sets) if arguments.sets else []:
        try:
            found = read_set(folder)
        except InputError as error:
            print(f"\nleft out: {error}")
            continue
        if found.is_sparse or not found.with_depth:
            continue
        samples = [
            Sample(photo.view.image.float(), known_depth(photo.depth))
            for photo in found.with_depth[:MOST_IMAGES]
            if photo.depth.shape == photo.view.image.shape[1:]
        ]
        if samples and float((~samples[0].truth.isnan()).float().mean()) > 0.5:  # not laser points
            score_truth(found.name, samples, 4)
            score_model(found.name, samples, predictor)


if __name__ == "__main__":
    main()
