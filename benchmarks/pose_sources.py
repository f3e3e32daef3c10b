# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Where cameras come from, compared on image sets with known poses.

    python benchmarks/pose_sources.py --sets ../shared/data --views 2,4,8,all --json poses.json

For each set, a number of views (evenly spread, and in a row) and each source: the network alone
(decoder, rays), structure from motion and refinement with the network, and COLMAP alone (without
any prior). Poses are scored over all pairs of views; a view without a camera counts as wrong by 180
degrees. Depth is scored over all views by one factor, so that scale from view to view counts.
"""

import argparse
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

import anyview
from anyview.core.errors import InputError
from anyview.evaluation.image_sets import ImageSet, find_sets, read_set
from anyview.evaluation.prediction_runs import depth_on_image
from anyview.evaluation.score import to_json
from anyview.evaluation.set_scores import MIN_BASELINE_SHARE
from anyview.geometry.se3 import to_homogeneous
from anyview.inference.engine import Predictor
from anyview.inference.pose_sources import RECORD
from anyview.metrics.depth import align_depth, depth_errors
from anyview.metrics.pose import all_pairs, area_under_recall, pair_errors
from anyview.sfm.mapping import reconstruct
from anyview.sfm.priors import LensPriors
from anyview.structures.views import ViewSet

SOURCES = ("camera", "rays", "sfm", "refine", "colmap")
WRONG_DEG = 180.0


@dataclass(frozen=True)
class Row:
    """One run."""

    set: str
    choice: str
    views: int
    source: str
    used: str
    registered: int
    auc5: float
    auc30: float
    rotation_deg: float
    abs_rel: float
    delta1: float
    seconds: float
    reason: str


def chosen_views(count: int, wanted: int | None, choice: str) -> list[int]:
    """Positions of the views of a run: evenly over the set, or in a row from its start."""
    if wanted is None or wanted >= count:
        return list(range(count))
    if choice == "row":
        return list(range(wanted))
    return [round(i * (count - 1) / (wanted - 1)) for i in range(wanted)]


def pose_row(cameras: Tensor, truth: Tensor, least: float) -> tuple[float, float, float]:
    """AUC5, AUC30 and median rotation error; pairs with a missing camera are wrong."""
    missing = cameras[:, 0, 0].isnan()
    filled = torch.where(missing[:, None, None], torch.eye(4, dtype=cameras.dtype), cameras)
    errors = pair_errors(filled, truth, min_baseline=least)
    lost = missing[all_pairs(len(truth))].any(-1)
    rotation = torch.where(lost, WRONG_DEG, errors.rotation_deg)
    direction = torch.where(lost, WRONG_DEG, errors.direction_deg)
    worst = torch.maximum(rotation, direction)[errors.has_direction]
    if not len(worst):
        return math.nan, math.nan, float(rotation.median())
    return area_under_recall(worst, 5), area_under_recall(worst, 30), float(rotation.quantile(0.5))


def depth_row(prediction: anyview.Prediction, photos: list) -> tuple[float, float]:
    """AbsRel and delta1 over all views with truth, one factor for the whole scene."""
    predicted, truth = [], []
    for index, photo in enumerate(photos):
        if photo.depth is not None:
            depth = depth_on_image(prediction, index, photo.view.height, photo.view.width)
            if photo.depth.shape != depth.shape:
                continue
            known = photo.depth > 0
            predicted.append(depth[known])
            truth.append(photo.depth[known])
    if not truth:
        return math.nan, math.nan
    p, t = torch.cat(predicted), torch.cat(truth)
    everything = torch.ones_like(t, dtype=torch.bool)
    errors = depth_errors(align_depth(p, t, everything), t, everything)
    return float(errors.abs_rel), float(errors.delta1)


def run(
    predictor: Predictor, images: ImageSet, positions: list[int], choice: str, source: str
) -> Row:
    """Predict and score."""
    photos = [images.photos[i] for i in positions]
    truth = torch.stack([photo.cam_from_world for photo in photos])
    medians = [float(p.depth[p.depth > 0].median()) for p in photos if p.depth is not None]
    least = MIN_BASELINE_SHARE * float(torch.tensor(medians).median()) if medians else 0.0
    views = ViewSet(tuple(photo.view for photo in photos))
    started = time.perf_counter()
    used, reason, registered = source, "", len(photos)
    abs_rel = delta1 = math.nan
    if source == "colmap":
        count = len(photos)
        unknown = torch.full((count, 3, 3), torch.nan, dtype=torch.float64)
        found = reconstruct(views.views, LensPriors(unknown, torch.zeros(count, dtype=torch.bool)))
        seconds = time.perf_counter() - started
        reason = found.reason
        cameras = torch.full((count, 4, 4), torch.nan, dtype=torch.float64)
        if found.scene is not None:
            cameras = found.scene.cam_from_world
        registered = int((~cameras[:, 0, 0].isnan()).sum())
    else:
        prediction = predictor.predict_views(views, {"pose": source})
        seconds = time.perf_counter() - started
        record = prediction.provenance.get(RECORD)
        if record is not None:
            used, reason = record["used"], record.get("reason", "")
            registered = record.get("registered", 0)
        cameras = to_homogeneous(prediction.extrinsics).double()
        abs_rel, delta1 = depth_row(prediction, photos)
    auc5, auc30, rotation = pose_row(cameras, truth, least)
    return Row(
        images.name,
        choice,
        len(photos),
        source,
        used,
        registered,
        auc5,
        auc30,
        rotation,
        abs_rel,
        delta1,
        seconds,
        reason,
    )


def main() -> None:
    """Measure and print one line a run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--only", default="", help="names of sets, with commas")
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--views", default="2,4,8,all")
    parser.add_argument("--choices", default="spread,row")
    parser.add_argument("--sources", default=",".join(SOURCES))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    predictor = anyview.load(arguments.model)
    rows: list[Row] = []
    for folder in find_sets(arguments.sets):
        if arguments.only and folder.name not in arguments.only.split(","):
            continue
        try:
            images = read_set(folder)
        except InputError as error:
            print(f"{folder.name}: {error}")
            continue
        if len(images.with_pose) < 2 or len(images.with_pose) < len(images.photos):
            continue
        done = set()
        for wanted in arguments.views.split(","):
            for choice in arguments.choices.split(","):
                count = None if wanted == "all" else int(wanted)
                positions = chosen_views(len(images.photos), count, choice)
                if tuple(positions) in done or (count or 0) > len(images.photos):
                    continue
                done.add(tuple(positions))
                for source in arguments.sources.split(","):
                    row = run(predictor, images, positions, choice, source)
                    rows.append(row)
                    print(
                        f"{row.set:20} {row.views:3} {row.choice:6} {row.source:7} "
                        f"used {row.used:7} reg {row.registered:3} "
                        f"auc5 {row.auc5:.3f} auc30 {row.auc30:.3f} rot {row.rotation_deg:6.2f} "
                        f"absrel {row.abs_rel:.3f} d1 {row.delta1:.3f} {row.seconds:6.1f} s "
                        f"{row.reason}",
                        flush=True,
                    )
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(to_json([asdict(row) for row in rows]), indent=1))


if __name__ == "__main__":
    main()
