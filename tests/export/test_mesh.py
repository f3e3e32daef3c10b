# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch
import trimesh

from anyview.core.errors import OptionError, OutputError
from anyview.export.mesh import MESH_FORMATS, write_mesh
from anyview.structures.points import Mesh

MESH = Mesh(
    torch.tensor([[0.0, 0, 1], [2, 0, 1], [0, 3, 1], [1, 1, 5]]),
    torch.tensor([[0, 1, 2], [0, 2, 3]]),
    torch.tensor([[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 8, 7]], dtype=torch.uint8),
)


@pytest.mark.parametrize("ending", MESH_FORMATS)
def test_what_is_written_is_read(tmp_path, ending):
    path = write_mesh(MESH, tmp_path / f"m{ending}", {"unit": "m"})
    if ending == ".glb":
        read = trimesh.load_scene(path, skip_materials=True)
    else:
        read = trimesh.load(path, process=False, maintain_order=True)
    if ending == ".glb":
        assert read.metadata["unit"] == "m"
        (read,) = read.geometry.values()
    vertices = torch.tensor(read.vertices, dtype=torch.float32)
    if ending == ".glb":
        vertices = vertices * torch.tensor([1.0, -1, -1])
    assert torch.allclose(vertices, MESH.vertices)
    assert torch.equal(torch.tensor(read.faces), MESH.faces)
    assert torch.equal(torch.tensor(read.visual.vertex_colors[:, :3]), MESH.colors)


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(OptionError, match=r"ends in \.stl; a mesh is written as one of \.glb"):
        write_mesh(MESH, tmp_path / "m.stl")


def test_a_folder_that_cannot_be_one(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError):
        write_mesh(MESH, tmp_path / "file" / "m.ply")
