# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import torch

from anyview.geometry.lens import Lens
from anyview.io.camera_set import CameraSet, KnownCamera, stacked

EYE = torch.eye(4, dtype=torch.float64)


def test_unknown_ones_are_nan_and_all_unknown_is_none():
    one = KnownCamera("a.jpg", EYE)
    cameras = CameraSet(Path("file"), (one, KnownCamera("b.jpg")))
    assert len(cameras) == 2
    assert cameras.is_named
    assert torch.equal(cameras.extrinsics[0], EYE)
    assert cameras.extrinsics[1].isnan().all()
    assert cameras.intrinsics is None
    assert stacked([], 3) is None
    shared = CameraSet(Path("file"), (), shared_intrinsics=EYE[:3, :3])
    assert not shared.is_named
    assert torch.equal(shared.intrinsics, EYE[:3, :3])


def test_a_lens_is_kept_only_if_it_bends():
    bent = Lens(60.0, 62.0, 31.0, 25.5, 48, 64, radial=(0.1,))
    straight = Lens(60.0, 62.0, 31.0, 25.5, 48, 64)
    for lens in (bent, straight):
        camera = KnownCamera.of_lens("a.jpg", None, lens)
        assert camera.size == (48, 64)
        assert torch.equal(camera.intrinsics, straight.intrinsics())
        assert camera.lens == (lens if lens is bent else None)
