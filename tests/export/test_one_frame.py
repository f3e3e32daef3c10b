# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every format tells the same scene: one frame, one scale.

Each test reads the files as a user would, in NumPy. Points of every format are seen through the
cameras of every format: always the same pixels, to a thousandth, and the same depth.
"""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pytest
import torch
import trimesh
from PIL import Image

from anyview.export.formats import FORMATS
from anyview.export.registry import export_prediction
from anyview.io.camera_files import read_cameras
from anyview.io.colmap_model import read_colmap_model
from anyview.io.ply import read_ply
from anyview.structures.gaussians import Gaussians

from .conftest import HEIGHT, KEEP_ALL, VIEWS, WIDTH

WRITTEN = [name for name in FORMATS if name != "rerun"]  # its own test lifts what it logs
PIXEL, DEPTH = 1e-3, 1e-4


@pytest.fixture(scope="module")
def folder(room, truth, tmp_path_factory):
    """Everything exported from one prediction, whose original images are there."""
    pytest.importorskip("OpenEXR")
    folder = tmp_path_factory.mktemp("export")
    sources = []
    for name in "abc":
        sources.append(str(folder / f"{name}.png"))
        Image.new("RGB", (48, 72)).save(sources[-1])
    means = torch.from_numpy(truth.reshape(-1, 3)).float()
    count = len(means)
    prediction = dataclasses.replace(
        room,
        provenance=MappingProxyType({"sources": sources}),
        gaussians=Gaussians(
            means=means,
            scales=torch.full((count, 3), 0.01),
            rotations_wxyz=torch.tensor([[1.0, 0, 0, 0]]).repeat(count, 1),
            harmonics=torch.zeros(count, 3, 9),
            opacities=torch.ones(count),
        ),
    )
    export_prediction(prediction, folder, WRITTEN, KEEP_ALL)
    return folder


@dataclass(frozen=True)
class Cameras:
    """As one format gives them: K and world-to-camera of each view; pixels on a stated grid."""

    K: np.ndarray
    world_to_camera: np.ndarray
    processed_from_image: np.ndarray

    def see(self, view: int, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pixels of the processed image, and depth."""
        pose = self.world_to_camera[view]
        camera = points @ pose[:3, :3].T + pose[:3, 3]
        pixels = camera @ self.K[view].T
        pixels = pixels / pixels[:, 2:]
        return (pixels @ self.processed_from_image[view].T)[:, :2], camera[:, 2]

    def lift(self, view: int, depth: np.ndarray) -> np.ndarray:
        """World points [H, W, 3] of a processed depth map."""
        v, u = np.mgrid[: depth.shape[0], : depth.shape[1]] + 0.5
        pixels = np.stack([u, v, np.ones_like(u)], axis=-1)
        rays = pixels @ np.linalg.inv(self.processed_from_image[view] @ self.K[view]).T
        pose = self.world_to_camera[view]
        return (rays * depth[..., None] - pose[:3, 3]) @ pose[:3, :3]


def npz_cameras(folder) -> Cameras:
    with np.load(folder / "prediction.npz") as arrays:
        K, poses = arrays["intrinsics"], arrays["extrinsics"]
    return Cameras(K.astype(float), poses.astype(float), np.stack([np.eye(3)] * VIEWS))


def original_cameras(folder) -> Cameras:
    with np.load(folder / "prediction.npz") as arrays:
        K, poses = arrays["original_intrinsics"], arrays["extrinsics"]
        return Cameras(K.astype(float), poses.astype(float), maps_of(folder))


def maps_of(folder) -> np.ndarray:
    with np.load(folder / "prediction.npz") as arrays:
        return arrays["processed_from_original"].astype(float)


def json_cameras(folder, key: str = "K") -> Cameras:
    views = json.loads((folder / "cameras.json").read_text(encoding="utf-8"))["views"]
    maps = np.stack([np.eye(3)] * VIEWS) if key == "K" else maps_of(folder)
    poses = np.array([np.linalg.inv(view["pose"])[:3] for view in views])
    return Cameras(np.array([view[key] for view in views]), poses, maps)


