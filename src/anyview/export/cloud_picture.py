# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A picture of the cloud and its cameras from three sides, for those without a 3-D viewer."""

import math
from pathlib import Path

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from anyview.export.display_cameras import cameras_for_display
from anyview.export.frusta import camera_frusta, frustum_size
from anyview.export.options import ExportOptions
from anyview.export.points import cloud_from_prediction
from anyview.geometry.rotations import rotation_from_axis_angle
from anyview.geometry.se3 import invert
from anyview.io.images import write_png
from anyview.io.resize import resize_area
from anyview.render.point_image import Dots, draw_points
from anyview.structures.points import Mesh
from anyview.structures.prediction import Prediction

CLOUD_PICTURE_NAME = "cloud.png"
HEIGHT, WIDTH = 450, 600
SIDES_DEG = ((-30.0, 10.0), (0.0, 20.0), (30.0, 10.0))
"""Turn to the side and from above, of each of the pictures."""

_SMOOTHING = 2  # drawn this many times larger, then averaged, where dots are small
_LARGE_DOT_PX = 3
_LARGEST_DOT_PX = 8  # a square of squares: larger ones cost seconds
_FOV_DEG = 50.0
_BACKGROUND = (250, 250, 250)


def write_cloud_picture(
    prediction: Prediction, directory: Path, options: ExportOptions
) -> list[Path]:
    """Write ``cloud.png``: the cloud from the left, from above and from the right.

    Args:
        prediction: With cameras, or a single view.
        directory: Existing directory.
        options: Filters of the cloud and the size of the cameras.

    Returns:
        The file.
    """
    target = directory / CLOUD_PICTURE_NAME
    write_png(target, draw_cloud(prediction, options))
    return [target]


def draw_cloud(prediction: Prediction, options: ExportOptions) -> UInt8[Tensor, "3 H W"]:
    """The three pictures side by side."""
    cloud = cloud_from_prediction(prediction, options)
    cameras = cameras_for_display(prediction)
    size = options.camera_size
    if size is None:
        size = frustum_size(invert(cameras.cam_from_world)[:, :3, 3], cloud.points)
    _, height, width = prediction.depth.shape
    frusta = camera_frusta(cameras.cam_from_world, cameras.intrinsics, height, width, size)
    wires = [_along_edges(mesh) for mesh in frusta]
    # Dots as large as a pixel of the photos looks from here, so that surfaces close.
    dot = 1.3 * WIDTH / max(height, width)
    smoothing = _SMOOTHING if dot < _LARGE_DOT_PX else 1
    layers = (
        Dots(cloud.points, cloud.colors, min(max(2, round(dot * smoothing)), _LARGEST_DOT_PX)),
        Dots(torch.cat([p for p, _ in wires]), torch.cat([c for _, c in wires]), 1 + smoothing),
    )
    middle = cameras.cam_from_world[len(prediction) // 2]
    pictures = []
    for turn_deg, above_deg in SIDES_DEG:
        viewer = _viewer(middle, cloud.points, turn_deg, above_deg)
        h, w = smoothing * HEIGHT, smoothing * WIDTH
        focal = w / 2 / math.tan(math.radians(_FOV_DEG / 2))
        intrinsics = torch.tensor([[focal, 0, w / 2], [0, focal, h / 2], [0, 0, 1]])
        drawn = draw_points(layers, viewer, intrinsics, h, w, background=_BACKGROUND)
        pictures.append(drawn if smoothing == 1 else resize_area(drawn, HEIGHT, WIDTH))
    return torch.cat(pictures, dim=2)


def _viewer(
    cam_from_world: Float[Tensor, "4 4"],
    points: Float[Tensor, "N 3"],
    turn_deg: float,
    above_deg: float,
) -> Float[Tensor, "4 4"]:
    """A camera that swings about the middle of the cloud, from where a given one stands."""
    in_camera = points[:: max(1, len(points) // 100_000)] @ cam_from_world[:3, :3].T
    in_camera = in_camera + cam_from_world[:3, 3]
    centre = in_camera.median(dim=0).values
    radius = float((in_camera - centre).norm(dim=-1).quantile(0.9))
    turn, above = (
        rotation_from_axis_angle(torch.tensor(axis).deg2rad())
        for axis in ((0.0, turn_deg, 0.0), (above_deg, 0.0, 0.0))
    )
    viewer_from_cam = torch.eye(4)
    viewer_from_cam[:3, :3] = above @ turn
    viewer_from_cam[:3, 3] = -(above @ turn @ centre)
    viewer_from_cam[2, 3] += 1.3 * radius / math.sin(math.radians(_FOV_DEG / 2))
    return viewer_from_cam @ cam_from_world


def _along_edges(mesh: Mesh, steps: int = 48) -> tuple[Float[Tensor, "P 3"], UInt8[Tensor, "P 3"]]:
    """Points along the edges of a mesh's triangles."""
    start = mesh.vertices[mesh.faces]  # F 3 3
    share = torch.linspace(0, 1, steps)[:, None]
    points = torch.lerp(start[:, :, None], start.roll(-1, dims=1)[:, :, None], share)
    colors = mesh.colors[mesh.faces[:, 0]][:, None, None].expand(points.shape)
    return points.reshape(-1, 3), colors.reshape(-1, 3)
