# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras of every format reach the result through the command line; so does a rig."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from anyview.cli.scene_inputs import find_inputs
from anyview.core.errors import OptionError
from anyview.geometry.se3 import FLIP_YZ, invert, to_homogeneous
from anyview.io.colmap_model import write_colmap_model
from anyview.io.colmap_records import ColmapCamera, ColmapImage, ColmapModel, ColmapPose
from tests.cli.conftest import HEIGHT, SMALL, WIDTH

TURN = [[0.8, 0, -0.6, 0], [0, 1, 0, 0], [0.6, 0, 0.8, 0]]
K = [[130.0, 0, WIDTH], [0, 120.0, HEIGHT], [0, 0, 1]]
NAMES = ("2.png", "0.png", "1.png")  # not the order of the folder


def poses(cameras) -> dict[str, torch.Tensor]:
    extrinsics = torch.tensor(cameras["extrinsics"], dtype=torch.float64)
    return {f"{view}.png": to_homogeneous(extrinsics[view]) for view in range(3)}


def as_colmap(cameras, folder: Path) -> Path:
    camera = ColmapCamera(1, "PINHOLE", WIDTH, HEIGHT, (60.0, 60.0, WIDTH / 2, HEIGHT / 2))
    images = {
        number: ColmapImage(number, name, 1, ColmapPose.of(poses(cameras)[name]))
        for number, name in enumerate(NAMES, start=1)
    }
    write_colmap_model(ColmapModel({1: camera}, images), folder / "sparse" / "0")
    return folder


def as_transforms(cameras, folder: Path) -> Path:
    frames = [
        {
            "file_path": f"images/{name}",
            "transform_matrix": (invert(poses(cameras)[name]) @ FLIP_YZ).tolist(),
        }
        for name in NAMES
    ]
    own = {"fl_x": 60.0, "cx": WIDTH / 2, "cy": HEIGHT / 2, "w": WIDTH, "h": HEIGHT}
    path = folder / "transforms.json"
    path.write_text(json.dumps({**own, "frames": frames}))
    return path


def as_named_json(cameras, folder: Path) -> Path:
    document = {
        "extrinsics": {name: poses(cameras)[name].tolist() for name in NAMES},
        "intrinsics": cameras["intrinsics"][0],
    }
    path = folder / "named.json"
    path.write_text(json.dumps(document))
    return path


def as_names_in_npz(cameras, folder: Path) -> Path:
    extrinsics = np.stack([poses(cameras)[name] for name in NAMES])
    path = folder / "cameras.npz"
    np.savez(path, extrinsics=extrinsics, intrinsics=cameras["intrinsics"], names=np.array(NAMES))
    return path


def as_plain_json(cameras, folder: Path) -> Path:
    path = folder / "plain.json"
    path.write_text(json.dumps(cameras))
    return path


def predicted(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "prediction.npz") as file:
        return dict(file)


def test_every_format_gives_the_same_prediction(cli, photos, camera_matrices, tmp_path):
    results = []
    for write in (as_plain_json, as_colmap, as_transforms, as_named_json, as_names_in_npz):
        path = write(camera_matrices, tmp_path)
        out = tmp_path / write.__name__
        done = cli("predict", photos, "-o", out, "-f", "npz", "--cameras", path, *SMALL)
        assert done.code == 0
        results.append(predicted(out))
    for result in results:
        np.testing.assert_allclose(result["extrinsics"], camera_matrices["extrinsics"], atol=1e-6)
        np.testing.assert_allclose(
            result["original_intrinsics"], camera_matrices["intrinsics"], atol=1e-3
        )
        np.testing.assert_allclose(result["depth"], results[0]["depth"], rtol=1e-4)


def test_some_images_without_a_camera_are_named(cli, photos, camera_matrices, tmp_path):
    extrinsics = {**{name: pose.tolist() for name, pose in poses(camera_matrices).items()}}
    path = tmp_path / "cameras.json"
    path.write_text(json.dumps({"extrinsics": {**extrinsics, "1.png": None}}))
    words = ("predict", photos, "-o", tmp_path, "-f", "npz", "--cameras", path, *SMALL)
    done = cli(*words, "--json")
    assert done.code == 0
    assert predicted(tmp_path)["extrinsics"].shape == (3, 3, 4)
    del extrinsics["1.png"]
    path.write_text(json.dumps({"extrinsics": extrinsics}))
    done = cli(*words)
    assert f"cameras: 2 of 3 images have a camera in {path}; unknown: 1" in done.out


def test_a_distorted_lens_is_undone(cli, photos, tmp_path):
    camera = {"intrinsics": [[60.0, 0, WIDTH / 2], [0, 60.0, HEIGHT / 2], [0, 0, 1]]}
    bent = {**camera, "width": WIDTH, "height": HEIGHT, "k1": -0.1}
    path = tmp_path / "cameras.json"
    path.write_text(json.dumps({"cameras": {f"{view}.png": bent for view in range(3)}}))
    words = ("predict", photos, "-o", tmp_path, "-f", "npz", "--cameras", path, *SMALL)
    done = cli(*words)
    assert done.code == 0
    assert "cameras: 3 of 3 images have a lens with distortion" in done.out
    assert len(json.loads(str(predicted(tmp_path)["lenses"]))) == 3


@pytest.fixture
def rig(photos, tmp_path) -> Path:
    """Two cameras at one place, the right one a little turned, at two moments."""
    folder = tmp_path / "rig"
    for camera, view, moment in (("left", 0, 1), ("right", 1, 1), ("left", 2, 2)):
        (folder / camera).mkdir(parents=True, exist_ok=True)
        shutil.copy(photos / f"{view}.png", folder / camera / f"{moment}.png")
    mount = {"cam_from_rig": TURN, "intrinsics": K, "width": 2 * WIDTH, "height": 2 * HEIGHT}
    (folder / "rig.json").write_text(json.dumps({"cameras": {"left": {}, "right": mount}}))
    return folder


def test_a_rig_folder_is_a_scene_and_its_mount_is_honoured(cli, rig, tmp_path):
    done = cli("predict", rig, "-o", tmp_path / "out", "-f", "npz", *SMALL)
    assert done.code == 0
    assert "cameras: intrinsics of 1 of 3 images were scaled" in done.out
    result = predicted(tmp_path / "out")
    # The two views of the first moment differ by the mount.
    first, second, _ = result["extrinsics"]
    np.testing.assert_allclose(second, np.array(TURN)[:, :3] @ first, atol=1e-5)
    # K of the right camera is for images of twice the size.
    half = np.diag([0.5, 0.5, 1]) @ np.array(K)
    np.testing.assert_allclose(result["original_intrinsics"][1], half, atol=1e-3)


def test_a_rig_goes_alone(cli, rig, photos, tmp_path):
    for words in ((photos,), ("--cameras", rig / "rig.json")):
        done = cli("predict", rig, *words, "-o", tmp_path / "out", *SMALL)
        assert done.code == 2
        assert "give it alone" in done.err
    assert not (tmp_path / "out").exists()
    with pytest.raises(OptionError, match="give it alone"):
        find_inputs((str(rig), str(photos)), None)
