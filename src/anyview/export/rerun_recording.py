# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A recording for the rerun viewer: cloud, cameras, photos and depth, with their unit."""

import io
from pathlib import Path
from typing import Any

from PIL import Image

from anyview.core.optional import require
from anyview.export.display_cameras import cameras_for_display, frame_notes
from anyview.export.file_stems import file_stems
from anyview.export.frusta import frustum_size
from anyview.export.options import ExportOptions
from anyview.export.points import cloud_from_prediction
from anyview.export.valid_depth import depth_or_nan
from anyview.geometry.se3 import invert
from anyview.io.atomic import atomic_path
from anyview.structures.prediction import Prediction

RERUN_NAME = "scene.rrd"

_JPEG_QUALITY = 92


def write_rerun(prediction: Prediction, directory: Path, options: ExportOptions) -> list[Path]:
    """Write ``scene.rrd``: ``world/points``, and for each view ``world/cameras/<view>`` with
    ``image`` and ``depth`` below it.

    One unit of depth and of the world is one unit of the prediction: metres if it is metric. The
    text ``notes`` says which. Recordings of one prediction hold the same, not the same bytes.

    Args:
        prediction: With cameras, or a single view.
        directory: Existing directory.
        options: Filters of the cloud and the size of the cameras.

    Returns:
        The file.

    Raises:
        MissingDependencyError: If the package rerun is not installed.
    """
    library: Any = require("rerun", extra="rerun", purpose="write recordings")
    cloud = cloud_from_prediction(prediction, options)
    target = directory / RERUN_NAME
    with atomic_path(target) as path:
        recording = library.RecordingStream("anyview", send_properties=False)
        recording.save(str(path))
        # Static: true at every time, as a scene is that does not move.
        recording.log("world", library.ViewCoordinates.RDF, static=True, strict=True)
        recording.log(
            "world/points",
            library.Points3D(cloud.points.numpy(), colors=cloud.colors.numpy()),
            static=True,
            strict=True,
        )
        _log_cameras(library, recording, prediction, _camera_size(prediction, cloud, options))
        recording.log("notes", library.TextDocument(_notes(prediction)), static=True, strict=True)
        recording.flush()
        recording.disconnect()
    return [target]


def _log_cameras(library: Any, recording: Any, prediction: Prediction, size: float) -> None:
    cameras = cameras_for_display(prediction)
    poses = invert(cameras.cam_from_world)
    depth = depth_or_nan(prediction).nan_to_num(0.0)
    _, height, width = depth.shape
    for view, stem in enumerate(file_stems(prediction.names)):
        entity = f"world/cameras/{library.escape_entity_path_part(stem)}"
        recording.log(
            entity,
            library.Transform3D(
                translation=poses[view, :3, 3].numpy(), mat3x3=poses[view, :3, :3].numpy()
            ),
            library.Pinhole(
                image_from_camera=cameras.intrinsics[view].numpy(),
                resolution=[width, height],
                camera_xyz=library.ViewCoordinates.RDF,
                image_plane_distance=size,
            ),
            static=True,
            strict=True,
        )
        photo = library.EncodedImage(contents=_jpeg(prediction, view), media_type="image/jpeg")
        recording.log(f"{entity}/image", photo, static=True, strict=True)
        # One of the world's units a unit of depth, whatever it is called: then they overlay.
        recording.log(
            f"{entity}/depth",
            library.DepthImage(depth[view].numpy(), meter=1.0),
            static=True,
            strict=True,
        )


def _camera_size(prediction: Prediction, cloud: Any, options: ExportOptions) -> float:
    if options.camera_size is not None:
        return options.camera_size
    poses = invert(cameras_for_display(prediction).cam_from_world)
    return frustum_size(poses[:, :3, 3], cloud.points)


def _jpeg(prediction: Prediction, view: int) -> bytes:
    pixels = prediction.images[view].permute(1, 2, 0).contiguous().numpy()
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return file.getvalue()


def _notes(prediction: Prediction) -> str:
    notes = frame_notes(prediction, guessed=cameras_for_display(prediction).guessed)
    notes["axes"] = "x right, y down, z forward"
    return "\n".join(f"{name}: {text}" for name, text in notes.items() if text)
