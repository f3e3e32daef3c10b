# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The surface of a signed distance field as a mesh, by naive surface nets (Gibson, 1998).

Every cell of eight voxels that the surface passes through gets one vertex, the mean of where it
crosses the cell's edges; every edge between two voxels that it crosses gets one quadrilateral, of
the vertices of the four cells around it. Fewer and better shaped triangles than marching cubes
makes, and no table of cases.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from anyview.fusion.tsdf import TsdfVolume
from anyview.fusion.voxel_blocks import SIDE, find_sorted, pack
from anyview.structures.points import Mesh

_CHUNK = 1024
"""Cubes worked on at a time."""

_CORNERS = tuple((x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1))
_EDGES = tuple(
    (a, b)
    for a, first in enumerate(_CORNERS)
    for b, second in enumerate(_CORNERS)
    if a < b and sum(p != q for p, q in zip(first, second, strict=True)) == 1
)
_GREY = 128.0


@dataclass(frozen=True)
class _Cells:
    """Cells that the surface passes through.

    Attributes:
        keys: Packed integer coordinates of each cell's first voxel.
        vertices: In units of the world.
        colors: RGB, 0 to 255.
        crossed: Whether the edge from the first voxel along x, y, z is crossed.
        inside: Whether the first voxel lies behind the surface.
    """

    keys: Int[Tensor, " C"]
    vertices: Float[Tensor, "C 3"]
    colors: UInt8[Tensor, "C 3"]
    crossed: Bool[Tensor, "C 3"]
    inside: Bool[Tensor, " C"]


def extract_mesh(volume: TsdfVolume, *, min_weight: int | float = 1) -> Mesh:
    """The surface where enough was seen of it.

    Args:
        volume: The field.
        min_weight: A cell needs this weight at all of its eight voxels: with weights of 1, the
            number of views that saw it.

    Returns:
        Faces are counter-clockwise seen from where the cameras were. Empty if there is no surface.
    """
    parts = [
        _cells(volume, torch.arange(start, min(start + _CHUNK, len(volume.blocks))), min_weight)
        for start in range(0, len(volume.blocks), _CHUNK)
    ]
    if not parts:
        return Mesh(torch.empty(0, 3), torch.empty(0, 3, dtype=torch.long), _no_colors())
    cells = _Cells(*(torch.cat([getattr(p, f) for p in parts]) for f in _Cells.__annotations__))
    return Mesh(cells.vertices, _faces(cells), cells.colors)


def _cells(volume: TsdfVolume, rows: Int[Tensor, " M"], min_weight: int | float) -> _Cells:
    around = _around(volume, rows)
    distance = _with_apron(volume.distance, around, 1.0)
    seen = _with_apron(volume.weight, around, 0.0) >= min_weight
    corners = torch.stack([_shifted(distance, c) for c in _CORNERS], dim=-1)
    complete = torch.stack([_shifted(seen, c) for c in _CORNERS], dim=-1).all(dim=-1)
    inside = corners < 0
    active = complete & inside.any(dim=-1) & ~inside.all(dim=-1)

    place = active.nonzero()  # [C, 4]: which cube, i, j, k
    corners, inside = corners[active], inside[active]
    first = volume.blocks.coordinates[rows][place[:, 0]] * SIDE + place[:, 1:]
    offset = _crossing_mean(corners, inside)
    vertices = ((first.double() + offset) * volume.voxel_size).float()
    crossed = torch.stack([inside[:, 0] != inside[:, 1 << (2 - axis)] for axis in range(3)], dim=-1)
    return _Cells(pack(first), vertices, _colors(volume, around, active), crossed, inside[:, 0])


def _around(volume: TsdfVolume, rows: Tensor) -> dict[tuple[int, int, int], Tensor]:
    """Rows of the cubes themselves and of their neighbours towards +x, +y, +z."""
    coordinates = volume.blocks.coordinates[rows]
    return {c: volume.blocks.rows_of(pack(coordinates + torch.tensor(c))) for c in _CORNERS}


def _with_apron(
    values: Float[Tensor, "N 512"], around: dict[tuple[int, int, int], Tensor], absent: float
) -> Float[Tensor, "M 9 9 9"]:
    """The voxels of cubes and the next layer of their neighbours."""
    count = len(around[0, 0, 0])
    out = values.new_full((count, SIDE + 1, SIDE + 1, SIDE + 1), absent)
    for corner, rows in around.items():
        there = rows >= 0
        cubes = values[rows.clamp_min(0)].reshape(-1, SIDE, SIDE, SIDE)
        target = tuple(slice(SIDE, None) if c else slice(0, SIDE) for c in corner)
        source = tuple(slice(0, 1) if c else slice(None) for c in corner)
        out[(there, *target)] = cubes[(there, *source)]
    return out


