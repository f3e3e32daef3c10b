# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import numpy as np
import pytest

from anyview.core.errors import InputError
from anyview.data import batch
from anyview.data.scene import DEPTH_KINDS, SparseDepth


def test_kinds_of_depth_have_the_numbers_of_batches():
    numbers = [batch.EXACT, batch.MEASURED, batch.SPARSE, batch.TEACHER]
    assert [DEPTH_KINDS[number] for number in numbers] == ["exact", "measured", "sparse", "teacher"]


def test_frames_with_both_cameras_are_posed(mini_scene):
    first, second, *rest = mini_scene.frames
    frames = (replace(first, intrinsics=None), replace(second, cam_from_world=None), *rest)
    assert replace(mini_scene, frames=frames).posed == tuple(rest)
    assert mini_scene.posed == mini_scene.frames
    assert mini_scene.unit == "m"
    assert replace(mini_scene, is_metric=False).unit == "scene units"


def test_impossible_scenes_are_refused(mini_scene):
    frame = mini_scene.frames[0]
    with pytest.raises(InputError, match="no frames"):
        replace(mini_scene, frames=())
    with pytest.raises(InputError, match="two frames are called 'view 0'"):
        replace(mini_scene, frames=(frame, frame))
    with pytest.raises(InputError, match=r"intrinsics must be \(3, 3\), got \(4, 4\)"):
        replace(frame, intrinsics=np.eye(4))
    with pytest.raises(InputError, match="Sparse depth needs"):
        SparseDepth(np.zeros((3, 2), np.float32), np.zeros(2, np.float32))
