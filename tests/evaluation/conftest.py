# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Miniatures of the two folder formats, made from the example room with its exact truth."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

import anyview
from anyview.evaluation.baselines import mean_shape
from anyview.evaluation.frozen_worlds import read_worlds
from anyview.evaluation.world_scores import world_baselines
from anyview.geometry.rays import pixel_grid
from anyview.metrics.scene_scores import SceneTruth


@pytest.fixture(scope="session")
def room(synthetic_scene):
    """The example room as truth of one scene of four views, sky unknown."""
    depth = torch.where(synthetic_scene.depth.isfinite(), synthetic_scene.depth, 0.0)
    return SceneTruth(
        depth[None], synthetic_scene.cam_from_world[None], synthetic_scene.intrinsics[None]
    )


def save_depth(path, depth, unit):
    """16-bit PNG."""
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(np.round(depth.numpy() / unit).astype(np.uint16)).save(path)


def save_image(path, image):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(image.permute(1, 2, 0).contiguous().numpy()).save(path)


@pytest.fixture(scope="session")
def worlds_folder(tmp_path_factory, synthetic_scene, room):
    """Two scenes of three views: the room, and the room with its views in another order."""
    folder = tmp_path_factory.mktemp("worlds")
    scenes = []
    for name, kind, order in (("000", "0", (0, 1, 2)), ("001", "2", (3, 2, 1))):
        views = []
        for number, view in enumerate(order):
            depth = room.depth[0, view]
            unit = float(depth.max()) / 65000 * (1 + number)
            file, depth_file = f"images/{name}_{number}.png", f"depth/{name}_{number}.png"
            save_image(folder / file, synthetic_scene.images[view])
            save_depth(folder / depth_file, depth, unit)
            views.append(
                {
                    "file": file,
                    "depth": depth_file,
                    "depth_unit": unit,
                    "K": room.intrinsics[0, view].tolist(),
                    "T_w2c": room.cam_from_world[0, view].tolist(),
                }
            )
        scenes.append({"name": name, "kind": kind, "views": views})
    (folder / "scenes.json").write_text(json.dumps({"scenes": scenes}))
    return folder


@pytest.fixture(scope="session")
def sets_folder(tmp_path_factory, synthetic_scene, room):
    """``dense``: three views with depth and poses; ``points``: triangulated points only."""
    folder = tmp_path_factory.mktemp("sets")
    grid = pixel_grid(*room.depth.shape[-2:])
    for name in ("dense", "points"):
        entries, rows = [], []
        for view in range(3):
            own = folder / name
            own.mkdir(exist_ok=True)
            save_image(own / f"images/{view}.png", synthetic_scene.images[view])
            K = room.intrinsics[0, view].clone()
            K[:2, 2] -= 0.5  # pixel centres at whole numbers
            entry = {
                "file": f"images/{view}.png",
                "K": K.tolist(),
                "T_w2c": room.cam_from_world[0, view].tolist(),
                "depth": None,
            }
            depth = room.depth[0, view]
            if name == "dense":
                save_depth(own / f"depth/{view}.png", depth, 0.001)
                entry["depth"] = f"depth/{view}.png"
            else:
                known = (depth > 0).nonzero()[::97]
                for point, (y, x) in enumerate(known.tolist()):
                    u, v = (grid[y, x] - 0.5).tolist()
                    rows.append((view, point, u + 0.3, v - 0.2, float(depth[y, x])))
            entries.append(entry)
        index = {"convention": "pixel centres at integer coordinates", "images": entries}
        (own / "cameras.json").write_text(json.dumps(index))
        (own / "meta.json").write_text(json.dumps({"name": name, "depth_unit_m": 0.001}))
        if rows:
            np.savez(own / "sparse.npz", obs=np.array(rows, np.float32))
    return folder


@pytest.fixture(scope="session")
def nano():
    """A tiny random network."""
    return anyview.build("nano", device="cpu", dtype="float32")


@pytest.fixture(scope="session")
def worlds(worlds_folder):
    """The folder, read."""
    return read_worlds(worlds_folder)


@pytest.fixture(scope="session")
def baseline_scores(worlds):
    """All baselines, the mean shape of the worlds themselves among them."""
    return world_baselines(worlds, mean_shape(worlds.truth.depth.flatten(0, 1)))
