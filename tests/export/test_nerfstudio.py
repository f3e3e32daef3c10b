# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import json

import pytest
import torch

from anyview.data.converters.nerfstudio import read_nerfstudio
from anyview.data.converters.options import ConvertOptions
from anyview.export.nerfstudio import write_nerfstudio
from anyview.export.options import ExportOptions
from anyview.export.prediction_tracks import tracks_of_prediction
from anyview.io.images import read_image
from anyview.io.ply import read_ply

from .conftest import KEEP_ALL

OPTIONS = ExportOptions(**KEEP_ALL)


@pytest.fixture(scope="module")
def folder(room, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    files = write_nerfstudio(room, folder, OPTIONS)
    assert [file.name for file in files[-2:]] == ["sparse_pc.ply", "transforms.json"]
    return folder / "nerfstudio"


def test_our_reader_finds_the_cameras(room, folder):
    scene = read_nerfstudio(folder / "transforms.json", ConvertOptions())
    assert len(scene.frames) == len(room)
    assert scene.left_out == ()
    for view, frame in enumerate(scene.frames):
        assert frame.cam_from_world is not None
        assert frame.cam_from_world[:3] == pytest.approx(room.extrinsics[view].numpy(), abs=1e-6)
        assert frame.intrinsics == pytest.approx(room.intrinsics[view].numpy(), abs=1e-6)
        assert frame.size == tuple(room.depth.shape[1:])


def test_cameras_have_opengl_axes(room, folder):
    document = json.loads((folder / "transforms.json").read_text(encoding="utf-8"))
    assert document["applied_transform"] == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    for view, frame in enumerate(document["frames"]):
        matrix = torch.tensor(frame["transform_matrix"])
        rotation, translation = room.extrinsics[view, :, :3], room.extrinsics[view, :, 3]
        assert torch.allclose(matrix[:3, 3], -rotation.T @ translation, atol=1e-6)
        assert torch.allclose(matrix[:3, 2], -rotation[2], atol=1e-6)  # z points backward
        assert torch.allclose(matrix[:3, 1], -rotation[1], atol=1e-6)  # y points up
        assert torch.allclose(matrix[:3, 0], rotation[0], atol=1e-6)
        image = read_image(folder / frame["file_path"]).image
        assert torch.equal(image, room.images[view])
        assert [frame["h"], frame["w"]] == list(image.shape[1:])


def test_points_are_those_of_the_tracks(room, folder):
    cloud = read_ply(folder / "sparse_pc.ply")
    found = tracks_of_prediction(room, OPTIONS)
    assert torch.equal(cloud.points, found.tracks.points.float())
    assert torch.equal(cloud.colors, found.colors)
