# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Views that were read, with the cameras of a file."""

from anyview.inference.given_cameras import GivenCameras
from anyview.io.camera_matching import ImageRecord, match_cameras
from anyview.io.camera_set import CameraSet
from anyview.structures.views import ViewSet


def views_with_cameras(views: ViewSet, found: CameraSet) -> tuple[ViewSet, tuple[str, ...]]:
    """Give views their cameras.

    Args:
        views: As ``read_views`` gives them, without cameras.
        found: Of a file; see ``match_cameras`` for which image gets which.

    Returns:
        The views with what is known, and a sentence for each thing that the user should know.

    Raises:
        InputError: If cameras cannot be matched, or one cannot belong to its image.
    """
    images = [ImageRecord(view.name, view.source, view.height, view.width) for view in views.views]
    matched = match_cameras(found, images)
    all_posed = matched.extrinsics is not None and not bool(matched.extrinsics.isnan().any())
    cameras = GivenCameras.checked(
        matched.extrinsics,
        matched.intrinsics,
        len(views),
        lenses=list(matched.lenses),
        # Poses that are known already say all that a rig could.
        rig=None if all_posed else matched.rig,
    )
    return cameras.of(range(len(views)), views.views), matched.notes
