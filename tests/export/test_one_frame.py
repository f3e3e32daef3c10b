# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Every format tells the same scene: one frame, one scale."""

import json

import numpy as np
import pytest
import trimesh
from PIL import Image

from anyview.export.formats import FORMATS
from anyview.export.registry import export_prediction
from anyview.io.ply import read_ply

from .conftest import KEEP_ALL


@pytest.fixture(scope="module")
def folder(room, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    export_prediction(room, folder, FORMATS, KEEP_ALL)
    return folder


def lift(depth, K, world_to_camera) -> np.ndarray:
    """Points [H, W, 3] as a reader of the files would compute them, in NumPy."""
    height, width = depth.shape
    v, u = np.mgrid[:height, :width] + 0.5
    pixels = np.stack([u, v, np.ones_like(u)], axis=-1)
    camera = (pixels @ np.linalg.inv(K).T) * depth[..., None]
    rotation, translation = world_to_camera[:, :3], world_to_camera[:, 3]
    return (camera - translation) @ rotation


def test_ply_gives_the_points(truth, folder):
    points = read_ply(folder / "points.ply").points.numpy()
    assert points == pytest.approx(truth.reshape(-1, 3), abs=1e-5)


def test_glb_gives_the_points_after_undoing_its_axes(truth, folder):
    points = trimesh.load_scene(folder / "scene.glb").geometry["points"].vertices
    assert points * [1, -1, -1] == pytest.approx(truth.reshape(-1, 3), abs=1e-5)


def test_npz_gives_the_points(truth, folder):
    with np.load(folder / "prediction.npz") as arrays:
        for view in range(len(truth)):
            cameras = arrays["intrinsics"][view], arrays["extrinsics"][view]
            points = lift(arrays["depth"][view].astype(float), *cameras)
            assert points == pytest.approx(truth[view], abs=1e-5)


def test_depth_png_with_cameras_json_gives_the_points_to_half_a_step(truth, folder):
    sidecar = json.loads((folder / "depth" / "depth.json").read_text(encoding="utf-8"))
    cameras = json.loads((folder / "cameras.json").read_text(encoding="utf-8"))
    assert sidecar["unit"] == cameras["unit"]
    by_name = {entry["name"]: entry for entry in cameras["views"]}
    for view, (file, name) in enumerate(sidecar["files"].items()):
        with Image.open(folder / "depth" / file) as image:
            depth = np.asarray(image) * sidecar["unit_per_step"]
        entry = by_name[name]
        points = lift(depth, np.array(entry["K"]), np.array(entry["extrinsics"]))
        # Rays are at most 1.3 x as long as their depth in this scene.
        assert np.linalg.norm(points - truth[view], axis=-1).max() < 0.65 * sidecar["unit_per_step"]


def test_original_intrinsics_see_the_same_rays(room, folder):
    cameras = json.loads((folder / "cameras.json").read_text(encoding="utf-8"))
    for view, entry in enumerate(cameras["views"]):
        processed_from_original = room.processed_from_original[view].double().numpy()
        pixel = np.array([30.0, 40.0, 1.0])
        ray = np.linalg.solve(np.array(entry["original_K"]), pixel)
        same = np.linalg.solve(np.array(entry["K"]), processed_from_original @ pixel)
        assert ray == pytest.approx(same, abs=1e-5)
