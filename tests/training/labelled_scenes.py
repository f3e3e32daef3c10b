# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Folders of scenes whose raw depth is a teacher's, moved by a known scale and shift."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from anyview.api import build
from anyview.data.scene import Frame, Held, Origin, Scene, SparseDepth
from anyview.data.scene_folder import write_scene
from anyview.inference.engine import Predictor
from anyview.structures.sky import sky_mask
from anyview.structures.views import View, ViewSet

HEIGHT, WIDTH = 48, 64
OPTIONS = {"resolution": 56}
SCALE, SHIFT = 2.5, 0.7


def teacher(seed: int = 1) -> Predictor:
    """A random monocular network that takes a small part of its images for sky."""
    predictor = build("nano-mono", device="cpu", seed=seed)
    predictor.network.head.sky_out.last.bias.fill_(-0.3)
    return predictor


def image(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    v, u = np.mgrid[0:HEIGHT, 0:WIDTH]
    wave = 128 + 90 * np.sin(u / (5 + seed % 7)) * np.cos(v / (9 + seed % 5))
    pixels = wave[..., None] + rng.normal(0, 25, (HEIGHT, WIDTH, 3))
    return pixels.clip(0, 255).astype(np.uint8)


def predicted(predictor: Predictor, pixels: np.ndarray) -> np.ndarray:
    """Depth of the teacher, 0 in its sky."""
    view = View(torch.from_numpy(pixels).permute(2, 0, 1), "view")
    prediction = predictor.predict_views(ViewSet((view,)), OPTIONS)
    depth = prediction.depth[0]
    sky = torch.zeros_like(depth) if prediction.sky is None else prediction.sky[0]
    return torch.where(sky_mask(sky), 0, depth).numpy()


def planted(predictor: Predictor, pixels: np.ndarray, outliers: float = 0.4) -> np.ndarray:
    """SCALE * teacher + SHIFT with noise, and a share of pixels that are anything."""
    rng = np.random.default_rng(int(pixels.sum()) % 1000)
    truth = SCALE * predicted(predictor, pixels) + SHIFT
    raw = truth * (1 + 0.003 * rng.standard_normal(truth.shape))
    wrong = rng.random(truth.shape) < outliers
    raw[wrong] = rng.uniform(0.2, 4 * truth.max(), wrong.sum())
    return raw.astype(np.float32)


def frame_of(seed: int, **values: object) -> Frame:
    k = np.array([[60.0, 0, WIDTH / 2], [0, 60.0, HEIGHT / 2], [0, 0, 1]])
    pose = np.eye(4)
    pose[0, 3] = 0.1 * seed
    frame = Frame(f"frame {seed}", (HEIGHT, WIDTH), Held(image(seed)), k, pose)
    return replace(frame, **values)


def as_points(depth: np.ndarray, count: int = 300) -> SparseDepth:
    """Some pixels of a map over the whole image, as points of the image."""
    height, width = depth.shape
    rng = np.random.default_rng(0)
    rows, columns = rng.integers(height, size=count), rng.integers(width, size=count)
    pixels = np.stack([(columns + 0.5) * WIDTH / width, (rows + 0.5) * HEIGHT / height], -1)
    return SparseDepth(pixels.astype(np.float32), depth[rows, columns])


def scene_of(frames: list[Frame], name: str = "a place") -> Scene:
    has_depth = any(f.read_depth or f.read_sparse for f in frames)
    kind = "measured" if has_depth else None
    return Scene(name, tuple(frames), Origin("tests", "CC0-1.0"), kind, is_metric=has_depth)


def write_planted(folder: Path, predictor: Predictor) -> Path:
    """A dense frame, one of points, one of nonsense, one without depth."""
    dense = planted(predictor, image(0))
    points = as_points(planted(predictor, image(1)))
    nonsense = np.random.default_rng(0).uniform(1, 9, (30, 40)).astype(np.float32)
    frames = [
        frame_of(0, read_depth=Held(dense)),
        frame_of(1, read_sparse=Held(points)),
        frame_of(2, read_depth=Held(nonsense)),
        frame_of(3),
    ]
    return write_scene(scene_of(frames), folder)