def colmap_cameras(folder) -> Cameras:
    model = read_colmap_model(folder / "colmap/sparse/0")
    images = [model.images[number] for number in sorted(model.images)]
    assert [image.name for image in images] == ["a.png", "b.png", "c.png"]
    K = []
    for image in images:
        fx, fy, cx, cy = model.cameras[image.camera_id].params
        K.append([[fx, 0, cx], [0, fy, cy], [0, 0, 1]])
    poses = np.stack([image.pose.matrix[:3].numpy() for image in images])
    return Cameras(np.array(K), poses, maps_of(folder))


def nerfstudio_cameras(folder) -> Cameras:
    frames = json.loads((folder / "nerfstudio/transforms.json").read_text("utf-8"))["frames"]
    flip = np.diag([1.0, -1, -1, 1])
    poses = [np.linalg.inv(np.array(frame["transform_matrix"]) @ flip)[:3] for frame in frames]
    K = [
        [[frame["fl_x"], 0, frame["cx"]], [0, frame["fl_y"], frame["cy"]], [0, 0, 1]]
        for frame in frames
    ]
    return Cameras(np.array(K), np.array(poses), maps_of(folder))


def kitti_cameras(folder) -> Cameras:
    """Poses of the path, K from the archive: the path has none."""
    bottom = np.array([[0.0, 0, 0, 1]])
    rows = np.loadtxt(folder / "trajectory_kitti.txt").reshape(-1, 3, 4)
    poses = np.stack([np.linalg.inv(np.r_[row, bottom])[:3] for row in rows])
    return dataclasses.replace(npz_cameras(folder), world_to_camera=poses)


CAMERAS: dict[str, Callable[..., Cameras]] = {
    "prediction.npz": npz_cameras,
    "prediction.npz, original": original_cameras,
    "cameras.json": json_cameras,
    "cameras.json, original": lambda folder: json_cameras(folder, "original_K"),
    "colmap": colmap_cameras,
    "nerfstudio": nerfstudio_cameras,
    "trajectory_kitti.txt": kitti_cameras,
}


def ply_points(folder, _) -> np.ndarray:
    return read_ply(folder / "points.ply").points.numpy()


def glb_points(folder, _) -> np.ndarray:
    # The documented half turn: glTF is y up.
    return trimesh.load_scene(folder / "scene.glb").geometry["points"].vertices * [1, -1, -1]


def gaussian_points(folder, _) -> np.ndarray:
    with np.load(folder / "prediction.npz") as arrays:
        return arrays["gaussians_means"]


def lifted(folder, cameras: Cameras, read: Callable[[str], np.ndarray]) -> np.ndarray:
    views = [
        cameras.lift(v, read(stem)) for v, stem in enumerate(("front", "left_view", "right_ü"))
    ]
    return np.stack(views).reshape(-1, 3)


def npy_points(folder, cameras) -> np.ndarray:
    return lifted(folder, cameras, lambda stem: np.load(folder / f"depth_npy/{stem}.npy"))


def exr_points(folder, cameras) -> np.ndarray:
    OpenEXR = pytest.importorskip("OpenEXR")

    def read(stem: str) -> np.ndarray:
        with OpenEXR.File(str(folder / f"depth_exr/{stem}.exr")) as file:
            return file.channels()["Z"].pixels.copy()

    return lifted(folder, cameras, read)


def npz_points(folder, cameras) -> np.ndarray:
    with np.load(folder / "prediction.npz") as arrays:
        depth = arrays["depth"]
    return np.stack([cameras.lift(v, depth[v].astype(float)) for v in range(VIEWS)]).reshape(-1, 3)


POINTS: dict[str, Callable[..., np.ndarray]] = {
    "points.ply": ply_points,
    "scene.glb": glb_points,
    "gaussians": gaussian_points,
    "depth_npy": npy_points,
    "depth_exr": exr_points,
    "npz depth": npz_points,
}


