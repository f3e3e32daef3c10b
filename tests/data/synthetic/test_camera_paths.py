# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Poses along paths: frames, angles, what each path promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.data.synthetic.camera_paths import PATHS, Stage, cam_from_world, propose

STAGE = Stage(
    low=np.array((-6.0, -2.0, 1.0)),
    high=np.array((6.0, 2.0, 2.0)),
    focus=np.array(((0.0, 5.0, 1.5), (3.0, -5.0, 1.0))),
    size_m=4.0,
    fov_rad=1.0,
)


def along(kind: str, seed: int, count: int = 8):
    return propose(kind, STAGE, count, np.random.default_rng(seed))


def degrees_from_first(poses) -> np.ndarray:
    rotations = np.stack(
        [
            cam_from_world(*pose)[:3, :3]
            for pose in zip(poses.eyes, poses.yaw, poses.pitch, poses.roll, strict=True)
        ]
    )
    trace = np.einsum("nij,ij->n", rotations, rotations[0])
    return np.rad2deg(np.arccos(np.clip((trace - 1) / 2, -1, 1)))


@settings(deadline=None, max_examples=30)
@given(st.floats(-3, 3), st.floats(-1.2, 1.2), st.floats(-1.5, 1.5))
def test_a_pose_has_opencv_axes(yaw, pitch, roll):
    eye = np.array((1.0, -2.0, 0.5))
    pose = cam_from_world(eye, yaw, pitch, roll).astype(np.float64)
    rotation = pose[:3, :3]
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-6)
    assert np.linalg.det(rotation) > 0
    np.testing.assert_allclose(pose[:3, :3] @ eye + pose[:3, 3], 0, atol=1e-6)
    forward = (np.cos(pitch) * np.cos(yaw), np.cos(pitch) * np.sin(yaw), np.sin(pitch))
    np.testing.assert_allclose(rotation[2], forward, atol=1e-6)


def test_an_upright_camera_sees_up_as_up_and_a_rolled_one_tilts_clockwise():
    eye = np.zeros(3)
    up = cam_from_world(eye, 0.4, 0.0, 0.0)[:3, :3] @ (0, 0, 1)
    np.testing.assert_allclose(up, (0, -1, 0), atol=1e-6)
    # A camera turned clockwise sees the world turned the other way.
    assert (cam_from_world(eye, 0.4, 0.0, 0.3)[:3, :3] @ (0, 0, 1))[0] < -0.2


@pytest.mark.parametrize("kind", PATHS)
def test_cameras_stay_in_the_box_and_depend_on_the_seed_alone(kind):
    for seed in range(10):
        poses = along(kind, seed)
        assert (poses.eyes >= STAGE.low - 1e-9).all()
        assert (poses.eyes <= STAGE.high + 1e-9).all()
        again = along(kind, seed)
        for name in ("eyes", "yaw", "pitch", "roll"):
            np.testing.assert_array_equal(getattr(poses, name), getattr(again, name))
            assert np.isfinite(getattr(poses, name)).all()
            assert len(getattr(poses, name)) == 8


def test_what_each_path_promises():
    for seed in range(20):
        assert np.ptp(along("turn", seed).eyes, axis=0).max() == 0
        stereo = along("stereo", seed)
        assert degrees_from_first(stereo).max() < 8
        drive = along("drive", seed)
        steps = np.diff(drive.eyes, axis=0)
        assert np.linalg.norm(steps, axis=1).max() < 2.0
        assert np.abs(steps[:, 0]).sum() > 3 * np.abs(steps[:, 1]).sum()  # the long side is x
        handheld = along("handheld", seed)
        assert np.linalg.norm(np.diff(handheld.eyes, axis=0), axis=1).max() < 0.8


def test_wide_paths_turn_by_about_twenty_degrees():
    turned = np.concatenate([degrees_from_first(along("wide", seed))[1:] for seed in range(60)])
    assert 12 < np.median(turned) < 35


def test_rolls_roll():
    rolls = np.concatenate([along("roll", seed).roll for seed in range(20)])
    assert np.rad2deg(np.abs(rolls)).max() > 25
    assert np.rad2deg(np.abs(np.concatenate([along("walk", s).roll for s in range(20)]))).max() < 6
