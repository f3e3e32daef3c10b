# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Planted rigs come back: exactly without noise, near with it, and degenerate ones are said."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from anyview.core.errors import InputError
from anyview.geometry.rig_pose import fit_rig
from anyview.geometry.rotations import random_rotation, rotation_from_axis_angle
from anyview.geometry.se3 import camera_centres, invert, rigid_transform
from anyview.geometry.sim3 import Sim3


def random_poses(count, generator, spread=1.0):
    turns = random_rotation((count,), generator, dtype=torch.float64)
    shifts = spread * torch.randn(count, 3, generator=generator, dtype=torch.float64)
    return rigid_transform(turns, shifts)


def planted(seed, cameras=3, frames=5, left_out=()):
    """Rig, track and views of a random scene; some (frame, camera) are not seen."""
    generator = torch.Generator().manual_seed(seed)
    cam_from_rig = random_poses(cameras, generator, spread=0.3)
    rig_from_world = random_poses(frames, generator, spread=4.0)
    seen = [(f, c) for f in range(frames) for c in range(cameras) if (f, c) not in left_out]
    frame = torch.tensor([f for f, _ in seen])
    own = cam_from_rig[torch.tensor([c for _, c in seen])]
    return own @ rig_from_world[frame], own, frame, rig_from_world


def shaken(cameras, generator, angle=0.0, shift=0.0):
    """Each camera turned and moved a little about its own centre."""
    count = len(cameras)
    turn = rotation_from_axis_angle(
        angle * torch.randn(count, 3, generator=generator, dtype=torch.float64)
    )
    centres = camera_centres(cameras)
    centres = centres + shift * torch.randn(count, 3, generator=generator, dtype=torch.float64)
    rotation = turn @ cameras[:, :3, :3]
    return rigid_transform(rotation, -(rotation @ centres[..., None])[..., 0])


def network_frame(scale):
    return Sim3(
        torch.tensor(scale, dtype=torch.float64),
        rotation_from_axis_angle(torch.tensor([0.4, -1.0, 0.3], dtype=torch.float64)),
        torch.tensor([2.0, -1.0, 0.5], dtype=torch.float64),
    )


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100), st.integers(2, 4), st.integers(1, 6))
def test_an_exact_rig_is_found(seed, scale, cameras, frames):
    """Cameras of a rig in another world and unit: the rig's poses there, and the unit."""
    views, own, frame, _ = planted(seed, cameras, frames)
    predicted = network_frame(scale).apply_to_cameras(views)
    fit = fit_rig(predicted, own, frame)
    assert fit.scale_ok
    assert fit.reason == ""
    assert fit.scale == pytest.approx(1 / scale, rel=1e-6)
    expected = Sim3.identity(dtype=torch.float64)
    expected = Sim3(expected.scale / scale, expected.rotation, expected.translation)
    fitted = own @ fit.rig_from_world[frame]
    torch.testing.assert_close(fitted, expected.apply_to_cameras(predicted), rtol=0, atol=1e-6)
    assert fit.rms < 1e-6
    assert fit.angle_rms_rad < 1e-6
    assert fit.baseline_spread < 1e-6


def test_noise_is_averaged_out():
    """With four cameras the rig is nearer to the truth than the views are, in turn and place."""
    generator = torch.Generator().manual_seed(1)
    views, own, frame, track = planted(5, cameras=4, frames=40)
    predicted = network_frame(2.0).apply_to_cameras(views)
    predicted = shaken(predicted, generator, angle=0.02, shift=0.1)
    fit = fit_rig(predicted, own, frame)
    assert fit.scale == pytest.approx(0.5, rel=0.03)
    assert 0.02 < fit.baseline_spread < 0.3
    truth = network_frame(2.0).apply_to_cameras(track)
    truth[:, :3, 3] *= 0.5
    turn = fit.rig_from_world[:, :3, :3] @ truth[:, :3, :3].mT
    angle = (turn - torch.eye(3)).flatten(1).norm(dim=-1) / 2**0.5
    off = (camera_centres(fit.rig_from_world) - camera_centres(truth)).norm(dim=-1)
    assert float(angle.square().mean().sqrt()) < 0.7 * 0.02 * 3**0.5
    assert float(off.square().mean().sqrt()) < 0.8 * 0.05 * 3**0.5
    assert fit.angle_rms_rad == pytest.approx(0.02 * 3**0.5 * 0.75**0.5, rel=0.2)


