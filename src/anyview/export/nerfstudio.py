# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A nerfstudio data set: transforms.json, images and sparse points.

Layout: https://docs.nerf.studio/quickstart/data_conventions.html. Cameras have OpenGL axes (x
right, y up, z backward). The world is the prediction's own: ``applied_transform``, what was done to
it before poses were written, is the identity, so that readers which undo it and readers which do
not find the points of ``ply_file_path`` in front of the same cameras.
"""

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from anyview.export.display_cameras import cameras_for_display, frame_notes
from anyview.export.options import ExportOptions
from anyview.export.prediction_tracks import tracks_of_prediction
from anyview.export.view_images import ViewImage, view_images, write_view_image
from anyview.geometry.se3 import invert
from anyview.io.atomic import atomic_path
from anyview.io.ply import write_ply
from anyview.structures.points import PointCloud
from anyview.structures.prediction import Prediction

NERFSTUDIO_FOLDER = "nerfstudio"
TRANSFORMS_NAME = "transforms.json"
IMAGE_FOLDER = "images"
POINTS_NAME = "sparse_pc.ply"


def write_nerfstudio(prediction: Prediction, directory: Path, options: ExportOptions) -> list[Path]:
    """Write ``nerfstudio/transforms.json`` with ``images/`` and ``sparse_pc.ply``.

    The points are those of the COLMAP export.

    Args:
        prediction: With cameras.
        directory: Existing directory.
        options: Filters of clouds, ``max_colmap_points``.

    Returns:
        Images, points, then the JSON file that names them.

    Raises:
        InputError: If the filters leave no pixel, or a camera has skew.
    """
    images = view_images(prediction)
    points = tracks_of_prediction(prediction, options)
    folder = directory / NERFSTUDIO_FOLDER
    written = [write_view_image(prediction, image, folder / IMAGE_FOLDER) for image in images]
    notes = frame_notes(prediction, guessed=False)
    comments = [f"{name}: {text}" for name, text in notes.items() if text]
    cloud = PointCloud(points=points.tracks.points.float(), colors=points.colors)
    write_ply(folder / POINTS_NAME, cloud, comments=comments)
    world_from_cam = invert(cameras_for_display(prediction).cam_from_world.double())
    document: dict[str, Any] = {
        "camera_model": "OPENCV",
        "ply_file_path": POINTS_NAME,
        "applied_transform": torch.eye(4)[:3].tolist(),
        "unit": prediction.unit,
        "scale_note": prediction.scale_note,
        "frames": [_frame(image, world_from_cam[image.view]) for image in images],
    }
    target = folder / TRANSFORMS_NAME
    with atomic_path(target) as path:
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return [*written, folder / POINTS_NAME, target]


def _frame(image: ViewImage, world_from_cam: Tensor) -> dict[str, Any]:
    K = image.intrinsics
    flip = torch.tensor([1.0, -1.0, -1.0, 1.0], dtype=torch.float64)
    return {
        "file_path": f"{IMAGE_FOLDER}/{image.file}",
        "w": image.width,
        "h": image.height,
        "fl_x": float(K[0, 0]),
        "fl_y": float(K[1, 1]),
        "cx": float(K[0, 2]),
        "cy": float(K[1, 2]),
        "transform_matrix": (world_from_cam * flip).tolist(),
    }
