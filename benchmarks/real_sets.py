# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Depth and relative pose of a model on image sets with ground truth, beside trivial baselines.

Each set is a folder with ``images/``, ``cameras.json`` (``images``: list of ``file``, ``K``,
``T_w2c`` 4x4 or null, ``depth`` file or null) and ``meta.json`` (``depth_unit_m``). Depth: each
image alone, brought to the truth by the ratio of medians. Pose: all images of a set as one scene,
all pairs; the error of a pair is the larger of its rotation and translation-direction angles.

    python benchmarks/real_sets.py FOLDER_OF_SETS --model tiny
"""

import argparse
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

import anyview
from anyview.inference.engine import Predictor

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Photo:
    """One image of a set and what is known of it."""

    file: Path
    cam_from_world: Array | None
    depth: Array | None


def read_set(folder: Path) -> list[Photo]:
    """The images of a set."""
    meta = json.loads((folder / "meta.json").read_text())
    photos = []
    for entry in json.loads((folder / "cameras.json").read_text())["images"]:
        depth = None
        if entry.get("depth"):
            with Image.open(folder / entry["depth"]) as image:
                depth = np.asarray(image).astype(float) * meta["depth_unit_m"]
        pose = entry.get("T_w2c")
        photos.append(
            Photo(folder / entry["file"], None if pose is None else np.array(pose), depth)
        )
    return photos


def depth_scores(predicted: Array, truth: Array) -> tuple[float, float]:
    """AbsRel and delta1 after scaling by the ratio of medians, on pixels with truth."""
    known = truth > 0
    p, t = predicted[known], truth[known]
    p = p * np.median(t) / np.median(p)
    ratio = np.maximum(p / t, t / p)
    return float(np.mean(np.abs(p - t) / t)), float(np.mean(ratio < 1.25))


def resized(depth: torch.Tensor, shape: tuple[int, ...]) -> Array:
    """A depth map at the size of the truth."""
    grid = torch.nn.functional.interpolate(depth[None, None], size=shape, mode="bilinear")
    out: Array = grid[0, 0].double().numpy()
    return out


def score_depth(predictor: Predictor, photos: list[Photo]) -> dict[str, tuple[float, float]]:
    """Mean scores of the model, of one depth everywhere, and of a ramp (far end twice as far)."""
    scores: dict[str, list[tuple[float, float]]] = {"model": [], "constant": [], "ramp": []}
    for photo in photos:
        if photo.depth is None:
            continue
        shape = photo.depth.shape
        depth = predictor.predict(photo.file).depth[0]
        ramp = np.broadcast_to(np.linspace(2, 1, shape[0])[:, None], shape)
        scores["model"].append(depth_scores(resized(depth, shape), photo.depth))
        scores["constant"].append(depth_scores(np.ones(shape), photo.depth))
        scores["ramp"].append(depth_scores(ramp, photo.depth))
    return {
        name: (float(np.mean([v[0] for v in values])), float(np.mean([v[1] for v in values])))
        for name, values in scores.items()
        if values
    }


def _angle_deg(cosine: float) -> float:
    return math.degrees(math.acos(min(1.0, max(-1.0, cosine))))


def pair_errors(predicted: Array, truth: Array) -> Iterator[tuple[float, float]]:
    """Rotation and translation-direction angle in degrees of every pair of cameras."""
    for i in range(len(truth)):
        for j in range(i):
            p = predicted[i] @ np.linalg.inv(predicted[j])
            t = truth[i] @ np.linalg.inv(truth[j])
            turn = _angle_deg((np.trace(p[:3, :3].T @ t[:3, :3]) - 1) / 2)
            lengths = np.linalg.norm(p[:3, 3]) * np.linalg.norm(t[:3, 3])
            yield turn, _angle_deg(float(p[:3, 3] @ t[:3, 3] / max(lengths, 1e-12)))


def score_pose(predictor: Predictor, photos: list[Photo], pose: str) -> dict[str, float] | None:
    """Exact area under the recall curve up to 30 degrees, and median errors."""
    posed = [p for p in photos if p.cam_from_world is not None]
    if len(posed) < 3:
        return None
    prediction = predictor.predict([p.file for p in posed], options={"pose": pose})
    assert prediction.extrinsics is not None
    predicted = np.tile(np.eye(4), (len(posed), 1, 1))
    predicted[:, :3] = prediction.extrinsics.double().numpy()
    truth = np.stack([p.cam_from_world for p in posed if p.cam_from_world is not None])
    errors = np.array(list(pair_errors(predicted, truth)))
    identity = np.array(list(pair_errors(np.tile(np.eye(4), (len(posed), 1, 1)), truth)))
    area = np.clip(1 - errors.max(axis=1) / 30, 0, None).mean()
    return {
        "auc30": float(area),
        "turn": float(np.median(errors[:, 0])),
        "direction": float(np.median(errors[:, 1])),
        "identity turn": float(np.median(identity[:, 0])),
    }


def main() -> None:
    """Score every set below a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--pose", default="camera")
    given = parser.parse_args()
    predictor = anyview.load(given.model)
    print("| set | images | model | constant | ramp | pose AUC30 | turn | direction | identity |")
    print("|---|---|---|---|---|---|---|---|---|")
    for folder in sorted(p.parent for p in given.folder.glob("*/cameras.json")):
        photos = read_set(folder)
        depth, pose = score_depth(predictor, photos), score_pose(predictor, photos, given.pose)
        cells = [
            "{:.3f} / {:.3f}".format(*depth[k]) if k in depth else "-"
            for k in ("model", "constant", "ramp")
        ]
        if pose is None:
            cells += ["-"] * 4
        else:
            cells += [f"{pose['auc30']:.3f}"]
            cells += [f"{pose[k]:.1f}" for k in ("turn", "direction", "identity turn")]
        print(f"| {folder.name} | {len(photos)} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