@pytest.mark.parametrize("cameras", CAMERAS)
@pytest.mark.parametrize("points", POINTS)
def test_every_pixel_of_every_format_is_seen_where_it_was(room, folder, points, cameras):
    seen_by = CAMERAS[cameras](folder)
    # Depth is lifted by the archive's cameras, then seen by those of this format.
    world = POINTS[points](folder, npz_cameras(folder)).reshape(VIEWS, -1, 3)
    v, u = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    centres = np.stack([u, v], axis=-1).reshape(-1, 2)
    for view in range(VIEWS):
        pixels, depth = seen_by.see(view, world[view].astype(float))
        assert np.abs(pixels - centres).max() < PIXEL
        assert depth == pytest.approx(room.depth[view].flatten().numpy(), rel=DEPTH)


def sparse_points(folder, name: str) -> np.ndarray:
    if name == "colmap":
        return read_colmap_model(folder / "colmap/sparse/0").points.xyz
    return read_ply(folder / "nerfstudio/sparse_pc.ply").points.numpy().astype(float)


@pytest.mark.parametrize("cameras", CAMERAS)
@pytest.mark.parametrize("name", ["colmap", "nerfstudio"])
def test_sparse_points_are_seen_at_one_place_by_all_cameras(folder, name, cameras):
    points = sparse_points(folder, name)
    for view in range(VIEWS):
        pixels, depth = CAMERAS[cameras](folder).see(view, points)
        expected, expected_depth = npz_cameras(folder).see(view, points)
        front = expected_depth > 0.1
        assert front.sum() > 20
        assert np.abs(pixels - expected)[front].max() < PIXEL
        assert depth[front] == pytest.approx(expected_depth[front], rel=DEPTH)


@pytest.mark.parametrize("name", ["colmap", "nerfstudio"])
def test_sparse_points_lie_on_the_walls(folder, name):
    points = sparse_points(folder, name)
    low, high = np.array([-3.0, -1.5, -2.0]), np.array([3.0, 1.5, 4.0])
    off = np.minimum(abs(points - low), abs(points - high)).min(axis=1)
    assert np.median(off) < 1e-5  # beside the corners of so few pixels less well
    assert off.max() < 0.1


def test_features_of_the_colmap_model_lie_where_its_points_are_seen(folder):
    model, cameras = read_colmap_model(folder / "colmap/sparse/0"), colmap_cameras(folder)
    whole = dataclasses.replace(cameras, processed_from_image=np.stack([np.eye(3)] * VIEWS))
    for view in range(VIEWS):
        image = model.images[view + 1]
        pixels, _ = whole.see(view, model.points.xyz[image.point_ids - 1])
        distance = np.linalg.norm(pixels - image.points_xy, axis=1)
        assert np.median(distance) < PIXEL
        assert distance.max() < 4  # a pixel of the prediction is four rows of the original


def test_depth_png_with_cameras_json_gives_the_points_to_half_a_step(truth, folder):
    sidecar = json.loads((folder / "depth" / "depth.json").read_text(encoding="utf-8"))
    cameras = json_cameras(folder)
    for view, file in enumerate(sidecar["files"]):
        with Image.open(folder / "depth" / file) as image:
            depth = np.asarray(image) * sidecar["unit_per_step"]
        points = cameras.lift(view, depth)
        # Rays are at most 1.3 x as long as their depth in this scene.
        assert np.linalg.norm(points - truth[view], axis=-1).max() < 0.65 * sidecar["unit_per_step"]


def test_all_files_name_the_same_unit(folder):
    sidecars = [f"{name}/depth.json" for name in ("depth", "depth_npy", "depth_exr")]
    for name in ("cameras.json", "nerfstudio/transforms.json", *sidecars):
        document = json.loads((folder / name).read_text(encoding="utf-8"))
        assert (document["unit"], document["scale_note"]) == ("m", "metres, from the test")
    assert b"comment unit: m\n" in (folder / "nerfstudio/sparse_pc.ply").read_bytes()[:300]


@pytest.mark.parametrize("name", ["cameras.json", "prediction.npz", "colmap", "nerfstudio"])
def test_known_cameras_can_be_read_from_what_was_written(room, folder, name):
    found = read_cameras(folder / name)
    assert found.extrinsics.numpy()[:, :3] == pytest.approx(room.extrinsics.numpy(), abs=1e-6)
    assert found.intrinsics.numpy() == pytest.approx(room.original_intrinsics.numpy(), abs=1e-4)
