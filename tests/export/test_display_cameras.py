# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import math

import pytest
import torch

from anyview.core.errors import InputError
from anyview.export.display_cameras import GUESSED_FOV_DEG, cameras_for_display, frame_notes
from anyview.structures.prediction import Prediction


def test_predicted_cameras_are_used_as_they_are(room):
    cameras = cameras_for_display(room)
    assert not cameras.guessed
    assert torch.equal(cameras.cam_from_world[:, :3], room.extrinsics)
    assert torch.equal(cameras.cam_from_world[:, 3], torch.tensor([[0.0, 0, 0, 1]] * len(room)))
    assert torch.equal(cameras.intrinsics, room.intrinsics)


def test_a_single_view_without_camera_gets_the_stated_field_of_view(mono):
    cameras = cameras_for_display(mono)
    assert cameras.guessed
    _, height, width = mono.depth.shape
    focal = cameras.intrinsics[0, 0, 0].item()
    assert math.degrees(2 * math.atan(max(height, width) / 2 / focal)) == pytest.approx(
        GUESSED_FOV_DEG
    )
    assert cameras.intrinsics[0, 1, 1] == focal
    assert cameras.intrinsics[0, :2, 2].tolist() == [width / 2, height / 2]
    assert torch.equal(cameras.cam_from_world[0], torch.eye(4))


def test_several_views_without_cameras_are_refused(room):
    prediction = Prediction(depth=room.depth, images=room.images, names=room.names)
    with pytest.raises(InputError, match="3 views and no cameras"):
        cameras_for_display(prediction)


def test_notes_say_unit_scale_and_whether_the_camera_is_a_guess(room, mono):
    assert frame_notes(room, guessed=False) == {
        "unit": "m",
        "scale_note": "metres, from the test",
        "cameras": "predicted",
    }
    guess = frame_notes(mono, guessed=True)
    assert guess["unit"] == "scene units"
    assert "guessed" in guess["cameras"]
    assert "60 degrees" in guess["cameras"]
