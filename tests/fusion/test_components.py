# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from anyview.fusion.components import chosen_faces, face_components, without_small_pieces
from anyview.structures.points import Mesh


def mesh_of(faces: torch.Tensor, count: int) -> Mesh:
    generator = torch.Generator().manual_seed(0)
    colors = torch.randint(0, 256, (count, 3), generator=generator).to(torch.uint8)
    return Mesh(torch.rand(count, 3, generator=generator), faces, colors)


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 3), min_size=1, max_size=25))
@settings(max_examples=50, deadline=None)
def test_pieces_are_those_of_scipy(triples):
    faces = torch.tensor(triples)
    pairs = np.concatenate([faces[:, [0, 1]].numpy(), faces[:, [1, 2]].numpy()])
    graph = coo_array((np.ones(len(pairs)), pairs.T), shape=(31, 31))
    expected = connected_components(graph, directed=False)[1][faces[:, 0].numpy()]
    found = face_components(faces, 31).numpy()
    assert ((found[:, None] == found) == (expected[:, None] == expected)).all()


def test_a_long_strip_is_one_piece():
    start = torch.arange(5000)
    faces = torch.stack((start, start + 1, start + 2), dim=-1)[torch.randperm(5000)]
    assert (face_components(faces, 5002) == 0).all()


def test_crumbs_go_and_the_rest_stays():
    strip = torch.stack((torch.arange(4), torch.arange(4) + 1, torch.arange(4) + 2), dim=-1)
    crumb = torch.tensor([[10, 11, 12]])
    mesh = mesh_of(torch.cat((strip, crumb)), 13)
    kept = without_small_pieces(mesh, 2)
    assert torch.equal(kept.vertices, mesh.vertices[:6])
    assert torch.equal(kept.colors, mesh.colors[:6])
    assert torch.equal(kept.faces, strip)
    assert len(without_small_pieces(mesh, 1).faces) == 5
    assert len(without_small_pieces(mesh, 5).faces) == 0


def test_an_empty_mesh_stays_empty():
    mesh = mesh_of(torch.empty(0, 3, dtype=torch.long), 4)
    assert len(without_small_pieces(mesh, 1).vertices) == 0


def test_faces_that_are_chosen_keep_their_corners():
    mesh = mesh_of(torch.tensor([[0, 1, 2], [2, 3, 5]]), 7)
    part = chosen_faces(mesh, torch.tensor([False, True]))
    assert torch.equal(part.vertices[part.faces], mesh.vertices[mesh.faces[1:]])
