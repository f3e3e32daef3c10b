# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.fusion.surface_nets import extract_mesh
from anyview.fusion.tsdf import TsdfVolume
from anyview.fusion.voxel_blocks import pack


def field_of(function, low: int = -2, high: int = 2, voxel_size: float = 0.1) -> TsdfVolume:
    """A volume filled with a signed distance function of world positions."""
    volume = TsdfVolume(voxel_size)
    axis = torch.arange(low, high)
    volume.blocks.add(pack(torch.cartesian_prod(axis, axis, axis)))
    positions = volume.voxel_positions(torch.arange(len(volume.blocks)))
    volume.distance = (function(positions) / volume.truncation).clamp(-1, 1)
    volume.weight = torch.ones_like(volume.distance)
    volume.color = torch.zeros(*volume.distance.shape, 3, dtype=torch.float16)
    volume.color_weight = torch.zeros_like(volume.distance)
    return volume


def ball(radius: float, centre: tuple[float, float, float] = (0.03, -0.02, 0.05)):
    return lambda p: (p - torch.tensor(centre)).norm(dim=-1) - radius


def edges_of(faces: torch.Tensor) -> torch.Tensor:
    return torch.cat((faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]))


def test_a_ball_is_closed_round_and_seen_from_outside():
    mesh = extract_mesh(field_of(ball(0.9)))
    centre = torch.tensor([0.03, -0.02, 0.05])
    radius = (mesh.vertices - centre).norm(dim=-1)
    assert (radius - 0.9).abs().max() < 0.012
    directed = edges_of(mesh.faces)
    undirected, count = directed.sort(dim=1).values.unique(dim=0, return_counts=True)
    assert (count == 2).all(), "every edge has two faces"
    assert len(directed.unique(dim=0)) == len(directed), "which run along it in opposite directions"
    assert len(mesh.vertices) - len(undirected) + len(mesh.faces) == 2, "Euler, of a sphere"
    corners = mesh.vertices[mesh.faces]
    normal = torch.linalg.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert ((normal * (corners.mean(dim=1) - centre)).sum(-1) > 0).all()


def test_a_ring_has_a_hole():
    def ring(p):
        around = (p[..., :2].norm(dim=-1) - 0.9).square() + p[..., 2].square()
        return around.sqrt() - 0.35

    mesh = extract_mesh(field_of(ring))
    edges = edges_of(mesh.faces).sort(dim=1).values.unique(dim=0)
    assert len(mesh.vertices) - len(edges) + len(mesh.faces) == 0


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_plane_is_exact_and_faces_the_free_side(axis, sign):
    mesh = extract_mesh(field_of(lambda p: sign * (p[..., axis] - 0.137)))
    assert (mesh.vertices[:, axis] - 0.137).abs().max() < 1e-5
    corners = mesh.vertices[mesh.faces]
    normal = torch.linalg.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    assert (normal[:, axis] * sign > 0).all()
    # 32 voxels a side are 31 cells, of which the middles are connected.
    assert normal[:, axis].abs().sum() / 2 == pytest.approx((30 * 0.1) ** 2, rel=1e-4)


def test_it_does_not_matter_where_cubes_begin():
    """The same ball, its field shifted by whole voxels against the cubes."""
    one = extract_mesh(field_of(ball(0.9)))
    two = extract_mesh(field_of(ball(0.9, (0.03 + 0.3, -0.02 - 0.1, 0.05 + 0.2))))
    shifted = one.vertices + torch.tensor([0.3, -0.1, 0.2])
    assert len(one.faces) == len(two.faces)
    nearest = torch.cdist(shifted, two.vertices).amin(dim=1)
    assert nearest.max() < 1e-3  # a hundredth of a voxel


def test_what_was_not_seen_has_no_surface():
    volume = field_of(ball(0.9))
    positions = volume.voxel_positions(torch.arange(len(volume.blocks)))
    volume.weight = torch.where(positions[..., 0] > 0, 2.0, 1.0)
    assert extract_mesh(volume, min_weight=2).vertices[:, 0].min() > 0
    assert extract_mesh(volume, min_weight=1).vertices[:, 0].min() < -0.8
    assert len(extract_mesh(volume, min_weight=3).vertices) == 0


def test_colours_are_means_of_those_that_are_known():
    volume = field_of(ball(0.9))
    assert (extract_mesh(volume).colors == 128).all(), "grey where no view had a colour"
    positions = volume.voxel_positions(torch.arange(len(volume.blocks)))
    volume.color[...] = torch.tensor([10.0, 20, 30]).half()
    volume.color_weight = (positions[..., 2] > 0).float()
    mesh = extract_mesh(volume)
    assert mesh.colors[mesh.vertices[:, 2] > 0.1].unique(dim=0).tolist() == [[10, 20, 30]]


def test_nothing_has_no_surface():
    mesh = extract_mesh(TsdfVolume(1.0))
    assert mesh.vertices.shape == (0, 3)
    assert mesh.faces.shape == (0, 3)
