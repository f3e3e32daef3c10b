# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A Hypersim scene of three small frames, written in its published layout."""

import csv

import h5py
import numpy as np
from PIL import Image

from tests.data.converters.miniature import NORMAL, POSES, SPOT, spot_image

METRES = 0.0254
HEIGHT, WIDTH = 48, 64
TAN = np.tan(np.pi / 6)

STRAIGHT = np.diag([TAN, TAN * HEIGHT / WIDTH, -1.0])
SHIFTED = STRAIGHT + np.array([[0, 0, 0.06], [0, 0, -0.05], [0, 0, 0]])
TILTED = STRAIGHT + np.array([[0, 0, 0.03], [0, 0, -0.02], [0.04, -0.07, 0]])
GL = np.diag([1.0, -1.0, -1.0])


def hdf5(path, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        file["dataset"] = values


def write_parameters(folder, cam_from_uv=STRAIGHT, name="ai_001_001"):
    columns = {"scene_name": name, "settings_output_img_height": 48.0}
    columns["settings_output_img_width"] = 64.0
    columns.update({f"M_cam_from_uv_{i}{j}": cam_from_uv[i, j] for i in range(3) for j in range(3)})
    with (folder / "metadata_camera_parameters.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerow(columns)


def write_scene_files(folder, cam_from_uv=STRAIGHT, *, preview=True, hdr=False):
    """``folder/ai_001_001`` and the table of cameras beside it."""
    scene = folder / "ai_001_001"
    detail, images = scene / "_detail", scene / "images"
    detail.mkdir(parents=True)
    (detail / "metadata_scene.csv").write_text(
        f"parameter_name,parameter_value\nmeters_per_asset_unit,{METRES}\n"
    )
    write_parameters(folder, cam_from_uv)
    rotations, positions = [], []
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    uv = np.stack([2 * x / WIDTH - 1, 1 - 2 * y / HEIGHT, np.ones_like(x)], axis=-1)
    for number, pose in enumerate(POSES):
        rotation = pose[:3, :3].T @ GL
        centre = -pose[:3, :3].T @ pose[:3, 3]
        rotations.append(rotation)
        positions.append(centre / METRES)
        rays = uv @ cam_from_uv.T @ rotation.T
        along = NORMAL @ (SPOT - centre) / (rays @ NORMAL)
        distance = np.linalg.norm(along[..., None] * rays, axis=-1).astype(np.float16)
        distance[0, :5] = np.nan
        stem = f"frame.{number:04d}"
        geometry = images / "scene_cam_00_geometry_hdf5"
        hdf5(geometry / f"{stem}.depth_meters.hdf5", distance)
        spot = np.linalg.inv(cam_from_uv) @ rotation.T @ (SPOT - centre)
        u, v = spot[:2] / spot[2]
        image = spot_image(np.array([(u + 1) / 2 * WIDTH, (1 - v) / 2 * HEIGHT]), (HEIGHT, WIDTH))
        if preview:
            path = images / "scene_cam_00_final_preview" / f"{stem}.tonemap.jpg"
            path.parent.mkdir(exist_ok=True)
            Image.fromarray(image).save(path, quality=100, subsampling=0)
        if hdr:
            linear = (image / 255.0) ** 2.2 * 37.0
            hdf5(images / "scene_cam_00_final_hdf5" / f"{stem}.color.hdf5", linear)
            # The exposure is that of the spot, the only surface.
            entities = np.where(image[..., 0] > 0, 7, -1).astype(np.int32)
            hdf5(geometry / f"{stem}.render_entity_id.hdf5", entities)
    hdf5(detail / "cam_00" / "camera_keyframe_orientations.hdf5", np.array(rotations))
    hdf5(detail / "cam_00" / "camera_keyframe_positions.hdf5", np.array(positions))
    return scene
