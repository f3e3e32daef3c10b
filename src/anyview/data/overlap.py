# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""How much of what one view sees another sees too.

Told by the best that a scene has: depth reprojected, points seen together, frusta, or the order of
a video.
"""

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.data.posed_depth import known_pixels, lift, posed_depth
from anyview.data.scene import Frame, Scene, SparseDepth
from anyview.data.stores import OpenFile
from anyview.geometry.projection import project_world, visible
from anyview.geometry.rays import pixel_grid
from anyview.geometry.se3 import camera_centres
from anyview.io.atomic import atomic_path
from anyview.io.numpy_files import load_arrays

OverlapMethod = Literal["depth", "points", "frustum", "order", "none"]

OVERLAP_FILE = "overlap.npz"
"""Beside ``scene.json``: spares the computation when training starts."""

_GRID = 64  # depth is read off 64 x 64 pixels, which tells overlap to about 1 %
_TOLERANCE = 0.1
"""Of depth, for visibility: a surface seen at a slant varies that much within such a pixel."""
_ORDER_REACH = 20
"""Frames of a video of which nothing else is known: overlap falls to 0 over so many."""
_FRUSTUM_DISTANCES = (0.5, 1.0, 2.0, 4.0)
"""Distances at which frusta are compared, in median distances between cameras."""


@dataclass(frozen=True)
class Overlap:
    """Overlap between the frames of a scene.

    Attributes:
        matrix: Row i, column j: share of what frame i sees that frame j sees, in [0, 1]; 1 on the
            diagonal. 0 where nothing is known, such as for frames without a pose.
        method: What it was told by.
    """

    matrix: Float[Tensor, "V V"]
    method: OverlapMethod

    @property
    def mutual(self) -> Float[Tensor, "V V"]:
        """Mean of both directions."""
        return (self.matrix + self.matrix.mT) / 2


def overlap_of(scene: Scene) -> Overlap:
    """Overlap between all frames by the best means that the scene allows.

    With poses: depth where all posed frames have it, else points, else frusta (at guessed
    distances, without occlusion). Without poses: points seen together by their numbers, else the
    order of a video, else nothing.

    Raises:
        InputError: If a depth file cannot be read.
    """
    posed = [i for i, f in enumerate(scene.frames) if f in scene.posed]
    frames = [scene.frames[i] for i in posed]
    method: OverlapMethod
    sparse = [f.read_sparse() if f.read_sparse is not None else None for f in scene.frames]
    if len(frames) > 1 and all(f.read_depth is not None for f in frames):
        part, method = _by_depth(frames), "depth"
    elif all(s is not None and s.point_ids is not None for s in sparse):
        return Overlap(_by_numbers([s for s in sparse if s is not None]), "points")
    elif len(frames) > 1 and all(sparse[i] is not None for i in posed):
        points = [s for i in posed if (s := sparse[i]) is not None]
        part, method = _by_points(frames, points), "points"
    elif len(frames) > 1:
        part, method = _by_frusta(frames), "frustum"
    else:
        count = len(scene.frames)
        index = torch.arange(count)
        gap = (index[:, None] - index).abs()
        if scene.is_ordered:
            return Overlap((1 - gap / _ORDER_REACH).clamp_min(0), "order")
        return Overlap(torch.eye(count), "none")
    matrix = torch.eye(len(scene.frames))
    index = torch.tensor(posed)
    matrix[index[:, None], index] = part
    return Overlap(matrix.fill_diagonal_(1.0), method)


def overlap_bytes(overlap: Overlap) -> bytes:
    """The content of an ``overlap.npz``."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer, matrix=overlap.matrix.half().numpy(), method=np.array(overlap.method)
    )
    return buffer.getvalue()


def overlap_from(file: OpenFile, what: str, num_frames: int) -> Overlap:
    """What an ``overlap.npz`` holds.

    Args:
        file: At its start.
        what: Its place, which starts messages.
        num_frames: Of its scene.

    Raises:
        InputError: If it is damaged or of a scene with another number of frames.
    """
    try:
        arrays = load_arrays(file, what=what)
        matrix = torch.from_numpy(arrays["matrix"]).float()
        method = next((m for m in get_args(OverlapMethod) if m == str(arrays["method"])), None)
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{what}: damaged ({error}); remove it, it is made again.") from error
    if matrix.shape != (num_frames, num_frames) or method is None:
        raise InputError(
            f"{what}: holds {tuple(matrix.shape)} values by {method}, the scene has "
            f"{num_frames} frames; remove it, it is made again."
        )
    return Overlap(matrix, method)