def _shifted(values: Tensor, corner: tuple[int, int, int]) -> Tensor:
    x, y, z = corner
    return values[:, x : x + SIDE, y : y + SIDE, z : z + SIDE]


def _crossing_mean(
    corners: Float[Tensor, "C 8"], inside: Bool[Tensor, "C 8"]
) -> Float[Tensor, "C 3"]:
    """Mean of where the surface crosses the edges of a cell, in voxels from its first one."""
    total = torch.zeros(len(corners), 3, dtype=torch.float64)
    count = torch.zeros(len(corners), 1, dtype=torch.float64)
    for a, b in _EDGES:
        crossed = inside[:, a] != inside[:, b]
        da, db = corners[:, a].double(), corners[:, b].double()
        share = torch.where(crossed, da / torch.where(crossed, da - db, 1), 0)[:, None]
        start = torch.tensor(_CORNERS[a], dtype=torch.float64)
        step = torch.tensor(_CORNERS[b], dtype=torch.float64) - start
        total += torch.where(crossed[:, None], start + share * step, 0)
        count += crossed[:, None]
    return total / count


def _colors(
    volume: TsdfVolume, around: dict[tuple[int, int, int], Tensor], active: Tensor
) -> UInt8[Tensor, "C 3"]:
    """Mean colour of a cell's voxels that have one; grey if none has."""
    weight = _with_apron(volume.color_weight, around, 0.0)
    known = torch.stack([_shifted(weight, c)[active] > 0 for c in _CORNERS], dim=-1)
    out = []
    for band in range(3):
        values = _with_apron(volume.color[..., band].float(), around, 0.0)
        corners = torch.stack([_shifted(values, c)[active] for c in _CORNERS], dim=-1)
        mean = (corners * known).sum(dim=-1) / known.sum(dim=-1).clamp_min(1)
        out.append(torch.where(known.any(dim=-1), mean, _GREY))
    return torch.stack(out, dim=-1).round().clamp(0, 255).to(torch.uint8)


def _faces(cells: _Cells) -> Int[Tensor, "F 3"]:
    order = torch.argsort(cells.keys)
    keys = cells.keys[order]
    unit = torch.eye(3, dtype=torch.long)
    faces = [torch.empty(0, 3, dtype=torch.long)]
    for axis in range(3):
        which = cells.crossed[:, axis].nonzero()[:, 0]
        b, c = unit[(axis + 1) % 3], unit[(axis + 2) % 3]
        step_b, step_c = _step(b), _step(c)
        # Counter-clockwise seen against the axis: b, c and the axis are right-handed.
        around = torch.stack(
            [cells.keys[which] - shift for shift in (0, step_b, step_b + step_c, step_c)],
            dim=-1,
        )
        corners = find_sorted(keys, order, around)
        complete = (corners >= 0).all(dim=-1)
        corners, outwards = corners[complete], cells.inside[which][complete]
        corners = torch.where(outwards[:, None], corners, corners.flip(-1))
        faces.append(_triangles(cells.vertices, corners))
    return torch.cat(faces)


def _step(unit: Int[Tensor, " 3"]) -> int:
    """How much a packed key grows along an axis."""
    return int(pack(unit) - pack(torch.zeros(3, dtype=torch.long)))


def _triangles(vertices: Float[Tensor, "C 3"], quads: Int[Tensor, "Q 4"]) -> Int[Tensor, "T 3"]:
    """Cut along the shorter diagonal."""
    p = vertices[quads]
    first = (p[:, 0] - p[:, 2]).norm(dim=-1) <= (p[:, 1] - p[:, 3]).norm(dim=-1)
    one = torch.where(first[:, None], quads[:, [0, 1, 2]], quads[:, [0, 1, 3]])
    two = torch.where(first[:, None], quads[:, [0, 2, 3]], quads[:, [1, 2, 3]])
    return torch.stack((one, two), dim=1).flatten(0, 1)


def _no_colors() -> UInt8[Tensor, "0 3"]:
    return torch.empty(0, 3, dtype=torch.uint8)
