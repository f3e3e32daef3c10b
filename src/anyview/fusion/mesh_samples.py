# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Points spread evenly over a mesh, to compare surfaces with."""

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.core.errors import InputError
from anyview.structures.points import Mesh


def sample_surface(mesh: Mesh, count: int, seed: int = 0) -> Float[Tensor, "N 3"]:
    """Points drawn uniformly by area.

    Args:
        mesh: With at least one face of some area.
        count: How many.
        seed: Of the draw.

    Raises:
        InputError: If the mesh has no area.
    """
    corners = mesh.vertices[mesh.faces].double()
    a, b, c = corners.unbind(1)
    area = torch.linalg.cross(b - a, c - a).norm(dim=-1) / 2
    if not float(area.sum()) > 0:
        raise InputError(f"A mesh of {len(mesh.faces)} faces without area has no surface points.")
    generator = torch.Generator().manual_seed(seed)
    ends = area.cumsum(0)
    draw = torch.rand(count, generator=generator, dtype=torch.float64) * ends[-1]
    face = torch.searchsorted(ends, draw).clamp_max(len(ends) - 1)
    u, v = torch.rand(2, count, 1, generator=generator, dtype=torch.float64).unbind(0)
    over = u + v > 1  # the other half of the parallelogram, folded back
    u, v = torch.where(over, 1 - u, u), torch.where(over, 1 - v, v)
    return (a[face] + u * (b - a)[face] + v * (c - a)[face]).float()