def test_the_scale_survives_views_that_are_quite_wrong():
    views, own, frame, _ = planted(7, cameras=3, frames=12)
    predicted = network_frame(0.25).apply_to_cameras(views)
    predicted[[0, 10, 20, 31], :3, 3] += 5.0
    assert fit_rig(predicted, own, frame).scale == pytest.approx(4.0, rel=1e-2)


def test_frames_need_not_have_all_cameras_nor_follow_each_other():
    views, own, frame, track = planted(3, left_out={(0, 1), (2, 0), (2, 1), (3, 2)})
    order = torch.randperm(len(views), generator=torch.Generator().manual_seed(0))
    fit = fit_rig(views[order], own[order], frame[order])
    torch.testing.assert_close(fit.rig_from_world, track, rtol=0, atol=1e-9)
    assert fit.scale == pytest.approx(1.0, rel=1e-9)


def test_frames_without_a_view_have_no_pose():
    views, own, frame, track = planted(3, left_out={(1, c) for c in range(3)})
    fit = fit_rig(views, own, frame)
    assert fit.rig_from_world[1].isnan().any()
    kept = [0, 2, 3, 4]
    torch.testing.assert_close(fit.rig_from_world[kept], track[kept], rtol=0, atol=1e-9)


def test_a_given_scale_is_used():
    views, own, frame, _ = planted(11)
    fit = fit_rig(views, own, frame, scale=1.5)
    assert fit.scale == 1.5
    assert fit.scale_ok
    between = own @ fit.rig_from_world[frame]
    first, second = between[0], between[1]
    torch.testing.assert_close(second @ invert(first), own[1] @ invert(own[0]))
    assert fit.rms > 0.05  # baselines of another length do not fit


@pytest.mark.parametrize("kind", ["one view a frame", "one centre"])
def test_no_baseline_no_scale(kind):
    views, own, frame, _ = planted(2)
    if kind == "one view a frame":
        views, own, frame = views[::3], own[::3], frame[::3]
    else:
        own = rigid_transform(own[:, :3, :3], torch.zeros_like(own[:, :3, 3]))
        views = own @ random_poses(5, torch.Generator().manual_seed(0))[frame]
    fit = fit_rig(views, own, frame)
    assert not fit.scale_ok
    assert fit.scale == 1.0
    assert "two cameras that stand apart" in fit.reason
    torch.testing.assert_close(own @ fit.rig_from_world[frame], views, rtol=0, atol=1e-9)


def test_a_rig_that_is_contradicted_gives_no_scale():
    """Left and right exchanged: every predicted baseline points the other way."""
    views, own, frame, _ = planted(4, cameras=2)
    opposite = fit_rig(views, rigid_transform(own[:, :3, :3], -own[:, :3, 3]), frame)
    assert not opposite.scale_ok
    assert "contradict" in opposite.reason
    assert opposite.scale == pytest.approx(1.0)  # of their lengths
    small = network_frame(0.25).apply_to_cameras(views)
    assert fit_rig(small, rigid_transform(own[:, :3, :3], -own[:, :3, 3]), frame).scale == (
        pytest.approx(4.0, rel=1e-6)
    )


def test_no_views():
    views, own, frame, _ = planted(0)
    with pytest.raises(InputError, match="at least one"):
        fit_rig(views[:0], own[:0], frame[:0])
