# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cloud and cameras as one GLB file, which any 3-D viewer opens."""

from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from anyview.export.display_cameras import cameras_for_display, frame_notes
from anyview.export.frusta import camera_frusta, frustum_size
from anyview.export.options import ExportOptions
from anyview.export.points import cloud_from_prediction
from anyview.export.unlit import make_unlit
from anyview.geometry.se3 import invert
from anyview.io.atomic import atomic_path
from anyview.structures.prediction import Prediction

GLB_NAME = "scene.glb"


def gltf_from_world(points: Float[Tensor, "*batch 3"]) -> Float[Tensor, "*batch 3"]:
    """Change OpenCV axes (x right, y down, z forward) to glTF's (x right, y up, z backward).

    A half turn about x and its own inverse. Scale and origin stay.
    """
    return points * torch.tensor([1.0, -1.0, -1.0])


def write_glb(prediction: Prediction, directory: Path, options: ExportOptions) -> list[Path]:
    """Write ``scene.glb``: node ``points``, and ``cameras`` with a child for each view.

    Axes are glTF's (``gltf_from_world``), unit and scale are the prediction's. Vertex colours are
    the images' sRGB values as they are, unlit.

    Args:
        prediction: With cameras, or a single view.
        directory: Existing directory.
        options: Filters of the cloud and the size of the cameras.

    Returns:
        The file.
    """
    import trimesh  # slow to import, and needed by this format alone

    library: Any = trimesh  # partly typed
    cloud = cloud_from_prediction(prediction, options)
    cameras = cameras_for_display(prediction)
    _, height, width = prediction.depth.shape
    size = options.camera_size
    if size is None:
        centers = invert(cameras.cam_from_world)[:, :3, 3]
        size = frustum_size(centers, cloud.points)
    frusta = camera_frusta(cameras.cam_from_world, cameras.intrinsics, height, width, size)

    notes = frame_notes(prediction, guessed=cameras.guessed)
    notes["axes"] = "x right, y up, z backward: (x, -y, -z) of the prediction's world frame"
    scene = library.Scene(base_frame="world", metadata=notes)
    scene.add_geometry(
        library.PointCloud(gltf_from_world(cloud.points).numpy(), colors=cloud.colors.numpy()),
        node_name="points",
        geom_name="points",
    )
    scene.graph.update(frame_to="cameras", frame_from="world")
    for name, mesh in zip(prediction.names, frusta, strict=True):
        scene.add_geometry(
            library.Trimesh(
                gltf_from_world(mesh.vertices).numpy(),
                mesh.faces.numpy(),
                vertex_colors=mesh.colors.numpy(),
                process=False,
            ),
            node_name=f"camera_{name}",
            geom_name=f"camera_{name}",
            parent_node_name="cameras",
        )
    target = directory / GLB_NAME
    content = scene.export(file_type="glb", include_normals=False, tree_postprocessor=make_unlit)
    with atomic_path(target) as path:
        path.write_bytes(content)
    return [target]
