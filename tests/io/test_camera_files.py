# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The same cameras from COLMAP models and transforms.json, wherever they lie."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.geometry.se3 import FLIP_YZ, invert
from anyview.io.camera_files import read_cameras
from anyview.io.colmap_model import write_colmap_model
from anyview.io.colmap_records import ColmapCamera, ColmapImage, ColmapModel, ColmapPose
from tests.data.converters.miniature import POSES

LENS = Lens(60.0, 62.0, 31.0, 25.5, 48, 64, radial=(-0.1, 0.02), tangential=(0.002, -0.003))
NAMES = ("a/10.jpg", "a/2.jpg", "b.jpg")


def colmap_model(**camera) -> ColmapModel:
    """In the order of NAMES; natural order puts a/2.jpg first."""
    params = (60.0, 62.0, 31.0, 25.5, -0.1, 0.02, 0.002, -0.003)
    own = {"id": 1, "model": "OPENCV", "width": 64, "height": 48, "params": params, **camera}
    images = {
        number: ColmapImage(number, name, 1, ColmapPose.of(torch.from_numpy(pose)))
        for number, (name, pose) in enumerate(zip(NAMES, POSES, strict=True), start=1)
    }
    return ColmapModel({1: ColmapCamera(**own)}, images)


def transforms_document(**common) -> dict:
    frames = [
        {
            "file_path": f"images/{name}",
            "transform_matrix": (invert(torch.from_numpy(pose)) @ FLIP_YZ).tolist(),
        }
        for name, pose in zip(NAMES, POSES, strict=True)
    ]
    camera = {"fl_x": 60.0, "fl_y": 62.0, "cx": 31.0, "cy": 25.5, "w": 64, "h": 48}
    bend = {"k1": -0.1, "k2": 0.02, "p1": 0.002, "p2": -0.003}
    return {**camera, **bend, **common, "frames": frames}


def check(cameras, order) -> None:
    assert [camera.name for camera in cameras.cameras] == [NAMES[index] for index in order]
    for camera, index in zip(cameras.cameras, order, strict=True):
        torch.testing.assert_close(camera.extrinsics, torch.from_numpy(POSES[index]))
        torch.testing.assert_close(camera.intrinsics, LENS.intrinsics())
        assert camera.size == (48, 64)
        assert camera.lens == LENS


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("folder", [".", "sparse/0", "colmap/sparse/0"])
def test_colmap_models_and_their_parents(tmp_path, text, folder):
    files = write_colmap_model(colmap_model(), tmp_path / folder, text=text)
    check(read_cameras(tmp_path), (1, 0, 2))
    check(read_cameras(files[0]), (1, 0, 2))
    assert read_cameras(tmp_path).rig is None


def test_transforms_json_and_its_folder(tmp_path):
    (tmp_path / "transforms.json").write_text(json.dumps(transforms_document()))
    for path in (tmp_path, tmp_path / "transforms.json"):
        cameras = read_cameras(path)
        assert [camera.name for camera in cameras.cameras] == [f"images/{name}" for name in NAMES]
        for camera, pose in zip(cameras.cameras, POSES, strict=True):
            torch.testing.assert_close(camera.extrinsics, torch.from_numpy(pose))
            assert camera.lens is not None
            points = torch.rand(5, 3, dtype=torch.float64) + torch.tensor([-0.5, -0.5, 1.5])
            torch.testing.assert_close(camera.lens.project(points), LENS.project(points))


def test_which_is_taken_of_a_folder_with_both(tmp_path):
    (tmp_path / "transforms.json").write_text(json.dumps(transforms_document(fl_x=99.0)))
    write_colmap_model(colmap_model(), tmp_path / "colmap" / "sparse" / "0")
    assert read_cameras(tmp_path).intrinsics[0, 0, 0] == 99
    write_colmap_model(colmap_model(), tmp_path / "sparse" / "0")
    assert read_cameras(tmp_path).intrinsics[0, 0, 0] == 60


def test_sizes_of_transforms_json_may_come_from_the_images(tmp_path):
    document = transforms_document(k1=0, k2=0, p1=0, p2=0)
    del document["w"], document["h"]
    (tmp_path / "transforms.json").write_text(json.dumps(document))
    with pytest.raises(InputError, match="lacks 'w'"):
        read_cameras(tmp_path)
    for name in NAMES:
        (tmp_path / "images" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 48)).save(tmp_path / "images" / name)
    assert all(camera.size == (48, 64) for camera in read_cameras(tmp_path).cameras)
    del document["fl_x"], document["fl_y"]
    (tmp_path / "transforms.json").write_text(json.dumps(document))
    assert read_cameras(tmp_path).intrinsics is None
    assert read_cameras(tmp_path).extrinsics.shape == (3, 4, 4)


def test_a_pose_with_nan_is_unknown(tmp_path):
    model = colmap_model()
    nowhere = ColmapPose((1.0, 0.0, 0.0, 0.0), (np.nan, 0.0, 0.0))
    images = {**model.images, 1: ColmapImage(1, NAMES[0], 1, nowhere)}
    write_colmap_model(ColmapModel(model.cameras, images), tmp_path)
    known = {camera.name: camera.extrinsics for camera in read_cameras(tmp_path).cameras}
    assert known[NAMES[0]] is None
    assert known[NAMES[1]] is not None


def test_what_cannot_be_read_is_told(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"holds no cameras\. Accepted: .*COLMAP model"):
        read_cameras(tmp_path / "empty")
    with pytest.raises(InputError, match="no such file"):
        read_cameras(tmp_path / "absent")
    write_colmap_model(ColmapModel({}, {}), tmp_path / "none")
    with pytest.raises(InputError, match="the COLMAP model has no images"):
        read_cameras(tmp_path / "none")
    fov = colmap_model(model="FOV", params=(60.0, 60.0, 32.0, 24.0, 0.9))
    write_colmap_model(fov, tmp_path / "fov")
    with pytest.raises(InputError, match=r"fov: .*FOV.*image_undistorter"):
        read_cameras(tmp_path / "fov")
    (tmp_path / "a.json").write_text('{"frames": []}')
    with pytest.raises(InputError, match="has no frames"):
        read_cameras(tmp_path / "a.json")
