# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest
import torch

from anyview.core.errors import InputError
from anyview.geometry.lens import Lens
from anyview.inference.matched_views import views_with_cameras
from anyview.io.camera_set import CameraSet, KnownCamera
from anyview.structures.rig import Rig
from anyview.structures.views import View, ViewSet

LENS = Lens(60.0, 62.0, 31.0, 25.5, 48, 64, radial=(-0.1, 0.02))
EYE = torch.eye(4, dtype=torch.float64)


def views(*names) -> ViewSet:
    image = torch.zeros(3, 24, 32, dtype=torch.uint8)
    return ViewSet(tuple(View(image, name, f"/photos/{name}.jpg") for name in names))


def cameras(*, pose_of_b=None) -> CameraSet:
    rig = Rig(torch.stack([EYE, EYE]), torch.tensor([0, 1]), torch.tensor([0, 0]))
    return CameraSet(
        Path("cams"),
        (KnownCamera.of_lens("a.jpg", EYE, LENS), KnownCamera("b.jpg", pose_of_b)),
        rig=rig,
    )


def test_views_get_what_is_known():
    found, notes = views_with_cameras(views("b", "a", "c"), cameras())
    assert found.posed.tolist() == [False, True, False]
    assert found.calibrated.tolist() == [False, True, False]
    assert found.views[1].lens == LENS.resized(24, 32)
    assert found.views[0].lens is None
    assert found.rig is None
    assert len(notes) == 3


def test_a_rig_is_passed_on_unless_all_poses_are_known():
    found, _ = views_with_cameras(views("b", "a"), cameras())
    assert found.rig.camera_of_view.tolist() == [1, 0]
    posed, _ = views_with_cameras(views("b", "a"), cameras(pose_of_b=EYE))
    assert posed.rig is None
    assert posed.posed.all()


def test_an_impossible_pose_is_refused():
    scaled = EYE.clone()
    scaled[:3, :3] *= 2
    with pytest.raises(InputError, match=r"extrinsics\[0\].*scaled"):
        views_with_cameras(views("b", "a"), cameras(pose_of_b=scaled))
