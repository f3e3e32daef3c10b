# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import torch

from anyview.structures.points import Mesh, PointCloud


def test_length_of_a_cloud_is_its_number_of_points():
    cloud = PointCloud(torch.zeros(5, 3), torch.zeros(5, 3, dtype=torch.uint8))
    assert len(cloud) == 5
    assert cloud.conf is None


def test_a_mesh_keeps_what_it_is_given():
    faces = torch.tensor([[0, 1, 2]])
    mesh = Mesh(torch.rand(3, 3), faces, torch.zeros(3, 3, dtype=torch.uint8))
    assert mesh.faces is faces
