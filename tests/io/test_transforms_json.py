# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Cameras of transforms.json: axes, worlds, whose keys win."""

import json

import numpy as np
import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.io.transforms_json import lens_of, read_transforms

CAMERA = {"fl_x": 60.0, "fl_y": 62.0, "cx": 31.0, "cy": 25.5, "w": 64, "h": 48}


def write(path, frames, **common):
    path.write_text(json.dumps({**CAMERA, **common, "frames": frames}))
    return read_transforms(path)


def test_axes_are_turned_and_the_pose_inverted(tmp_path):
    # OpenGL: at (1, 2, 3), looking along -z of the world, up is y.
    matrix = np.eye(4)
    matrix[:3, 3] = [1, 2, 3]
    [frame] = write(
        tmp_path / "t.json", [{"file_path": "a.png", "transform_matrix": matrix.tolist()}]
    ).frames
    point = torch.tensor([1.0, 3.0, -2.0, 1.0], dtype=torch.float64)  # one up, five ahead
    assert (frame.cam_from_world() @ point).tolist() == [0.0, -1.0, 5.0, 1.0]
    assert frame.name == "a.png"
    assert frame.image_path == tmp_path / "a.png"


def test_own_keys_win_and_null_does_not(tmp_path):
    own = {"fl_x": 70.0, "k1": 0.1, "cx": None, "transform_matrix": np.eye(4).tolist()}
    [frame] = write(tmp_path / "t.json", [own], camera_model="OPENCV_FISHEYE").frames
    assert frame.lens() == Lens(
        70.0, 62.0, 31.0, 25.5, 48, 64, "fisheye", radial=(0.1, 0.0, 0.0, 0.0)
    )
    assert frame.name == ""


def test_applied_scale_and_transform_are_undone(tmp_path):
    turn = np.array([[0.0, 1, 0, 0.5], [1, 0, 0, 0], [0, 0, -1, 2.0]])
    pose = np.eye(4)
    pose[:3, 3] = [0.2, 0.4, -0.3]
    applied = np.vstack([turn, [0, 0, 0, 1]]) @ pose
    applied[:3, 3] *= 0.25
    plain = write(tmp_path / "a.json", [{"transform_matrix": pose.tolist()}])
    changed = write(
        tmp_path / "b.json",
        [{"transform_matrix": applied.tolist()}],
        applied_transform=turn.tolist(),
        applied_scale=0.25,
    )
    torch.testing.assert_close(changed.frames[0].cam_from_world(), plain.frames[0].cam_from_world())


def test_sizes_may_come_from_the_image_and_must_be_positive():
    record = {key: value for key, value in CAMERA.items() if key not in "wh"}
    assert lens_of(record, (48, 64), "here") == lens_of(CAMERA, (1, 1), "here")
    with pytest.raises(InputError, match="lacks 'w'"):
        lens_of(record, None, "here")
    with pytest.raises(InputError, match="must be positive"):
        lens_of({**CAMERA, "w": 0}, None, "here")


@pytest.mark.parametrize("key", ["fl_x", "cx", "cy"])
def test_missing_intrinsics_are_named(key):
    record = {name: value for name, value in CAMERA.items() if name != key}
    with pytest.raises(InputError, match=f"lacks '{key}'"):
        lens_of(record, None, "here")


def test_square_pixels_where_the_second_focal_length_is_absent():
    record = {name: value for name, value in CAMERA.items() if name != "fl_y"}
    assert lens_of(record, None, "here") == Lens(
        60.0, 60.0, 31.0, 25.5, 48, 64, radial=(0.0, 0.0, 0.0, 0.0)
    )
