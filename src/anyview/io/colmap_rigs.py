# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Rigs of COLMAP models, 3.12 and later, as our one type of rig."""

from collections.abc import Sequence

import torch

from anyview.io.colmap_records import ColmapModel
from anyview.structures.rig import Rig


def rig_of_colmap(model: ColmapModel, image_ids: Sequence[int]) -> Rig | None:
    """Which camera of a rig took each image, and when.

    Several rigs of a model become one list of cameras; their frames stay apart.

    Args:
        model: With rigs and frames.
        image_ids: Images, in the order of the views.

    Returns:
        None if the model has no rigs, or none of more than one camera among these images, or if
        the place of a camera in its rig is not known, or an image is in no frame.
    """
    frame_of = {image: frame for frame in model.frames for image in frame.image_ids}
    if not all(image in frame_of and image in model.images for image in image_ids):
        return None
    used = {(frame_of[image].rig_id, model.images[image].camera_id) for image in image_ids}
    if len({rig for rig, _ in used}) == len(used):
        return None
    places = {}
    for rig_id, camera_id in sorted(used):
        rig = model.rigs.get(rig_id)
        pose = None if rig is None else rig.cam_from_rig.get(camera_id)
        if pose is None:
            return None
        places[rig_id, camera_id] = pose.matrix
    rows = {key: row for row, key in enumerate(places)}
    frames = {frame.id: number for number, frame in enumerate(model.frames)}
    cameras = [(frame_of[image].rig_id, model.images[image].camera_id) for image in image_ids]
    return Rig(
        cam_from_rig=torch.stack(list(places.values())),
        camera_of_view=torch.tensor([rows[key] for key in cameras]),
        frame_of_view=torch.tensor([frames[frame_of[image].id] for image in image_ids]),
        names=tuple(f"rig{rig_id}/camera{camera_id}" for rig_id, camera_id in places),
    )
