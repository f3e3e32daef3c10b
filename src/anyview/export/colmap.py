# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A COLMAP project: images beside a sparse model, for its tools and for trainers of splats."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float64, Int
from torch import Tensor

from anyview.export.display_cameras import cameras_for_display
from anyview.export.options import ExportOptions
from anyview.export.prediction_tracks import ColoredTracks, tracks_of_prediction
from anyview.export.view_images import ViewImage, view_images, write_view_image
from anyview.geometry.projection import project
from anyview.geometry.se3 import transform_points
from anyview.geometry.tracks import Tracks
from anyview.io.colmap_lenses import colmap_pinhole_of
from anyview.io.colmap_model import write_colmap_model
from anyview.io.colmap_records import (
    ColmapCamera,
    ColmapImage,
    ColmapModel,
    ColmapPoints,
    ColmapPose,
)
from anyview.structures.prediction import Prediction

COLMAP_FOLDER = "colmap"
IMAGE_FOLDER = "images"
MODEL_FOLDER = "sparse/0"


def write_colmap(prediction: Prediction, directory: Path, options: ExportOptions) -> list[Path]:
    """Write ``colmap/images`` and ``colmap/sparse/0``: PINHOLE cameras, poses, points with tracks.

    Errors of points are the true mean reprojection errors in pixels of the images written.

    Args:
        prediction: With cameras.
        directory: Existing directory.
        options: Filters of clouds, ``max_colmap_points``.

    Returns:
        Images, then the files of the model.

    Raises:
        InputError: If the filters leave no pixel, or a camera has skew.
        OutputError: If the folder of the model holds another, with rigs.
    """
    images = view_images(prediction)
    model = colmap_model(prediction, images, tracks_of_prediction(prediction, options))
    folder = directory / COLMAP_FOLDER
    # A model last: until it is there, nothing looks like a project.
    written = [write_view_image(prediction, image, folder / IMAGE_FOLDER) for image in images]
    return written + write_colmap_model(model, folder / MODEL_FOLDER)


def colmap_model(
    prediction: Prediction, images: tuple[ViewImage, ...], points: ColoredTracks
) -> ColmapModel:
    """A prediction as a COLMAP model; ids count from 1 in the order of views and points.

    Args:
        prediction: With cameras.
        images: The image of each view.
        points: Points of it.
    """
    tracks = points.tracks
    extrinsics = cameras_for_display(prediction).cam_from_world.double()
    poses = [ColmapPose.of(pose) for pose in extrinsics]
    pixels = _pixels_in(images, tracks.view, tracks.pixels)
    feature = _place_in_view(tracks.view, len(images))
    cameras: dict[int, ColmapCamera] = {}
    shared: dict[tuple[float, ...], int] = {}
    records = {}
    for image in images:
        camera = colmap_pinhole_of(image.intrinsics, image.height, image.width, len(cameras) + 1)
        # What one lens took stays one camera: adjusting it adjusts it for all of its images.
        camera_id = shared.setdefault((*camera.params, image.height, image.width), camera.id)
        if camera_id == camera.id:
            cameras[camera_id] = camera
        mine = tracks.view == image.view
        records[image.view + 1] = ColmapImage(
            id=image.view + 1,
            name=image.file,
            camera_id=camera_id,
            pose=poses[image.view],
            points_xy=pixels[mine].numpy(),
            point_ids=(tracks.track[mine] + 1).numpy(),
        )
    return ColmapModel(
        cameras=cameras,
        images=records,
        points=ColmapPoints(
            ids=np.arange(1, len(tracks) + 1),
            xyz=tracks.points.numpy(),
            rgb=points.colors.numpy(),
            errors=_errors(images, poses, tracks, pixels).numpy(),
            track_lengths=tracks.lengths.numpy(),
            tracks=torch.stack((tracks.view + 1, feature), dim=-1).numpy(),
        ),
    )


def _pixels_in(
    images: tuple[ViewImage, ...], view: Int[Tensor, " M"], pixels: Float64[Tensor, "M 2"]
) -> Float64[Tensor, "M 2"]:
    """From the prediction's grid to the images that are written."""
    maps = torch.stack([image.image_from_processed for image in images])[view]
    return (maps[:, :2, :2] @ pixels[..., None])[..., 0] + maps[:, :2, 2]


def _place_in_view(view: Int[Tensor, " M"], count: int) -> Int[Tensor, " M"]:
    """How many earlier observations each one has in its view."""
    order = view.argsort(stable=True)
    sizes = torch.bincount(view, minlength=count)
    first = sizes.cumsum(0) - sizes
    place = torch.empty_like(view)
    place[order] = torch.arange(len(view)) - first[view[order]]
    return place


def _errors(
    images: tuple[ViewImage, ...],
    poses: list[ColmapPose],
    tracks: Tracks,
    pixels: Float64[Tensor, "M 2"],
) -> Float64[Tensor, " N"]:
    """Of what is written: quaternions of poses in float32 turn a little."""
    intrinsics = torch.stack([image.intrinsics for image in images])
    cam_from_world = torch.stack([pose.matrix for pose in poses])
    seen = transform_points(cam_from_world[tracks.view], tracks.points[tracks.track][:, None])[:, 0]
    error = (project(seen, intrinsics[tracks.view])[0] - pixels).norm(dim=-1)
    sums = torch.zeros(len(tracks), dtype=torch.float64).index_add_(0, tracks.track, error)
    return sums / tracks.lengths
