# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""The cloud as a PLY file, for tools that measure and clean point clouds."""

from pathlib import Path

from anyview.export.display_cameras import cameras_for_display, frame_notes
from anyview.export.options import ExportOptions
from anyview.export.points import cloud_from_prediction
from anyview.io.ply import write_ply
from anyview.structures.prediction import Prediction

PLY_NAME = "points.ply"


def write_cloud(prediction: Prediction, directory: Path, options: ExportOptions) -> list[Path]:
    """Write ``points.ply``: positions in the world frame (OpenCV axes), colours, confidence.

    Args:
        prediction: With cameras, or a single view.
        directory: Existing directory.
        options: Filters of the cloud.

    Returns:
        The file.
    """
    target = directory / PLY_NAME
    cloud = cloud_from_prediction(prediction, options)
    notes = frame_notes(prediction, guessed=cameras_for_display(prediction).guessed)
    notes["axes"] = "x right, y down, z forward"
    comments = [f"{name}: {text}" for name, text in notes.items() if text]
    write_ply(target, cloud, comments=comments)
    return [target]
