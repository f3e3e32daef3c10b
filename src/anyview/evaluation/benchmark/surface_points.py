# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Points on the surface that posed depth maps make: fused to a mesh, or as points."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.evaluation.benchmark.posed_depth import PosedDepth
from anyview.fusion.mesh_samples import sample_surface
from anyview.fusion.surface_nets import extract_mesh
from anyview.fusion.tsdf import TsdfVolume
from anyview.geometry.projection import project_world, sample_map
from anyview.geometry.rays import points_from_depth

MOST_BLOCKS = 150_000
"""Cubes of voxels: 1.5 GB. A scene that needs more is fused with larger voxels."""

COARSENINGS = 3
"""How often voxels are made twice as large before the surface is given up."""

_NO_POINTS = torch.zeros(0, 3)


def fused_points(
    views: Sequence[PosedDepth], voxel: float, truncation: float, samples: int
) -> tuple[Float[Tensor, "N 3"], float]:
    """Points drawn evenly on the surface of a truncated signed distance field.

    A wrong answer may spread over so much space that the field does not fit: its voxels are then
    made larger, and their size is returned so that it can be reported.

    Args:
        views: In one frame.
        voxel: Side of a voxel.
        truncation: How far behind its surface a depth map speaks.
        samples: How many points.

    Returns:
        The points, none if there is no surface, and the side of the voxels.
    """
    for _ in range(COARSENINGS + 1):
        try:
            volume = TsdfVolume(voxel, truncation_voxels=truncation / voxel, max_blocks=MOST_BLOCKS)
            for view in views:
                volume.integrate(view.depth, view.intrinsics, view.cam_from_world)
            mesh = extract_mesh(volume)
            return (sample_surface(mesh, samples) if len(mesh.faces) else _NO_POINTS), voxel
        except InputError:
            voxel, truncation = 2 * voxel, 2 * truncation
    return _NO_POINTS, voxel


def all_points(views: Sequence[PosedDepth], most: int, seed: int = 0) -> Float[Tensor, "N 3"]:
    """Every pixel as a point, or so many of them drawn at random.

    Args:
        views: In one frame.
        most: Points.
        seed: Of the draw.
    """
    parts = [_world_points(view).flatten(0, 1) for view in views]
    points = torch.cat([part[part.isfinite().all(-1)] for part in parts]) if parts else _NO_POINTS
    return _at_most(points, most, seed)


def consistent_points(
    views: Sequence[PosedDepth], distance: float, least: int, most: int, seed: int = 0
) -> Float[Tensor, "N 3"]:
    """Means of points that several views agree on.

    Every point of every view is looked up in all views, its own among them; it stays if at least
    ``least`` of them have a point within ``distance`` of it there, and becomes their mean.

    Args:
        views: In one frame.
        distance: In the unit of the frame.
        least: Views.
        most: Points that are kept.
        seed: Of the draw, if there are more.
    """
    maps = [_world_points(view).permute(2, 0, 1) for view in views]
    found = []
    for own in maps:
        points = own.flatten(1).mT
        points = points[points.isfinite().all(-1)]
        total = torch.zeros_like(points)
        count = torch.zeros(len(points), dtype=points.dtype)
        for view, other in zip(views, maps, strict=True):
            K, camera = view.intrinsics.to(points), view.cam_from_world.to(points)
            pixels, _ = project_world(points, camera, K)
            seen = sample_map(other, pixels[None])[:, 0].mT
            agrees = torch.linalg.vector_norm(seen - points, dim=-1) < distance  # False for NaN
            total += torch.where(agrees[:, None], seen, 0.0)
            count += agrees
        kept = count >= least
        found.append(total[kept] / count[kept, None])
    return _at_most(torch.cat(found) if found else _NO_POINTS, most, seed)


def thinned(points: Float[Tensor, "N 3"], side: float) -> Float[Tensor, "M 3"]:
    """The mean of the points in each voxel; as they are if the side is 0."""
    if side <= 0 or not len(points):
        return points
    cells = ((points.double() - points.double().amin(0)) / side).floor().long()
    rows, columns = (int(cells[:, axis].max()) + 1 for axis in (1, 2))
    _, group, size = torch.unique(
        (cells[:, 0] * rows + cells[:, 1]) * columns + cells[:, 2],
        return_inverse=True,
        return_counts=True,
    )
    total = torch.zeros(len(size), 3, dtype=torch.float64).index_add_(0, group, points.double())
    return (total / size[:, None]).to(points.dtype)


def _world_points(view: PosedDepth) -> Float[Tensor, "h w 3"]:
    return points_from_depth(view.depth.double(), view.cam_from_world, view.intrinsics).float()


def _at_most(points: Tensor, most: int, seed: int) -> Tensor:
    if len(points) <= most:
        return points
    generator = torch.Generator().manual_seed(seed)
    return points[torch.randperm(len(points), generator=generator)[:most]]
