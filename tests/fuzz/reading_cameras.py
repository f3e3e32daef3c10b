# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Readers of known cameras, from the file to what the network is given."""

import json
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pycolmap
import torch

from anyview.inference.given_cameras import GivenCameras
from anyview.io.camera_files import read_cameras
from anyview.io.camera_matching import ImageRecord, match_cameras
from anyview.io.camera_set import CameraSet
from anyview.io.colmap_model import read_colmap_model, write_colmap_model
from anyview.io.rig_folder import read_rig_folder
from anyview.structures.views import View

HEIGHT, WIDTH, VIEWS = 24, 32, 2


def cameras_of(views: int = VIEWS) -> tuple[np.ndarray, np.ndarray]:
    """Poses along a line and one K."""
    poses = np.repeat(np.eye(4)[None], views, axis=0)
    poses[:, 0, 3] = np.arange(views)
    K = np.array([[40.0, 0, WIDTH / 2], [0, 41.0, HEIGHT / 2], [0, 0, 1]])
    return poses, np.repeat(K[None], views, axis=0)


def _cameras_json(folder: Path) -> list[Path]:
    poses, K = cameras_of()
    path = folder / "cameras.json"
    path.write_text(json.dumps({"extrinsics": poses.tolist(), "intrinsics": K.tolist()}))
    return [path]


def _cameras_own(folder: Path) -> list[Path]:
    poses, K = cameras_of()
    path = folder / "cameras.json"
    views = [
        {
            "name": f"view{index}",
            "size": [HEIGHT, WIDTH],
            "K": K[index].tolist(),
            "original_size": [HEIGHT, WIDTH],
            "original_K": K[index].tolist(),
            "extrinsics": poses[index, :3].tolist(),
            "pose": np.linalg.inv(poses[index]).tolist(),
        }
        for index in range(VIEWS)
    ]
    path.write_text(json.dumps({"format": "anyview-cameras", "version": 1, "views": views}))
    return [path]


def _cameras_npz(folder: Path) -> list[Path]:
    poses, K = cameras_of()
    np.savez(folder / "cameras.npz", extrinsics=poses, intrinsics=K)
    return [folder / "cameras.npz"]


def _read_cameras(name: str, folder: Path) -> object:
    """From the file to what the network is given."""
    return _given(
        read_cameras(folder / name), [f"images/view{index}.png" for index in range(VIEWS)]
    )


def _given(cameras: CameraSet, files: list[str]) -> object:
    """Cameras of images of one size, as the network is given them."""
    count = len(files)
    records = [ImageRecord(f"view{i}", file, HEIGHT, WIDTH) for i, file in enumerate(files)]
    found = match_cameras(cameras, records)
    given = GivenCameras.checked(
        found.extrinsics, found.intrinsics, count, lenses=found.lenses, rig=found.rig
    )
    image = torch.zeros((3, HEIGHT, WIDTH), dtype=torch.uint8)
    views = [View(image, f"view{i}", file) for i, file in enumerate(files)]
    return given.of(range(count), tuple(views))


def _colmap(text: bool, folder: Path) -> list[Path]:
    """A model with points and tracks, written by COLMAP itself."""
    reconstruction = pycolmap.Reconstruction()
    params = [40.0, 41.0, WIDTH / 2, HEIGHT / 2, 0.01, 0.0, 0.0, 0.001]
    camera = pycolmap.Camera(model="OPENCV", width=WIDTH, height=HEIGHT, params=params, camera_id=1)
    reconstruction.add_camera_with_trivial_rig(camera)
    for index in range(VIEWS):
        features = [pycolmap.Point2D([4.0 + index, 5.0]), pycolmap.Point2D([9.5, 8.0])]
        image = pycolmap.Image(
            name=f"view{index}.png",
            camera_id=1,
            image_id=index + 1,
            points2D=pycolmap.Point2DList(features),
        )
        pose = pycolmap.Rigid3d(cameras_of()[0][index][:3])
        reconstruction.add_image_with_trivial_frame(image, pose)
    for row in range(2):
        track = pycolmap.Track()
        for index in range(VIEWS):
            track.add_element(index + 1, row)
        reconstruction.add_point3D(np.array([row, 1.0, 5.0]), track, np.zeros(3, dtype=np.uint8))
    (folder / "sparse").mkdir()
    (reconstruction.write_text if text else reconstruction.write_binary)(str(folder / "sparse"))
    return sorted((folder / "sparse").iterdir())


def _read_colmap(folder: Path) -> object:
    model = read_colmap_model(folder / "sparse")
    given = _read_cameras("sparse", folder)
    # What can be read can be written, and comes back.
    with tempfile.TemporaryDirectory() as other:
        write_colmap_model(model, Path(other))
        assert len(read_colmap_model(Path(other)).images) == len(model.images)
    return given


def _transforms(folder: Path) -> list[Path]:
    poses, K = cameras_of()
    frames = [
        {
            "file_path": f"images/view{index}.png",
            "transform_matrix": (np.linalg.inv(poses[index]) @ np.diag([1, -1, -1, 1])).tolist(),
        }
        for index in range(VIEWS)
    ]
    document = {
        "fl_x": K[0, 0, 0],
        "fl_y": K[0, 1, 1],
        "cx": WIDTH / 2,
        "cy": HEIGHT / 2,
        "w": WIDTH,
        "h": HEIGHT,
        "camera_model": "OPENCV",
        "k1": 0.01,
        "p2": 0.001,
        "applied_transform": np.eye(4)[:3].tolist(),
        "applied_scale": 2.0,
        "frames": frames,
    }
    (folder / "transforms.json").write_text(json.dumps(document))
    return [folder / "transforms.json"]


def _rig(folder: Path) -> list[Path]:
    K = cameras_of()[1][0].tolist()
    cameras = {
        "front": {"intrinsics": K, "width": WIDTH, "height": HEIGHT, "k1": 0.01},
        "left": {"cam_from_rig": cameras_of()[0][1][:3].tolist()},
    }
    for name in cameras:
        (folder / name).mkdir()
        for index in range(2):
            (folder / name / f"{index}.png").touch()
    (folder / "rig.json").write_text(json.dumps({"cameras": cameras}))
    return [folder / "rig.json"]


def _colmap_rig(folder: Path) -> list[Path]:
    _rig(folder)
    cameras = [
        {"image_prefix": "front/", "ref_sensor": True},
        {
            "image_prefix": "left/",
            "cam_from_rig_rotation": [1, 0, 0, 0],
            "cam_from_rig_translation": [0.1, 0, 0],
        },
    ]
    (folder / "rig.json").write_text(json.dumps([{"cameras": cameras}]))
    return [folder / "rig.json"]


def _read_rig(folder: Path) -> object:
    found = read_rig_folder(folder)
    return _given(found.cameras, [str(path) for path in found.images])


READERS: dict[str, tuple[Callable[[Path], list[Path]], Callable[[Path], object]]] = {
    "cameras json": (_cameras_json, partial(_read_cameras, "cameras.json")),
    "cameras own json": (_cameras_own, partial(_read_cameras, "cameras.json")),
    "cameras npz": (_cameras_npz, partial(_read_cameras, "cameras.npz")),
    "colmap binary": (partial(_colmap, False), _read_colmap),
    "colmap text": (partial(_colmap, True), _read_colmap),
    "transforms": (_transforms, partial(_read_cameras, "transforms.json")),
    "rig": (_rig, _read_rig),
    "rig of colmap": (_colmap_rig, _read_rig),
}
"""Name -> how a sound input is written, and how it is read."""
