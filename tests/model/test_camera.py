# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
import pytest
import torch

from anyview.geometry.rotations import random_rotation, rotation_angle
from anyview.model.camera import CameraDecoder, CameraEncoder, decode_pose, encode_pose
from anyview.model.config import CameraConfig


def cameras(*batch, seed=0):
    generator = torch.Generator().manual_seed(seed)
    extrinsics = torch.eye(4).repeat(*batch, 1, 1)
    extrinsics[..., :3, :3] = random_rotation(batch, generator=generator)
    extrinsics[..., :3, 3] = torch.randn(*batch, 3, generator=generator)
    intrinsics = torch.eye(3).repeat(*batch, 1, 1)
    intrinsics[..., 0, 0] = 80 + 40 * torch.rand(*batch, generator=generator)
    intrinsics[..., 1, 1] = 80 + 40 * torch.rand(*batch, generator=generator)
    intrinsics[..., 0, 2], intrinsics[..., 1, 2] = 49.0, 35.0
    return extrinsics, intrinsics


@pytest.mark.parametrize("batch", [(1,), (2, 3)])
def test_decoding_undoes_encoding(batch):
    extrinsics, intrinsics = cameras(*batch)
    encoding = encode_pose(extrinsics, intrinsics, 70, 98)
    assert (encoding[..., 6] >= 0).all(), "the scalar part of the quaternion comes last, w >= 0"
    decoded, decoded_intrinsics = decode_pose(encoding, 70, 98)
    torch.testing.assert_close(decoded, extrinsics, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(decoded_intrinsics, intrinsics, atol=1e-3, rtol=1e-5)


def test_encoding_starts_with_the_camera_centre_and_ends_with_vertical_then_horizontal_view():
    extrinsics, intrinsics = cameras(1)
    encoding = encode_pose(extrinsics, intrinsics, 70, 98)[0]
    centre = -extrinsics[0, :3, :3].T @ extrinsics[0, :3, 3]
    torch.testing.assert_close(encoding[:3], centre)
    torch.testing.assert_close(encoding[7], 2 * torch.atan(35 / intrinsics[0, 1, 1]))
    torch.testing.assert_close(encoding[8], 2 * torch.atan(49 / intrinsics[0, 0, 0]))


def test_quaternions_need_not_have_unit_length():
    extrinsics, intrinsics = cameras(4)
    encoding = encode_pose(extrinsics, intrinsics, 70, 98)
    encoding[:, 3:7] *= -2.5
    rotation = decode_pose(encoding, 70, 98)[0][:, :3, :3]
    assert rotation_angle(rotation @ extrinsics[:, :3, :3].mT).max() < 2e-3


def test_a_field_of_view_of_zero_stays_finite():
    encoding = torch.tensor([[0.0, 0, 0, 0, 0, 0, 1, 0, 0]])
    assert decode_pose(encoding, 70, 98)[1].isfinite().all()


def test_encoder_sees_all_views_and_decoder_each_alone():
    encoder = CameraEncoder(16, CameraConfig(encoder_heads=2, encoder_depth=1))
    extrinsics, intrinsics = cameras(1, 3)
    tokens = encoder(extrinsics, intrinsics, 70, 98)
    moved = extrinsics.clone()
    moved[0, 2, :3, 3] += 1.0
    assert not torch.allclose(tokens[0, 0], encoder(moved, intrinsics, 70, 98)[0, 0])
    decoder = CameraDecoder(16)
    torch.testing.assert_close(decoder(tokens)[:, 1:], decoder(tokens[:, 1:]))
