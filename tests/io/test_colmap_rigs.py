# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A rig's poses and those of its images say the same."""

from dataclasses import replace

import pytest
import torch

from anyview.geometry import se3
from anyview.io.colmap_model import read_colmap_model
from anyview.io.colmap_rigs import rig_of_colmap
from tests.io.test_colmap_model import made_by_colmap

pytest.importorskip("pycolmap")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    made_by_colmap().write_binary(str(folder))
    return read_colmap_model(folder)


def test_images_of_a_frame_are_where_the_rig_says(model):
    ids = sorted(model.images)
    rig = rig_of_colmap(model, ids)
    assert rig is not None
    assert rig.cam_from_rig.shape == (4, 4, 4)
    assert rig.names == ("rig1/camera1", "rig1/camera2", "rig2/camera3", "rig2/camera4")
    poses = torch.stack([model.images[image].pose.matrix for image in ids])
    # Every image gives a pose of its frame's rig; those of one frame agree.
    rig_from_world = se3.invert(rig.cam_from_rig[rig.camera_of_view]) @ poses
    frames = [rig_from_world[rig.frame_of_view == frame] for frame in range(rig.num_frames)]
    assert [len(frame) for frame in frames] == [2, 2, 2, 2]
    assert all(torch.allclose(one, other, atol=1e-12) for one, other in frames)
    track = torch.stack([frame[0] for frame in frames])
    assert torch.allclose(rig.cam_from_world(track), poses, atol=1e-12)


def test_no_rig_where_no_frame_has_two_cameras_or_a_place_is_unknown(model):
    of_camera_1 = [image.id for image in model.images.values() if image.camera_id == 1]
    assert rig_of_colmap(model, of_camera_1) is None
    assert rig_of_colmap(replace(model, frames=()), sorted(model.images)) is None
    assert rig_of_colmap(model, [*model.images, 999]) is None
    unknown = {
        key: replace(rig, cam_from_rig=dict.fromkeys(rig.cam_from_rig))
        for key, rig in model.rigs.items()
    }
    assert rig_of_colmap(replace(model, rigs=unknown), sorted(model.images)) is None
