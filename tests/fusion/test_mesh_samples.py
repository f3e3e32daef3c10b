# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.core.errors import InputError
from anyview.fusion.mesh_samples import sample_surface
from anyview.structures.points import Mesh

# A square of area 1 at z = 0 and a triangle of area 3 at z = 2, with one face of no area.
MESH = Mesh(
    torch.tensor([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 2], [3, 0, 2], [0, 2, 2]]),
    torch.tensor([[0, 1, 2], [0, 2, 3], [0, 0, 1], [4, 5, 6]]),
    torch.zeros(7, 3, dtype=torch.uint8),
)


def test_points_lie_on_the_faces_by_area():
    points = sample_surface(MESH, 8000)
    high = points[:, 2] > 1
    assert torch.equal(points[:, 2].unique(), torch.tensor([0.0, 2.0]))
    assert high.float().mean() == pytest.approx(0.75, abs=0.02)
    square, triangle = points[~high], points[high]
    assert square[:, :2].min() >= 0
    assert square[:, :2].max() <= 1
    assert square[:, :2].mean(dim=0).tolist() == pytest.approx([0.5, 0.5], abs=0.03)
    assert (triangle[:, 0] / 3 + triangle[:, 1] / 2).max() <= 1 + 1e-5
    assert triangle[:, :2].mean(dim=0).tolist() == pytest.approx([1, 2 / 3], abs=0.05)


def test_the_seed_decides():
    assert torch.equal(sample_surface(MESH, 9, seed=3), sample_surface(MESH, 9, seed=3))
    assert not torch.equal(sample_surface(MESH, 9, seed=3), sample_surface(MESH, 9, seed=4))


def test_without_area_there_are_no_points():
    with pytest.raises(InputError, match="without area"):
        sample_surface(Mesh(MESH.vertices, MESH.faces[2:3], MESH.colors), 5)
