# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A folder per camera, and how they are mounted."""

import json

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.io.listing import is_rig_folder
from anyview.io.rig_folder import read_rig_folder

TURN = [[0.0, 0, -1, 0.1], [0, 1, 0, 0], [1, 0, 0, 0.2]]
CAMERAS = {
    "front": {"intrinsics": [[60.0, 0, 31], [0, 62, 25], [0, 0, 1]], "width": 64, "height": 48},
    "side/left": {"cam_from_rig": TURN},
}
FILES = ("front/10.jpg", "front/2.jpg", "side/left/2.png", "side/left/10.jpg", "front/11.jpg")


def write(folder, document, files=FILES):
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "rig.json").write_text(json.dumps(document))
    return folder


def test_images_by_frame_then_by_camera(tmp_path):
    write(tmp_path, {"cameras": CAMERAS}, (*FILES, "front/notes.txt", "front/.hidden.jpg"))
    assert is_rig_folder(tmp_path)
    found = read_rig_folder(tmp_path)
    names = ["front/2.jpg", "side/left/2.png", "front/10.jpg", "side/left/10.jpg", "front/11.jpg"]
    assert [path.relative_to(tmp_path).as_posix() for path in found.images] == names
    assert [camera.name for camera in found.cameras.cameras] == names
    assert found.rig.camera_of_view.tolist() == [0, 1, 0, 1, 0]
    assert found.rig.frame_of_view.tolist() == [0, 0, 1, 1, 2]
    assert found.rig.names == ("front", "side/left")
    assert torch.equal(found.rig.cam_from_rig[0], torch.eye(4, dtype=torch.float64))
    np.testing.assert_array_equal(found.rig.cam_from_rig[1, :3], TURN)
    front, left = found.cameras.cameras[:2]
    assert front.intrinsics[0, 0] == 60
    assert front.size == (48, 64)
    assert left.intrinsics is None
    assert found.cameras.extrinsics is None


def test_lenses_of_cameras(tmp_path):
    own = {**CAMERAS["front"], "camera_model": "OPENCV_FISHEYE", "k1": 0.1}
    write(tmp_path, {"cameras": {**CAMERAS, "front": own}})
    lens = read_rig_folder(tmp_path).cameras.cameras[0].lens
    assert lens == Lens(60.0, 62.0, 31.0, 25.0, 48, 64, "fisheye", radial=(0.1, 0.0, 0.0, 0.0))


def test_rig_configurations_of_colmap_agree_with_colmap(tmp_path):
    pycolmap = pytest.importorskip("pycolmap")
    document = [
        {
            "cameras": [
                {"image_prefix": "front/", "ref_sensor": True},
                {
                    "image_prefix": "side/left/",
                    "cam_from_rig_rotation": [0.9, 0.1, -0.4, 0.2],
                    "cam_from_rig_translation": [0.1, -0.2, 0.3],
                },
            ]
        }
    ]
    rig = read_rig_folder(write(tmp_path, document)).rig
    [theirs] = pycolmap.read_rig_config(str(tmp_path / "rig.json"))
    expected = theirs.cameras[1].cam_from_rig
    # A quaternion of any length means a rotation.
    quaternion = np.array(expected.rotation.quat) / np.linalg.norm(expected.rotation.quat)
    matrix = pycolmap.Rotation3d(quaternion).matrix()
    np.testing.assert_allclose(rig.cam_from_rig[1, :3, :3], matrix, atol=1e-9)
    np.testing.assert_allclose(rig.cam_from_rig[1, :3, 3], expected.translation)
    assert torch.equal(rig.cam_from_rig[0], torch.eye(4, dtype=torch.float64))
    assert rig.names == ("front", "side/left")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "lacks 'cameras'"),
        ({"cameras": {}}, "names no camera"),
        ({"cameras": {"front": {}, "side/left": {}}}, "front, side/left have no cam_from_rig"),
        ({"cameras": {"front": {}, "back": {"cam_from_rig": TURN}}}, "back of a camera is not"),
        ({"cameras": {"../front": {}}}, "leads out"),
        ({"cameras": {"front": {"cam_from_rig": [[1, 2], [3, 4]]}}}, "must have shape"),
        ({"cameras": {"front": {"cam_from_rig": (2 * np.eye(4)).tolist()}}}, "not rigid|last row"),
        ({"cameras": {"front": 3}}, "must be a JSON object"),
        ([], "describes 0 rigs"),
        ([{"cameras": []}], "names no camera"),
        ([{"cameras": [{"image_prefix": "front/"}]}], "lacks 'cam_from_rig_rotation'"),
    ],
)
def test_bad_rigs(tmp_path, document, message):
    write(tmp_path, document)
    with pytest.raises(InputError, match=message) as caught:
        read_rig_folder(tmp_path)
    assert "rig.json" in str(caught.value)


def test_folders_that_do_not_fit(tmp_path):
    write(tmp_path / "a", {"cameras": CAMERAS}, ("front/1.jpg", "side/left/notes.txt"))
    with pytest.raises(InputError, match="a camera of the rig, holds no images"):
        read_rig_folder(tmp_path / "a")
    write(tmp_path / "b", {"cameras": CAMERAS}, (*FILES, "front/2.png"))
    with pytest.raises(InputError, match=r"front/2\.(jpg|png): 2\.(jpg|png) is of the same frame"):
        read_rig_folder(tmp_path / "b")
    assert not is_rig_folder(tmp_path)
    assert not is_rig_folder("a\0b")
    assert not is_rig_folder("x" * 5000)
