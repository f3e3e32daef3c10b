# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Connected pieces of a mesh, and the mesh without its crumbs."""

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from anyview.structures.points import Mesh


def face_components(faces: Int[Tensor, "F 3"], num_vertices: int) -> Int[Tensor, " F"]:
    """Which connected piece each face belongs to: the smallest vertex number in the piece.

    Faces that share a vertex are connected.
    """
    label = torch.arange(num_vertices)
    if not len(faces):
        return torch.empty(0, dtype=torch.long)
    while True:
        lowest = label[faces].amin(dim=1)
        spread = label.scatter_reduce(0, faces.flatten(), lowest.repeat_interleave(3), "amin")
        spread = spread[spread]  # a label's own label: distances halve at every round
        if torch.equal(spread, label):
            return label[faces[:, 0]]
        label = spread


def without_small_pieces(mesh: Mesh, min_faces: int) -> Mesh:
    """The mesh without connected pieces of fewer faces, and without vertices of no face."""
    if not len(mesh.faces):
        return chosen_faces(mesh, torch.zeros(0, dtype=torch.bool))
    _, which, count = torch.unique(
        face_components(mesh.faces, len(mesh.vertices)), return_inverse=True, return_counts=True
    )
    return chosen_faces(mesh, count[which] >= min_faces)


def chosen_faces(mesh: Mesh, wanted: Bool[Tensor, " F"]) -> Mesh:
    """Some of the faces, with the vertices that they use."""
    used, faces = torch.unique(mesh.faces[wanted], return_inverse=True)
    return Mesh(mesh.vertices[used], faces.reshape(-1, 3), mesh.colors[used])