def write_overlap(folder: str | os.PathLike[str], overlap: Overlap) -> Path:
    """Keep the overlap of a scene beside its ``scene.json``, as ``overlap.npz``."""
    path = Path(folder) / OVERLAP_FILE
    with atomic_path(path) as temporary:
        temporary.write_bytes(overlap_bytes(overlap))
    return path


def read_overlap(folder: str | os.PathLike[str], num_frames: int) -> Overlap | None:
    """What ``write_overlap`` kept, or None if there is nothing.

    Raises:
        InputError: As ``overlap_from``.
    """
    path = Path(folder) / OVERLAP_FILE
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return overlap_from(file, str(path), num_frames)


def _by_depth(frames: list[Frame]) -> Tensor:
    views = [posed_depth(frame, (_GRID, _GRID)) for frame in frames]
    depth = torch.stack([view.depth for view in views])
    intrinsics = torch.stack([view.intrinsics for view in views])
    poses = torch.stack([view.cam_from_world for view in views])
    generator = torch.Generator().manual_seed(0)
    rows = []
    for view in views:
        pixels, z = known_pixels(view, 512, generator)
        points = lift(pixels, z, view.intrinsics, view.cam_from_world)
        seen, in_view = project_world(points.expand(len(views), -1, 3), poses, intrinsics)
        hit = visible(seen[:, None], in_view[:, None], depth, relative_tolerance=_TOLERANCE)
        rows.append(hit[:, 0].double().mean(dim=-1).nan_to_num(0.0))
    return torch.stack(rows).float()


def _by_numbers(sparse: list[SparseDepth]) -> Tensor:
    sets = [np.unique(s.point_ids) for s in sparse if s.point_ids is not None]
    everything, index = np.unique(np.concatenate(sets), return_inverse=True)
    member = np.zeros((len(sets), len(everything)), dtype=np.float32)
    owner = np.repeat(np.arange(len(sets)), [len(s) for s in sets])
    member[owner, index] = 1
    together = torch.from_numpy(member @ member.T)
    return (together / together.diagonal().clamp_min(1)[:, None]).fill_diagonal_(1.0)


def _by_points(frames: list[Frame], sparse: list[SparseDepth]) -> Tensor:
    poses, intrinsics, sizes = _cameras(frames)
    reach = torch.tensor([1.2 * float(s.depth.max(initial=0)) for s in sparse])
    rows = []
    for i, points in enumerate(sparse):
        pixels = torch.from_numpy(points.pixels.astype(np.float64))
        depth = torch.from_numpy(points.depth.astype(np.float64))
        world = lift(pixels, depth, intrinsics[i], poses[i])
        rows.append(_share_inside(world, poses, intrinsics, sizes, reach))
    return torch.stack(rows)


def _by_frusta(frames: list[Frame]) -> Tensor:
    poses, intrinsics, sizes = _cameras(frames)
    centres = camera_centres(poses)
    distances = torch.cdist(centres, centres)
    typical = float(distances[distances > 0].median()) if bool((distances > 0).any()) else 1.0
    no_limit = torch.full((len(frames),), torch.inf)
    rows = []
    for i, (height, width) in enumerate(sizes.tolist()):
        grid = pixel_grid(8, 8, dtype=torch.float64).flatten(0, 1) / 8
        pixels = grid * torch.tensor([width, height], dtype=torch.float64)
        depth = torch.tensor(_FRUSTUM_DISTANCES, dtype=torch.float64) * typical
        world = lift(
            pixels.repeat(len(depth), 1), depth.repeat_interleave(64), intrinsics[i], poses[i]
        )
        rows.append(_share_inside(world, poses, intrinsics, sizes, no_limit))
    return torch.stack(rows)


def _cameras(frames: list[Frame]) -> tuple[Tensor, Tensor, Tensor]:
    poses = np.stack([f.cam_from_world for f in frames if f.cam_from_world is not None])
    intrinsics = np.stack([f.intrinsics for f in frames if f.intrinsics is not None])
    sizes = torch.tensor([f.size for f in frames])
    return torch.from_numpy(poses), torch.from_numpy(intrinsics), sizes


def _share_inside(
    world: Tensor, poses: Tensor, intrinsics: Tensor, sizes: Tensor, reach: Tensor
) -> Tensor:
    """Share of points that lie in each view's image, no further than its reach."""
    pixels, z = project_world(world.expand(len(poses), -1, 3), poses, intrinsics)
    limits = sizes.flip(-1).to(pixels)[:, None]
    inside = (z > 0) & (pixels >= 0).all(-1) & (pixels <= limits).all(-1) & (z <= reach[:, None])
    return inside.float().mean(dim=-1).nan_to_num(0.0)
