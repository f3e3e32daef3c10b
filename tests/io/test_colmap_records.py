# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""What a model must hold to be one."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.geometry.rotations import random_rotation
from anyview.geometry.se3 import rigid_transform
from anyview.io.colmap_records import (
    CAMERA_MODELS,
    ColmapCamera,
    ColmapImage,
    ColmapModel,
    ColmapPoints,
    ColmapPose,
)

pycolmap = pytest.importorskip("pycolmap")


def test_numbers_of_camera_models_are_colmaps():
    for name, (number, count) in CAMERA_MODELS.items():
        model = pycolmap.CameraModelId.__members__[name]
        assert int(model) == number
        camera = pycolmap.Camera.create_from_model_id(1, model, 100.0, 64, 48)
        assert len(camera.params) == count


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**31))
def test_a_pose_is_a_matrix_and_back(seed):
    generator = torch.Generator().manual_seed(seed)
    rotation = random_rotation((), generator, dtype=torch.float64)
    shift = torch.randn(3, generator=generator, dtype=torch.float64)
    matrix = rigid_transform(rotation, shift)
    pose = ColmapPose.of(matrix)
    torch.testing.assert_close(pose.matrix, matrix)
    longer = tuple(3 * part for part in pose.rotation_wxyz)
    torch.testing.assert_close(ColmapPose(longer, pose.translation).matrix, matrix)


def test_a_quaternion_of_zero_is_no_pose():
    assert ColmapPose((0.0, 0.0, 0.0, 0.0), (1.0, 2.0, 3.0)).matrix[:3, :3].isnan().all()


@pytest.mark.parametrize(
    ("model", "size", "params", "message"),
    [
        ("MAGIC", (64, 48), (1.0, 2.0, 3.0), "MAGIC.*known are"),
        ("PINHOLE", (64, 48), (1.0, 2.0, 3.0), "needs 4 finite parameters"),
        ("SIMPLE_PINHOLE", (64, 48), (1.0, 2.0, np.inf), "needs 3 finite parameters"),
        ("SIMPLE_PINHOLE", (0, 48), (1.0, 2.0, 3.0), "both sides must be positive"),
        ("SIMPLE_PINHOLE", (64, 2**40), (1.0, 2.0, 3.0), "both sides must be positive"),
    ],
)
def test_impossible_cameras(model, size, params, message):
    with pytest.raises(InputError, match=message):
        ColmapCamera(1, model, *size, params)


def test_images_need_cameras_and_tracks_their_lengths():
    image = ColmapImage(3, "a.jpg", 7, ColmapPose((1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0)))
    with pytest.raises(InputError, match=r"image 3 \(a\.jpg\) is of camera 7"):
        ColmapModel({}, {3: image})
    none = ColmapPoints.none()
    assert len(none) == 0
    with pytest.raises(InputError, match="1 sightings, their lengths add up to 2"):
        ColmapPoints(
            ids=np.array([1]),
            xyz=np.zeros((1, 3)),
            rgb=np.zeros((1, 3), np.uint8),
            errors=np.zeros(1),
            track_lengths=np.array([2]),
            tracks=np.zeros((1, 2), np.int64),
        )
