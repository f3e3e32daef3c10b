# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""A rig completes poses, gives a unit, is held exactly, and must not contradict given poses."""

import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.se3 import invert
from anyview.geometry.sim3 import Sim3
from anyview.inference.rigs import has_arms, on_rig, poses_with_rig, rig_scale
from anyview.structures.rig import Rig
from anyview.structures.views import View, ViewSet

from .planted import rotation, scene_at

IMAGE = torch.zeros(3, 4, 6, dtype=torch.uint8)
TRACK = scene_at([(0.0, 0, 0), (2.0, 0.5, 0), (3.0, -1.0, 0.5)]).extrinsics


def stereo(frames=(0, 0, 1, 1, 2, 2), cameras=(0, 1, 0, 1, 0, 1), baseline=0.4) -> Rig:
    right = torch.eye(4, dtype=torch.float64)
    right[:3, :3] = rotation(1, 12, -2)
    right[0, 3] = -baseline
    own = torch.stack((torch.eye(4, dtype=torch.float64), right))
    return Rig(own, torch.tensor(cameras), torch.tensor(frames))


def views_of(rig: Rig, poses: torch.Tensor | None) -> ViewSet:
    names = [f"v{i}" for i in range(len(rig.camera_of_view))]
    return ViewSet(tuple(View(IMAGE, name) for name in names), poses, rig=rig)


def only(poses: torch.Tensor, *known: int) -> torch.Tensor:
    rows = torch.full_like(poses, torch.nan)
    rows[list(known)] = poses[list(known)]
    return rows


def test_one_pose_of_a_frame_gives_the_others():
    rig = stereo()
    poses = rig.cam_from_world(TRACK)
    given = only(poses, 0, 3)
    completed = poses_with_rig(views_of(rig, given))
    assert torch.equal(completed[[0, 3]], poses[[0, 3]])
    torch.testing.assert_close(completed[[1, 2]], poses[[1, 2]], rtol=0, atol=1e-9)
    assert completed[[4, 5]].isnan().all()


def test_without_poses_or_rig_nothing_is_added():
    rig = stereo()
    assert poses_with_rig(views_of(rig, None)) is None
    given = only(rig.cam_from_world(TRACK), 0, 3)
    bare = ViewSet(views_of(rig, None).views, given)
    assert torch.equal(poses_with_rig(bare).isnan(), given.isnan())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("turn", r"'v2' and 'v3', both of frame 1, contradict the rig: .* 5 degrees"),
        ("unit", r"a baseline of 0\.8 instead of 0\.4"),
        ("swap", r"'v2' and 'v3'"),
    ],
)
def test_poses_that_contradict_the_rig_are_refused(change, message):
    rig = stereo()
    poses = rig.cam_from_world(TRACK)
    if change == "turn":
        poses[3, :3] = rotation(0, 0, 5.0) @ poses[3, :3]
    if change == "unit":
        poses[:, :3, 3] *= 2
    if change == "swap":
        poses[[2, 3]] = poses[[3, 2]]
    with pytest.raises(InputError, match=message):
        poses_with_rig(views_of(rig, only(poses, 2, 3, 4)))


def test_small_differences_from_the_rig_are_calibration_noise():
    rig = stereo()
    poses = rig.cam_from_world(TRACK)
    poses[3, :3] = rotation(0.5, 0, 0.5) @ poses[3, :3]
    poses[3, 0, 3] += 0.01
    assert torch.equal(poses_with_rig(views_of(rig, poses)), poses)


def test_predicted_cameras_take_the_unit_of_the_rig():
    rig = stereo()
    network = Sim3(
        torch.tensor(5.0, dtype=torch.float64), rotation(10, 20, 30), torch.ones(3).double()
    )
    predicted = network.apply_to_cameras(rig.cam_from_world(TRACK))
    found = rig_scale(predicted.float(), rig)
    assert found.ok
    assert found.factor == pytest.approx(0.2, rel=1e-4)
    assert "unit of the rig" in found.note


@pytest.mark.parametrize("kind", ["nan", "mono", "contradicting"])
def test_no_unit_where_there_is_none(kind):
    rig = stereo()
    predicted = rig.cam_from_world(TRACK)
    if kind == "nan":
        predicted[1] = torch.nan
    if kind == "mono":
        rig, predicted = rig.of([0, 2, 4]), predicted[[0, 2, 4]]
    if kind == "contradicting":
        predicted = stereo(baseline=-0.4).cam_from_world(TRACK)
    found = rig_scale(predicted, rig)
    assert not found.ok
    assert found.factor == pytest.approx(1.0)
    assert found.holds == (kind == "contradicting")
    assert "gives no scale" in found.note


def test_cameras_are_brought_onto_the_rig():
    rig = stereo()
    cameras = rig.cam_from_world(TRACK)
    shaken = cameras.clone()
    shaken[:, :3, 3] += 0.05 * torch.randn(6, 3, generator=torch.Generator().manual_seed(0))
    held = on_rig(shaken, rig)
    between = held[1::2] @ invert(held[::2])
    expected = rig.cam_from_rig[1].expand(3, 4, 4)
    torch.testing.assert_close(between, expected, rtol=0, atol=1e-9)
    assert float((held - cameras).abs().max()) < 0.15
    shaken[2] = torch.nan
    assert on_rig(shaken, rig) is shaken


def test_a_rig_around_one_centre_has_no_unit():
    assert has_arms(stereo())
    assert not has_arms(stereo(baseline=0.0))
