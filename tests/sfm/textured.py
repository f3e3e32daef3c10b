# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A corner of a room with strong texture everywhere, seen by cameras that are known exactly."""

import functools
import math
import tempfile
from pathlib import Path

import torch
from torch import Tensor

from anyview.geometry.projection import project_world
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.geometry.se3 import rigid_transform
from anyview.geometry.trajectory import look_at
from anyview.metrics.pose import pair_errors
from anyview.render.raycast import RenderedViews, render_views
from anyview.render.scene import Scene, Thing
from anyview.render.shapes import Box
from anyview.render.textures import Noise
from anyview.sfm.library import quiet_pycolmap
from anyview.sfm.mapping import reconstruct
from anyview.sfm.matching import Matches, match_views
from anyview.sfm.priors import LensPriors, shared_lenses
from anyview.sfm.settings import MatchSettings
from anyview.sfm.sparse_scene import SparseResult, SparseScene
from anyview.structures.views import View

HEIGHT, WIDTH = 180, 240


def _block(size: tuple[float, float, float], at: tuple[float, float, float], seed: int) -> Thing:
    colors = [(0.05, 0.1, 0.2), (1.0, 0.95, 0.85)]
    return Thing(Box(size), Noise(*colors, (0.3, 0.3, 0.3), seed, octaves=4, contrast=4.0), at)


def corner(seed: int = 0) -> Scene:
    """Two walls, a floor and three boxes; metres, y down."""
    blocks = [
        ((8.0, 5.0, 0.1), (0.0, -1.5, 4.0)),
        ((0.1, 5.0, 8.0), (2.5, -1.5, 1.0)),
        ((8.0, 0.1, 8.0), (0.0, 0.2, 1.0)),
        ((0.8, 0.9, 0.7), (-0.6, -0.3, 2.6)),
        ((0.6, 1.5, 0.6), (0.9, -0.6, 3.2)),
        ((1.0, 0.4, 0.5), (0.5, 0.0, 1.9)),
    ]
    return Scene(
        tuple(_block(size, at, seed + number) for number, (size, at) in enumerate(blocks)),
        lights=(),
        ambient=(1.0, 1.0, 1.0),
    )


def cameras(count: int) -> tuple[Tensor, Tensor]:
    """On an arc around the boxes, not all at one height; [V, 4, 4] and [V, 3, 3], float64."""
    turn = torch.linspace(-0.45, 0.45, count, dtype=torch.float64)
    eye = torch.stack((3 * turn.sin(), -1.0 - 0.5 * (5 * turn).sin(), 2.4 - 3 * turn.cos()), -1)
    target = torch.tensor([0.2, -0.4, 2.8], dtype=torch.float64).expand_as(eye)
    focal = WIDTH / 2 / math.tan(math.radians(60) / 2)
    rows = [[focal, 0, WIDTH / 2], [0, focal, HEIGHT / 2], [0, 0, 1]]
    K = torch.tensor(rows, dtype=torch.float64)
    return look_at(eye, target), K.expand(count, 3, 3).clone()


@functools.cache
def rendered(count: int, seed: int = 0) -> RenderedViews:
    """Views of the corner; do not write into them."""
    return render_views(corner(seed), *cameras(count), height=HEIGHT, width=WIDTH, samples=1)


def views_of(images: Tensor, focal_px: float | None = None) -> tuple[View, ...]:
    """Images as views."""
    return tuple(View(image, f"view{i}", focal_px=focal_px) for i, image in enumerate(images))


def blank(count: int) -> Tensor:
    """Images without any texture."""
    return torch.full((count, 3, HEIGHT, WIDTH), 128, dtype=torch.uint8)


def lenses_known(count: int) -> LensPriors:
    """True K, not to be changed."""
    return LensPriors(cameras(count)[1], torch.ones(count, dtype=torch.bool))


def lenses_unknown(count: int) -> LensPriors:
    """Nothing known."""
    unknown = torch.full((count, 3, 3), torch.nan, dtype=torch.float64)
    return LensPriors(unknown, torch.zeros(count, dtype=torch.bool))


@functools.cache
def matched(count: int) -> Matches:
    """Matches of the rendered views; the database is gone."""
    views = views_of(rendered(count).images)
    lenses = shared_lenses(views, lenses_known(count))
    with quiet_pycolmap() as pycolmap, tempfile.TemporaryDirectory() as folder:
        return match_views(views, lenses, Path(folder), MatchSettings(threads=1), pycolmap)


@functools.cache
def reconstructed(count: int) -> SparseResult:
    """Structure from motion of the rendered views, lens unknown."""
    views = views_of(rendered(count).images)
    return reconstruct(views, lenses_unknown(count), MatchSettings(threads=1))


def turned(cam_from_world: Tensor, degrees: float, shift: float, seed: int = 0) -> Tensor:
    """Cameras turned about random axes and moved, by about so much."""
    generator = torch.Generator().manual_seed(seed)
    shape = (len(cam_from_world), 3)
    axes = torch.nn.functional.normalize(
        torch.randn(shape, generator=generator, dtype=torch.float64), dim=-1
    )
    moves = shift * torch.randn(shape, generator=generator, dtype=torch.float64)
    return rigid_transform(rotation_from_axis_angle(axes * math.radians(degrees)), moves) @ (
        cam_from_world
    )


def planted() -> SparseScene:
    """Exact cameras, and points of the corner's surfaces that every camera sees."""
    poses, K = cameras(3)
    generator = torch.Generator().manual_seed(1)
    points = torch.rand(40, 3, generator=generator, dtype=torch.float64)
    points = points * torch.tensor([1.5, 1.2, 1.5]) + torch.tensor([-0.5, -1.0, 2.0])
    pixels, _ = project_world(points.expand(3, 40, 3), poses, K)
    return SparseScene(
        poses,
        K,
        points,
        torch.arange(3).repeat_interleave(40),
        torch.arange(40).repeat(3),
        pixels.flatten(0, 1),
    )


def worst_turn_deg(found: Tensor, truth: Tensor) -> float:
    """Largest error of a relative rotation."""
    return float(pair_errors(found, truth).rotation_deg.max())


def worst_direction_deg(found: Tensor, truth: Tensor) -> float:
    """Largest error of a direction from camera to camera."""
    return float(pair_errors(found, truth).direction_deg.max())
